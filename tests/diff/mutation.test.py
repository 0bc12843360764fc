#!/usr/bin/env python3
"""pol diff against mutants of the five scripts (mutants.py), told by kind.

A behavioural mutant is found when the report shows a claim that pol run, here, settles differently under the
two scripts. Where no difference is reported, claims made at random here must not show one either; such mutants are listed. A harmless
mutant must be reported as the same. Undecided ones are counted and listed; they are never "same".
POL_MUTANTS: how many of each kind a script (default 3; mutants.long has 90)."""

import json
import os
import random
import subprocess
import sys
import tempfile
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import mutants  # noqa: E402

POL, SOURCE = os.environ["POL"], os.environ["POL_SOURCE"]
SCRIPTS = ["guangdong/zhanjiang-2018", "guangdong/guangdong-2021", "chongqing/banan-2018", "sichuan/guangan-2018",
           "guangdong/jiangmen-2019"]
COUNT = int(os.environ.get("POL_MUTANTS", "3"))


def settle(script, claims, folder):
    """What comes of each claim; lines and words apart, which tell nothing of it."""
    path = os.path.join(folder, "claims.jsonl")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(c, ensure_ascii=False) + "\n" for c in claims)
    done = subprocess.run([POL, "run", script, path, "--any-order"], capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    results = [json.loads(line) for line in done.stdout.splitlines()]
    for result in results:
        result.pop("说明", None)
        result.pop("行", None)
        result.get("支付明细", []).sort(key=lambda paid: paid["付款方"])  # who comes first is told by the declarations
    assert len(results) == len(claims)
    return results


def matter(report):
    return [m for m in report["行为"] if "只有一方" not in m]


def witnesses(report):
    for m in matter(report):
        for region in m["区域"]:
            for name in ("最小的一笔", "最大的一笔", "差别最大的一笔"):
                if name in region:
                    yield region[name]


def varied(rng, claim):
    """A claim like the samples, with other amounts, flags and regional values."""
    claim = dict(claim)
    for key, value in claim.items():
        if isinstance(value, bool) and rng.random() < 0.3:
            claim[key] = not value
        elif isinstance(value, str) and value.replace(".", "", 1).isdigit() and key not in ("编号", "参保人") and rng.random() < 0.6:
            claim[key] = str(Decimal(rng.choice([0, 1, 99999, 100000, 100001, 999999, 1000000, 4999999, 5000000, 30000000])
                                     + rng.randrange(100000)) / 100)
    claim.pop("参保人", None)
    return claim


def main():
    tally, kinds = {"found": 0, "same": 0, "undecided": 0, "invalid": 0, "harmless": 0, "harmless undecided": 0}, {}
    same, undecided, failures = [], [], []

    def note(rule, what):
        tally[what] += 1
        of_kind = kinds.setdefault(rule, {})
        of_kind[what] = of_kind.get(what, 0) + 1

    with tempfile.TemporaryDirectory() as folder:
        for number, name in enumerate(SCRIPTS):
            original = os.path.join(SOURCE, "stdlib-policies", name + ".pol")
            script = open(original, encoding="utf-8").read()
            samples = [json.loads(line) for line in open(original[:-4] + ".claims.jsonl", encoding="utf-8")]
            rng = random.Random(number)
            claims = samples + [varied(rng, rng.choice(samples)) for _ in range(300 * COUNT)]
            before = settle(original, claims, folder)
            for kind, rules, count in (("behavioural", mutants.BEHAVIOURAL, COUNT), ("harmless", mutants.HARMLESS, max(COUNT // 3, 2))):
                for rule, text, what in mutants.make(rules, script, count, 2018 + number):
                    mutant = os.path.join(folder, "mutant.pol")
                    open(mutant, "w", encoding="utf-8").write(text)
                    label = f"{name} {rule}: {what}"
                    done = subprocess.run([POL, "diff", original, mutant, "--format", "json", "--lang", "zh"], capture_output=True, text=True)
                    if done.returncode == 2 and "E0" in done.stderr:  # the rule broke the script
                        note(rule, "invalid")
                        continue
                    if done.returncode not in (0, 1):
                        failures.append(f"{label}: exit status {done.returncode} {done.stderr[-300:]}")
                        continue
                    report = json.loads(done.stdout)
                    shown = list(witnesses(report))
                    before_shown = settle(original, [w["旧"]["数据"] for w in shown], folder)  # every claim shown must differ
                    after_shown = settle(mutant, [w["新"]["数据"] for w in shown], folder)
                    for w, a, b in zip(shown, before_shown, after_shown):
                        if a == b:
                            failures.append(f"{label}: a claim that does not differ: {json.dumps(w['旧']['数据'], ensure_ascii=False)}")
                            break
                    left = sum(m["未定"] for m in matter(report))
                    if kind == "harmless":
                        if shown:
                            failures.append(f"{label}: reported as different")
                        note(rule, "harmless undecided" if left else "harmless")
                        if left:
                            undecided.append(label)
                        continue
                    if shown:
                        note(rule, "found")
                        continue
                    after = settle(mutant, claims, folder)
                    really = [c for c, a, b in zip(claims, before, after) if a != b and not ("错误" in a and "错误" in b)]
                    if really and not left:
                        failures.append(f"{label}: reported as the same, but {json.dumps(really[0], ensure_ascii=False)}")
                    note(rule, "undecided" if left else "same")
                    (undecided if left else same).append(label + (" (differs)" if left and really else ""))
    print(", ".join(f"{k} {v}" for k, v in tally.items()))
    for rule, of_kind in sorted(kinds.items()):
        print(f"  {rule}: " + ", ".join(f"{k} {v}" for k, v in of_kind.items()))
    for label in same:
        print("the same:", label)
    for label in undecided:
        print("undecided:", label)
    for failure in failures:
        print("FAILED:", failure)
    return 1 if failures or tally["found"] == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
