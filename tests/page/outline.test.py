#!/usr/bin/env python3
"""What a page of a small policy says, line by line, in both languages: goldens beside this file. With --update they
are written anew, to be read before they are kept."""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import tree  # noqa: E402

POL = os.environ["POL"]
SKIPPED = {"style", "svg", "pre", "title"}


def one_line(node):
    return " ".join(node.text.split())


def outline(node, lines):
    """Headings, rows of tables, items and paragraphs, each on a line."""
    for child in node.children:
        if not isinstance(child, tree.Node) or child.tag in SKIPPED:
            continue
        if child.tag in ("h1", "h2", "h3", "h4", "h5"):
            lines.append("#" * int(child.tag[1]) + " " + one_line(child))
        elif child.tag == "tr":
            lines.append("| " + " | ".join(one_line(cell) for cell in child.parts()) + " |")
        elif child.tag in ("p", "figcaption", "dt", "dd", "summary") or (child.tag == "li" and not child.all("ul")):
            lines.append(one_line(child))
        elif child.tag == "li":
            inner = child.first("ul")
            lines.append(" ".join("".join(c if isinstance(c, str) else c.text for c in child.children if c is not inner).split()))
            outline(inner, lines)
        else:
            outline(child, lines)
    return lines


def main():
    failed = 0
    for lang in ("zh", "en"):
        for audience in ("officer", "citizen"):
            with tempfile.TemporaryDirectory() as folder:
                subprocess.run([POL, "doc", os.path.join(HERE, f"demo.{lang}.pol"), "-o", folder, "--lang", lang, "--for", audience], check=True, stdout=subprocess.DEVNULL)
                with open(os.path.join(folder, f"demo.{lang}.html"), encoding="utf-8") as file:
                    text = "\n".join(outline(tree.read(file.read())[0], [])) + "\n"
            golden = os.path.join(HERE, f"demo.{audience}.{lang}.txt")
            if "--update" in sys.argv:
                with open(golden, "w", encoding="utf-8") as file:
                    file.write(text)
            with open(golden, encoding="utf-8") as file:
                wanted = file.read()
            if text != wanted:
                failed += 1
                a, b = next((a, b) for a, b in zip(text.split("\n") + [""], wanted.split("\n") + [""]) if a != b)
                print(f"{os.path.basename(golden)}:\n  is     {a}\n  golden {b}")
    print(f"{4 - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
