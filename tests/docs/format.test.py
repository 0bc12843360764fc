#!/usr/bin/env python3
"""The examples of the documentation are laid out as pol fmt writes them: whole scripts, frames and statements."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import pages  # noqa: E402

HEADS = {"zh": '政策 "a" "b"\n\n', "en": 'policy "a" "b"\n\n'}


def canonical(block):
    """The block as pol fmt writes it, None when it has errors; statements get a header for that."""
    head = HEADS["en" if "/en/" in block.page else "zh"] if block.kind == "pol-part" else ""
    text = head + block.text.replace("…\n", "#…\n")
    output, _, status = pages.run("fmt", "-", text=text)
    return output[len(head):].replace("#…\n", "…\n") if status == 0 else None


def main():
    count = pages.Count()
    for path in pages.all_pages():
        for block in pages.split(path)[0]:
            if block.kind in ("pol", "pol-file", "pol-frame", "pol-part"):
                wanted = canonical(block)
                count.check(wanted in (None, block.text), block.place, f"pol fmt writes:\n{wanted}")
    return count.finish()


sys.exit(main())
