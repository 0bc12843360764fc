#!/usr/bin/env python3
"""Settles random claims with pol and with the oracle and compares every field.

compare.py --pol PATH --policy FILE.pol --doc DOC [-n N] [--seed S] [--format jsonl|csv] [--ledger] [-- further arguments of pol run]

Every settled claim must also balance to the fen.  Prints the first differences with their claims, and exits 1 on any.
"""

import argparse
import importlib
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from common import Ledger, load_json, money  # noqa: E402
from generate import csv_rows, json_lines, write_csv  # noqa: E402

ENVELOPE = ("编号", "参保人", "家庭")
SHOWN = 5


def write_claims(options, folder):
    """Writes the claims pol reads, and beside them the lines the oracle reads: (path for pol, path for the oracle)."""
    lines = os.path.join(folder, "claims.jsonl")
    with open(lines, "w", encoding="utf-8", newline="") as file:
        if options.format == "jsonl":
            file.writelines(line + "\n" for line in json_lines(options.doc, options.n, options.seed, options.ledger))
            return lines, lines
        rows = []
        for line, row in csv_rows(options.doc, options.n, options.seed, options.ledger):
            file.write(line + "\n")
            rows.append(row)
    table = os.path.join(folder, "claims.csv")
    with open(table, "w", encoding="utf-8", newline="") as file:
        write_csv(file, options.doc, rows)
    return table, lines


def balances(got):
    """Payers, person and hospital make the bill, none of them negative, in whole fen."""
    paid = sum(money(row["金额"]) for row in got["支付明细"])
    return paid + money(got["个人负担"]) + money(got["医院承担"]) == money(got["总费用"])


def difference(claim, expected, line):
    """What is wrong with a line of pol, or None."""
    try:
        got = load_json(line)
    except ValueError as error:
        return f"no JSON: {error}"
    if not isinstance(got, dict):
        return "not an object"
    envelope = {key: claim[key] for key in ENVELOPE if key in claim} if isinstance(claim, dict) else {}
    if "错误" in expected:
        wanted = {**expected, **envelope}
        found = {key: got.get(key) for key in wanted}
    else:
        wanted = {**envelope, **expected}
        found = got
    if found != wanted:
        keys = [key for key in {**wanted, **found} if wanted.get(key, "(none)") != found.get(key, "(none)")]
        return "; ".join(f"{key}: expected {wanted.get(key, '(none)')}, got {got.get(key, '(none)')}" for key in keys) or "keys differ"
    if "错误" not in expected and not balances(got):
        return "does not balance"
    return None


def read_claim(line):
    try:
        return load_json(line)
    except ValueError:
        return None


def compare(options, folder):
    document = importlib.import_module(f"oracle_{options.doc}").DOCUMENT
    ledger = Ledger() if options.ledger else None
    claims_path, lines_path = write_claims(options, folder)
    started = time.monotonic()
    errors = os.path.join(folder, "stderr")
    passed = failed = rejected = 0
    with open(errors, "wb") as complaints, open(lines_path, encoding="utf-8", newline="\n") as lines:
        command = [options.pol, "run", "--any-order", "--out", "jsonl", options.policy, claims_path, *options.arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints)
        output = iter(process.stdout)
        for line in lines:
            line = line.rstrip("\n")
            answer = next(output, None)
            claim = read_claim(line)
            expected = document.settle(claim, ledger)
            rejected += "错误" in expected
            wrong = "no line of output" if answer is None else difference(claim, expected, answer)
            if wrong is None:
                passed += 1
                continue
            failed += 1
            if failed <= SHOWN:
                print(f"claim    {line}\n  {wrong}")
                if answer is not None:
                    print(f"  line     {answer.decode('utf-8', 'replace').rstrip()}")
        surplus = sum(1 for _ in output)
        status = process.wait()
    if surplus:
        failed += 1
        print(f"{surplus} lines of output more than claims")
    if status not in (0, 1):
        failed += 1
        print(f"exit status {status}")
    if failed:
        with open(errors, encoding="utf-8", errors="replace") as complaints:
            sys.stdout.write(complaints.read()[-2000:])
    print(f"document {options.doc}, {passed + failed} claims, {rejected} of them errors, {time.monotonic() - started:.1f} s")
    return passed, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pol", required=True)
    parser.add_argument("--policy", required=True)
    parser.add_argument("--doc", required=True)
    parser.add_argument("-n", type=int, default=10000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
    parser.add_argument("--ledger", action="store_true")
    parser.add_argument("arguments", nargs="*")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        passed, failed = compare(options, folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
