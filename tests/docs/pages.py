"""The documentation as data: pages, their fenced blocks, headings and links."""

import os
import re
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("POL_SOURCE", os.path.dirname(os.path.dirname(HERE)))
POL = os.environ.get("POL", "pol")
DOCS = os.path.join(SOURCE, "docs")
LANGUAGES = ("zh", "en")


class Block:
    """A fenced block: ```kind argument … ```"""

    def __init__(self, page, line, info, text):
        self.page, self.line, self.text = page, line, text
        self.kind, _, self.argument = info.partition(" ")

    @property
    def place(self):
        return f"{os.path.relpath(self.page, SOURCE)}:{self.line}"

    @property
    def is_script(self):
        """A whole script, not a fragment: its first word opens a header."""
        words = re.sub(r"[#＃].*", "", self.text).split(None, 1)
        return bool(words) and words[0] in ("政策", "policy")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def split(path):
    """The blocks of a page, and its prose with the blocks taken out (as empty lines)."""
    blocks, prose, lines, info, start = [], [], [], None, 0
    for number, line in enumerate(read(path).split("\n"), 1):
        if info is None and line.startswith("```"):
            info, start, lines = line[3:].strip(), number, []
            prose.append("")
        elif info is not None and line == "```":
            blocks.append(Block(path, start, info, "\n".join(lines) + "\n"))
            info = None
            prose.append("")
        elif info is not None:
            lines.append(line)
            prose.append("")
        else:
            prose.append(line)
    if info is not None:
        raise SystemExit(f"{path}:{start}: the block is not closed")
    return blocks, "\n".join(prose)


def all_pages():
    """Every page of the documentation, README.md of the project included."""
    found = [os.path.join(SOURCE, "README.md")]
    for folder, _, names in os.walk(DOCS):
        found += [os.path.join(folder, name) for name in names if name.endswith(".md")]
    return sorted(found)


def language_pages(language):
    folder = os.path.join(DOCS, "language", language)
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".md")]


def anchor(heading):
    """The anchor that a heading gets where Markdown is shown."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors(prose):
    seen, found = {}, set()
    for heading in re.findall(r"^#{1,6} +(.*)$", prose, re.M):
        name = anchor(heading)
        count = seen.get(name, 0)
        seen[name] = count + 1
        found.add(f"{name}-{count}" if count else name)
    return found


def links(prose):
    """Targets of the links of a page, those to the web excepted."""
    without_code = re.sub(r"`[^`\n]*`", "", prose)
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code):
        if not re.match(r"[a-z]+:", target):
            yield target


def run(*arguments, text=None, folder=None):
    """Runs pol; what it wrote and its exit status."""
    done = subprocess.run([POL, *arguments], input=text, capture_output=True, encoding="utf-8", cwd=folder, check=False)
    return done.stdout, done.stderr, done.returncode


class Count:
    """Counts checks and says what failed."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, good, place, what):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"{place}: {what}")
        return good

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0
