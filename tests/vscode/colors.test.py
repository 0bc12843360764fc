"""The TextMate grammar, as vscode-textmate applies it: golden scopes of a sample, and on every script of the repository the
same kinds of tokens as the scanner finds, by way of `pol lsp`. Skipped without npm."""
import json
import os
import subprocess
import sys
from pathlib import Path

SOURCE, HERE = Path(os.environ["POL_SOURCE"]), Path(__file__).parent
sys.path.insert(0, str(SOURCE / "tests/lsp"))
from client import Server  # noqa: E402

found = subprocess.run([SOURCE / "tools/vscode/packages", SOURCE / "build"], capture_output=True, text=True)
if found.returncode == 77:
    sys.exit(77)
assert found.returncode == 0, found.stderr
PACKAGES = found.stdout.strip()


def tokenize(text):
    done = subprocess.run(["node", HERE / "tokenize.mjs", PACKAGES, SOURCE / "tools/vscode/syntaxes/pol.tmLanguage.json"],
                          input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def part(line, start, end):
    return line.encode("utf-16-le")[start * 2:end * 2].decode("utf-16-le")


def golden(text):
    out = []
    for line, tokens in zip(text.split("\n"), tokenize(text)):
        out += [f"{part(line, *t[:2])}\t{t[2].removesuffix('.pol')}" for t in tokens if part(line, *t[:2]).strip()]
        out.append("")
    return "\n".join(out).rstrip("\n") + "\n"


def test_golden():
    for sample in sorted((HERE / "golden").glob("*.pol")):
        expected = sample.with_suffix(".scopes")
        actual = golden(sample.read_text("utf-8"))
        if "--update" in sys.argv:
            expected.write_text(actual, "utf-8")
        assert actual == expected.read_text("utf-8"), f"{sample.name}:\n{actual}"


# What the scanner calls a token, and the scopes that fit: names may be anything that is no keyword, literal or comment.
FITS = {
    "keyword": ("keyword.", "storage.", "constant.language"),
    "comment": ("comment.",),
    "number": ("constant.numeric",),
    "operator": ("keyword.operator", "punctuation"),
    "string": ("string.",),
}
NAMES = ("variable.", "entity.", "support.", "string.")


def test_agrees_with_the_scanner():
    scripts = sorted(SOURCE.glob("stdlib-policies/**/*.pol"))
    assert len(scripts) >= 5
    checked = 0
    with Server() as server:
        legend = server.capabilities["semanticTokensProvider"]["legend"]["tokenTypes"]
        for script in scripts + [HERE / "golden/sample.pol", HERE / "golden/english.pol"]:
            text = script.read_text("utf-8")
            uri = script.as_uri()
            server.open(uri, text)
            data, scopes, lines = server.whole("semanticTokens/full", uri)["data"], tokenize(text), text.split("\n")
            line = column = 0
            for i in range(0, len(data), 5):
                line, column = line + data[i], data[i + 1] if data[i] else column + data[i + 1]
                kind, end = legend[data[i + 3]], column + data[i + 2]
                word = part(lines[line], column, end)
                over = {s for a, b, s in scopes[line] if a < end and b > column and part(lines[line], a, b).strip()}
                fits = FITS.get(kind, NAMES)
                assert over and all(s.startswith(fits) for s in over), (script.name, line + 1, word, kind, over)
                checked += 1
            server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert checked > 5000, checked


test_golden()
test_agrees_with_the_scanner()
