#!/usr/bin/env python3
"""The glossary is one to one: no Chinese and no English term stands in it twice."""

import collections
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import pages  # noqa: E402


def main():
    count = pages.Count()
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", pages.read(os.path.join(pages.DOCS, "glossary.md")), re.M)
    rows = [row for row in rows if row[0] != "中文" and not row[0].startswith("-")]
    for column in (0, 1):
        for term, times in collections.Counter(row[column].strip() for row in rows).items():
            count.check(times == 1, "docs/glossary.md", f"{term} stands {times} times")
    return count.finish()


sys.exit(main())
