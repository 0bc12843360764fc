"""Renaming, on every policy of the repository: each name that is declared gets another one, one after the other, and the script
stays free of errors; at the end its examples pass as before. What a superior declares is refused."""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from client import POL, Refused, Server, apply, covered  # noqa: E402

SOURCE = Path(os.environ["POL_SOURCE"])
RENAMED = {"namespace", "enum", "enumMember", "type", "parameter", "variable", "property", "class"}


def declarations(server, uri):
    """Places of declared names, the last first."""
    c = server.capabilities["semanticTokensProvider"]["legend"]
    declares = 1 << c["tokenModifiers"].index("declaration")
    data = server.whole("semanticTokens/full", uri)["data"]
    line = column = 0
    found = []
    for i in range(0, len(data), 5):
        line, column = line + data[i], data[i + 1] if data[i] else column + data[i + 1]
        if data[i + 4] & declares and c["tokenTypes"][data[i + 3]] in RENAMED:
            found.append((line, column))
    return found


def passed(path):
    done = subprocess.run([POL, "test", path, "--lang", "zh"], capture_output=True, text=True)
    return re.search(r"通过 (\d+)，失败 (\d+)", done.stdout).groups()


def rename_all(server, path):
    uri, text, version, refused = path.as_uri(), path.read_text("utf-8"), 1, 0
    server.open(uri, text)
    assert not [d for d in server.findings(uri, 1) if d["severity"] == 1]
    count = len(declarations(server, uri))
    for number in range(count):
        place = declarations(server, uri)[number]
        name = f"新名{number}" if number % 2 == 0 else f"名 {number}（🏥）"
        try:
            edits = server.at("rename", uri, place, newName=name)["changes"][uri]
        except Refused as why:
            refused += 1
            assert "上级" in str(why), why
            continue
        assert len({covered(text, e["range"]).strip("「」`\"“”") for e in edits}) == 1
        text = apply(text, edits)
        version += 1
        server.change(uri, version, {"text": text})
        errors = [d for d in server.findings(uri, version) if d["severity"] == 1]
        assert not errors, (path.name, name, errors[0])
    return text, count, refused


def main():
    renamed = 0
    for original in sorted(SOURCE.glob("stdlib-policies/**/*.pol")):
        with tempfile.TemporaryDirectory() as folder, Server(root=Path(folder).resolve().as_uri()) as server:
            for beside in original.parent.glob("*.pol"):
                (Path(folder) / beside.name).write_bytes(beside.read_bytes())
            path = Path(folder).resolve() / original.name
            before = passed(path)
            text, count, refused = rename_all(server, path)
            path.write_text(text, "utf-8")
            assert passed(path) == before and before[1] == "0", (path.name, before, passed(path))
            print(f"{path.name}: {count} names, {refused} refused, examples {before[0]}", flush=True)
            renamed += count - refused
    assert renamed > 200, renamed


main()
