#!/usr/bin/env python3
"""Every link inside the documentation leads to a page, a file or a heading that exists."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import pages  # noqa: E402


def main():
    count = pages.Count()
    known = {path: pages.anchors(pages.split(path)[1]) for path in pages.all_pages()}
    for path in known:
        place = os.path.relpath(path, pages.SOURCE)
        for target in pages.links(pages.split(path)[1]):
            file, _, name = target.partition("#")
            to = os.path.normpath(os.path.join(os.path.dirname(path), file)) if file else path
            if count.check(os.path.exists(to), place, f"{target} does not exist") and name:
                count.check(name in known.get(to, ()), place, f"{target}: no such heading")
    return count.finish()


sys.exit(main())
