#!/usr/bin/env python3
"""Proves that the oracles give exactly the published examples, and that every one of them balances."""

import glob
import importlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from common import load_json, money  # noqa: E402


def documents():
    """The documents that have an oracle, {identifier: Document}."""
    names = sorted(os.path.basename(path)[:-3] for path in glob.glob(os.path.join(HERE, "oracle_*.py")))
    return {name[-3:]: importlib.import_module(name).DOCUMENT for name in names}


def balances(result):
    """Payers, person and hospital make the bill."""
    paid = sum(money(row["金额"]) for row in result["支付明细"])
    return money(result["总费用"]) == paid + money(result["个人负担"]) + money(result["医院承担"])


def main():
    with open(os.path.join(HERE, "examples.json"), encoding="utf-8") as file:
        examples = load_json(file.read())
    known = documents()
    passed = failed = 0
    for example in examples:
        document = known.get(example["文件"])
        if document is None:
            continue
        got = document.settle(example["输入"])
        if got == example["期望"] and ("错误" in got or balances(got)):
            passed += 1
            continue
        failed += 1
        print(f"{example['编号']}: expected {example['期望']}\n        got      {got}")
    print(f"documents: {' '.join(known)}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
