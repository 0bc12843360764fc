#!/usr/bin/env python3
"""Writes random claims of a document, biased to its boundaries: generate.py DOC N SEED [OUT] [--ledger] [--format csv]

About one claim in twelve has a defect.  With --ledger the claims carry 参保人 and (but for a few) no accumulators.
The same arguments write the same claims.
"""

import argparse
import csv
import importlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from claims import Draw, break_claim, csv_row, json_line  # noqa: E402

DEFECTS = 0.08
PERSONS = 40


def claims(identifier, count, seed, ledger=False):
    """Claims of a document, as cells, each with the Draw that writes it."""
    module = importlib.import_module(f"claims_{identifier}")
    matters = importlib.import_module(f"oracle_{identifier}").DOCUMENT.matters
    draw = Draw(f"{identifier} {seed} {int(ledger)}")
    for number in range(count):
        claim = {"编号": ("s", f"{identifier}-{number + 1:06d}")}
        claim.update(module.claim(draw, ledger))
        matter = matters[claim["业务类型"][1]]
        if ledger and draw.chance(0.95):
            claim["参保人"] = ("s", f"P{draw.below(PERSONS):03d}")
        if ledger and matter.accumulators and draw.chance(0.03):
            claim[draw.pick(matter.accumulators).name] = ("m", draw.below(10**6))
        if draw.chance(DEFECTS):
            break_claim(draw, claim, matter, module.CONTRADICTIONS[matter.name])
        yield draw, claim


def json_lines(identifier, count, seed, ledger=False):
    """The claims as JSON lines."""
    for draw, claim in claims(identifier, count, seed, ledger):
        yield json_line(draw, claim)


def csv_rows(identifier, count, seed, ledger=False):
    """The claims that CSV can say: (JSON line for the oracle, row as {column: text})."""
    for draw, claim in claims(identifier, count, seed, ledger):
        row = csv_row(draw, claim)
        if row is not None:
            yield json_line(draw, claim), row


def columns(identifier, rows):
    """The columns of all rows, in the order of the document's fields."""
    matters = importlib.import_module(f"oracle_{identifier}").DOCUMENT.matters.values()
    names = ["编号", "参保人", "业务类型"]
    for matter in matters:
        names += [field.name for field in matter.fields] + [accumulator.name for accumulator in matter.accumulators]
        names += ["参数." + field.name for field in matter.parameters]
    used = {name for row in rows for name in row}
    ordered = [name for name in dict.fromkeys(names) if name in used]
    return ordered + sorted(used - set(ordered))


def write_csv(file, identifier, rows):
    writer = csv.DictWriter(file, columns(identifier, rows), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("document")
    parser.add_argument("count", type=int)
    parser.add_argument("seed")
    parser.add_argument("out", nargs="?")
    parser.add_argument("--ledger", action="store_true")
    parser.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
    options = parser.parse_args()
    out = open(options.out, "w", encoding="utf-8", newline="") if options.out else sys.stdout
    if options.format == "csv":
        write_csv(out, options.document, [row for _, row in csv_rows(options.document, options.count, options.seed, options.ledger)])
    else:
        for line in json_lines(options.document, options.count, options.seed, options.ledger):
            out.write(line + "\n")
    out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
