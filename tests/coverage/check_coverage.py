#!/usr/bin/env python3
"""Proves that a script covers its document: check_coverage.py SCRIPT.pol DOC

Every item of the document's inventory has a row in inventory.tsv.  The clause the row names must stand in the script's list of
clauses; a "rule" must be cited by a statement (examples and the header do not count), a "no_rule" must say why it computes
nothing and must not be cited.  Whatever is cited must stand in the list.
"""

import os
import re
import sys
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
ITEMS = {"000": ("JM", 27), "001": ("ZJ", 42), "002": ("GD", 39), "003": ("BN", 37), "004": ("GA", 20)}

TOKEN = re.compile(r'#[^\n]*|＃[^\n]*|"([^"\n]*)"|“([^”\n]*)”|「[^」]*」|`[^`]*`|([^\W\d]\w*)|([^\s\w])')
KINDS = {
    "政策": "header", "policy": "header", "条款": "clause", "clause": "clause", "案例": "example", "example": "example",
    **{word: "rule" for word in (
        "类别 集合 参数 业务 输入 要求 定义 累计 结算 先付 待遇 顺序 垫付 状态 附加 替换 category set parameter matter input require "
        "define accumulator settle prior benefit order advance status output replace").split()},
}


def tokens(source):
    """The words, strings and marks of a script: ("word" | "string" | "mark", text)."""
    for found in TOKEN.finditer(source):
        plain, curly, word, mark = found.groups()
        if plain is not None or curly is not None:
            yield "string", plain if plain is not None else curly
        elif word:
            yield "word", word
        elif mark:
            yield "mark", mark
        elif found[0][0] not in "#＃":
            yield "name", found[0]


def same(text):
    return unicodedata.normalize("NFKC", text).strip()


def read_script(source):
    """The clauses of a script, {number: reason or None}, and the numbers its statements cite."""
    clauses, cited = {}, set()
    kind, strings, reading, before = "header", [], None, ("mark", "")
    for token in tokens(source):
        sort, text = token
        if sort == "word" and text in KINDS and before != ("mark", ".") and before != ("mark", "．"):
            kind, strings, reading = KINDS[text], [], None
        elif sort == "word" and text in ("依据", "basis"):
            reading = "citation"
        elif sort == "word" and text in ("不计算", "no_rule"):
            reading = "reason"
        elif sort == "string" and kind == "clause":
            if reading == "reason":
                clauses[strings[0]] = text
            elif not strings:
                clauses[same(text)] = None
            strings.append(same(text))
        elif sort == "string" and reading == "citation":
            if kind == "rule":
                cited.add(same(text))
        elif not (sort == "mark" and text in ",，、"):
            reading = None
        before = token
    return clauses, cited


def read_inventory(document):
    """The rows of a document: {item: (clause, kind)}."""
    rows = {}
    with open(os.path.join(HERE, "inventory.tsv"), encoding="utf-8") as file:
        for line in file.read().splitlines()[1:]:
            item, owner, clause, kind, _ = line.split("\t")
            if owner == document:
                rows[item] = (same(clause), kind)
    return rows


def fault(row, clauses, cited):
    """What is wrong with an item, or None."""
    if row is None:
        return "no row in inventory.tsv"
    clause, kind = row
    if clause not in clauses:
        return f"clause {clause} is not in the script"
    reason = clauses[clause]
    if kind == "rule":
        if reason is not None:
            return f"clause {clause} is 不计算, but has a rule"
        return None if clause in cited else f"no statement cites clause {clause}"
    if kind != "no_rule":
        return f"unknown kind {kind}"
    if not reason:
        return f"clause {clause} does not say why it computes nothing"
    return f"clause {clause} is 不计算, and cited" if clause in cited else None


def check(source, items, rows):
    """The faults of a script, by its text, against the items of a document and their rows."""
    clauses, cited = read_script(source)
    faults = []
    for item in items:
        wrong = fault(rows.get(item), clauses, cited)
        if wrong:
            faults.append(f"{item}: {wrong}")
    faults += [f"{item}: not an item of the document" for item in rows if item not in items]
    return faults + [f"{clause}: cited, but not in the list of clauses" for clause in sorted(cited - set(clauses))]


def check_script(path, document):
    """The faults of a script against a document's inventory, and how many items that has."""
    prefix, count = ITEMS[document]
    items = [f"{prefix}-{number:02d}" for number in range(1, count + 1)]
    with open(path, encoding="utf-8-sig") as file:
        return check(file.read(), items, read_inventory(document)), count


def main():
    if len(sys.argv) != 3 or sys.argv[2] not in ITEMS:
        print(__doc__.splitlines()[0], file=sys.stderr)
        return 2
    faults, count = check_script(sys.argv[1], sys.argv[2])
    for line in faults:
        print(line)
    print(f"{max(0, count - len(faults))} passed, {len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
