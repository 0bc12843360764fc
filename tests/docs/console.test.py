#!/usr/bin/env python3
"""What the pages show of commands is what they print.

Blocks of a page:
  pol-file PATH, jsonl PATH, csv PATH   a file that the page's commands find under this path
  console                               lines that begin with $ are commands, the lines below each are
                                        lines of what it prints, in order; … stands for anything left out;
                                        in listings of bytecode registers may be numbered otherwise
Commands run in a folder with the page's files and the policies of the project."""

import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import pages  # noqa: E402

FILES = ("pol-file", "jsonl", "csv", "json")
# What tools/dev demo does once it has built the program.
DEMO = """for policy in $(find -L stdlib-policies -name '*.pol' | sort); do
    claims=${policy%.pol}.claims.jsonl
    [ -f "$claims" ] || continue
    echo "════ $policy"
    pol run "$policy" "$claims" --bill --lang zh
done 2>&1"""


def prepare(folder, blocks):
    """The folder in which a page's commands run."""
    os.mkdir(os.path.join(folder, "bin"))
    os.symlink(os.path.abspath(pages.POL), os.path.join(folder, "bin", "pol"))
    for name in ("stdlib-policies", "grammar", "interp", "tools"):
        os.symlink(os.path.join(pages.SOURCE, name), os.path.join(folder, name))
    for block in blocks:
        if block.kind in FILES and block.argument:
            path = os.path.join(folder, block.argument)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(block.text)


def pattern(line):
    """A shown line as a pattern: … is anything, blanks at the end do not matter."""
    return re.compile(".*".join(map(re.escape, line.rstrip().split("…"))) + r"\s*$")


def renumbered(line):
    """A line of a listing without what changes when instructions come or go: numbers of registers and
    instructions, and the blanks that align them."""
    line = re.sub(r"^( *\d+) +\d+  ", r"\1 # ", line)
    return re.sub(r" +", " ", re.sub(r"\b([nbcdst])\d+\b", r"\1#", line)).strip()


def missing(shown, printed):
    """The first shown line that does not occur, in order, in what was printed."""
    at = 0
    for line in shown:
        if not line.strip() or line.strip() == "…":
            continue
        wanted = pattern(line)
        while at < len(printed) and not wanted.match(printed[at]):
            at += 1
        if at == len(printed):
            return line
        at += 1
    return None


def language_of(path):
    return "zh" if re.search(r"\.zh\.md$|/zh/", path) else "en"


def check_block(count, block, folder):
    environment = dict(os.environ, POL_LANG=language_of(block.page), LC_ALL="C.UTF-8")
    environment["PATH"] = os.path.join(folder, "bin") + ":" + environment.get("PATH", "/usr/bin:/bin")
    commands = re.split(r"^\$ ", block.text, flags=re.M)[1:]
    count.check(bool(commands), block.place, "no command")
    for text in commands:
        command, *shown = text.split("\n")
        done = subprocess.run(
            ["sh", "-c", DEMO if command == "tools/dev demo" else command], capture_output=True, cwd=folder, env=environment, check=False, timeout=120
        )
        printed = (done.stdout + done.stderr).decode("utf-8", "replace").split("\n")
        if "pol disasm" in command:
            shown, printed = list(map(renumbered, shown)), list(map(renumbered, printed))
        line = missing(shown, printed)
        count.check(line is None, block.place, f"$ {command}\ndoes not print: {line}\nbut:\n" + "\n".join(printed[:60]))


def main():
    count = pages.Count()
    for path in pages.all_pages():
        blocks, _ = pages.split(path)
        if any(block.kind == "console" for block in blocks):
            with tempfile.TemporaryDirectory() as folder:
                prepare(folder, blocks)
                for block in blocks:
                    if block.kind == "console":
                        check_block(count, block, folder)
    return count.finish()


sys.exit(main())
