"""Every snippet of the extension, filled in with its own defaults, is free of syntax errors; both languages have the same ones.
The extension has the version of the program."""
import json
import os
import re
import subprocess
from pathlib import Path

SOURCE = Path(os.environ["POL_SOURCE"])
HEADERS = {"zh": '政策 "a" "b" 施行 自 2024-01-01 起\n', "en": 'policy "a" "b" effective from 2024-01-01 on\n'}


def filled(body):
    text = "\n".join(body)
    assert text.count("$0") == 1, body
    defaults = dict(re.findall(r"\$\{(\d+):([^}]*(?:\{[^}]*\}[^}]*)*)\}", text))
    text = re.sub(r"\$\{(\d+):((?:[^{}]|\{[^}]*\})*)\}", r"\2", text)
    text = re.sub(r"\$(\d+)", lambda m: "" if m[1] == "0" else defaults[m[1]], text)
    assert "$" not in text, text
    return text


def syntax_errors(text):
    done = subprocess.run([os.environ["POL"], "check", "--format=json", "-"], input=text.encode(), capture_output=True)
    assert done.returncode in (0, 1), done.stderr.decode()
    findings = [json.loads(line) for line in done.stdout.decode().splitlines()]
    return [f["message"] for f in findings if re.match(r"E0[01]", f["code"])]


counts = {}
for lang, header in HEADERS.items():
    snippets = json.loads((SOURCE / f"tools/vscode/snippets/{lang}.json").read_text("utf-8"))
    counts[lang] = len(snippets)
    prefixes = [s["prefix"] for s in snippets.values()]
    assert len(set(prefixes)) == len(prefixes)
    for name, snippet in snippets.items():
        text = filled(snippet["body"])
        whole = text if re.match("政策|policy", text) else header + text
        assert syntax_errors(whole) == [], (name, whole, syntax_errors(whole))
version = subprocess.run([os.environ["POL"], "--version"], capture_output=True, text=True).stdout.split()[1]
assert json.loads((SOURCE / "tools/vscode/package.json").read_text("utf-8"))["version"] == version
assert counts["zh"] == counts["en"] > 10
assert syntax_errors(HEADERS["zh"] + "待遇 =\n"), "a broken text must be seen as one"
