#!/usr/bin/env python3
"""Policies of other regions: their warnings, their examples, and random claims against the oracle, field by field.

elsewhere.test.py [POLICY [COUNT [SEED]]]
"""

import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
POL = os.environ["POL"]
sys.path.insert(0, HERE)

from claims import MAKERS, claims  # noqa: E402
from oracle import POLICIES  # noqa: E402
from settle import Ledger  # noqa: E402

COUNT = 1500
SEED = "1"
SHOWN = 3

# What pol check warns of, and how often.
WARNINGS = {
    "whole-amount": {"W0413": 2},
    "formula": {"W0412": 1},
    "household": {"W0301": 1},
    "quotient": {"W0301": 9, "W0412": 2},
    "dated": {"W0302": 1},
}

passed = failed = 0


def check(good, *about):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED:", *about)


def pol(*arguments):
    return subprocess.run([POL, *arguments], capture_output=True, check=False, env={**os.environ, "POL_LANG": "zh"}, cwd=HERE)


def scripts(name):
    found = {}
    answer = pol("check", "--format", "json", name + ".pol")
    for line in answer.stdout.decode().splitlines():
        code = json.loads(line)["code"]
        found[code] = found.get(code, 0) + 1
    check(answer.returncode == 0 and found == WARNINGS.get(name, {}), name, "check", found, answer.stderr.decode())
    answer = pol("test", name + ".pol")
    check(answer.returncode == 0, name, "test", answer.stdout.decode())


def balances(got):
    fen = lambda text: round(float(text) * 100)  # noqa: E731
    return fen(got["总费用"]) == sum(fen(row["金额"]) for row in got["支付明细"]) + fen(got["个人负担"]) + fen(got["医院承担"])


def difference(claim, expected, got):
    envelope = {key: claim[key] for key in ("编号", "参保人", "家庭") if key in claim}
    wanted = {**envelope, **expected}
    if "错误" in expected:
        got = {key: got.get(key) for key in wanted}
    if got == wanted:
        return None if "错误" in got or balances(got) else "does not balance"
    keys = [key for key in {**wanted, **got} if wanted.get(key) != got.get(key)]
    return "; ".join(f"{key}: expected {wanted.get(key)}, got {got.get(key)}" for key in keys)


def random_claims(name, count, seed):
    policy, ledger = POLICIES[name], Ledger()
    made = list(claims(name, count, seed))
    expected = [policy.settle(claim, ledger) for claim in made]
    rejected = sum("错误" in answer for answer in expected)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "claims.jsonl")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(claim, ensure_ascii=False) + "\n" for claim in made)
        answer = pol("run", name + ".pol", path, "--any-order")
    lines = answer.stdout.decode().splitlines()
    check(answer.returncode == (1 if rejected else 0) and len(lines) == count, name, "run", answer.returncode, len(lines), answer.stderr.decode()[-500:])
    shown = 0
    for claim, wanted, line in zip(made, expected, lines):
        wrong = difference(claim, wanted, json.loads(line))
        if wrong and shown >= SHOWN:
            check(False, claim["编号"])
        else:
            shown += wrong is not None
            check(wrong is None, json.dumps(claim, ensure_ascii=False), "\n    ", wrong)
    return rejected


def main():
    names = sys.argv[1:2] or sorted(MAKERS)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else COUNT
    seed = sys.argv[3] if len(sys.argv) > 3 else SEED
    for name in names:
        scripts(name)
        before = failed
        rejected = random_claims(name, count, seed)
        print(f"{name}: {count} claims, {rejected} of them errors, {failed - before} differ")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
