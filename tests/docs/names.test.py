#!/usr/bin/env python3
"""Functions, types and files of the code that the documentation names exist."""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import pages  # noqa: E402

ROOMS = ("grammar", "interp", "tools")


def source_words():
    words = set()
    for room in ROOMS:
        for folder, _, names in os.walk(os.path.join(pages.SOURCE, room)):
            for name in names:
                if name.endswith((".c", ".h", ".y", ".l", ".def")):
                    words |= set(re.findall(r"\w+", pages.read(os.path.join(folder, name))))
    # A row of ast.def makes the struct pol_ast_NAME.
    nodes = re.findall(r"^POL_NODE\(\w+,\s*(\w+)", pages.read(os.path.join(pages.SOURCE, "grammar", "ast.def")), re.M)
    return words | {f"pol_ast_{name}" for name in nodes}


def main():
    count, known = pages.Count(), source_words()
    for path in pages.all_pages():
        place = os.path.relpath(path, pages.SOURCE)
        _, prose = pages.split(path)
        for code in re.findall(r"`([^`\n]+)`", prose):
            name = re.match(r"((?:pol|POL)_\w+)", code)
            if name:
                count.check(name[1] in known, place, f"nothing is called {name[1]}")
            file = re.fullmatch(r"((?:grammar|interp|tools|tests|stdlib-policies)/[\w./-]*)", code)
            if file:
                count.check(os.path.exists(os.path.join(pages.SOURCE, file[1])), place, f"there is no {file[1]}")
    return count.finish()


sys.exit(main())
