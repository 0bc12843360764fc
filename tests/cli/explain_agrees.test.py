#!/usr/bin/env python3
"""What pol explain says is what pol run pays: the tree of a claim and its result, figure by figure.

For random claims of every document: the same payers in the same order with the same amounts, the same total, person,
hospital, advances, statuses, accumulators and outputs; tiers are the sum of their slices; 余额 goes down by what is
taken; what a formula says with the numbers in it is what its figure says (sums and differences of amounts).
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from fractions import Fraction

POL, SOURCE = os.environ["POL"], os.environ["POL_SOURCE"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "oracle"))
from generate import json_lines  # noqa: E402

POLICIES = {
    "000": "guangdong/jiangmen-2019.pol",
    "001": "guangdong/zhanjiang-2018.pol",
    "002": "guangdong/guangdong-2021.pol",
    "003": "chongqing/banan-2018.pol",
    "004": "sichuan/guangan-2018.pol",
}
CLAIMS = 60
SEED = 7
SUM = re.compile(r"^\d+\.\d{2}( [-+] \d+\.\d{2})+$")
passed = failed = 0


def check(good, *about):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED:", *about)


def run(*arguments):
    return subprocess.run([POL, *arguments], capture_output=True, check=False, env={**os.environ, "POL_LANG": "zh"})


def parts(node, kind):
    return [part for part in node.get("分项", []) if part["种类"] == kind]


def part(node, kind):
    found = parts(node, kind)
    assert len(found) <= 1, (kind, node)
    return found[0] if found else {}


def walk(node):
    yield node
    for one in node.get("分项", []):
        yield from walk(one)


def written(value):
    """A JSON value of a result as explain writes it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return "空" if value is None else str(value)


def check_sums(name, tree):
    """Formulas that are plain sums, and slices of tiers."""
    for node in walk(tree):
        numbers, value = node.get("代入", ""), node.get("值", "")
        if SUM.match(numbers):
            total = sum(Fraction(sign + number) for sign, number in re.findall(r"(^|[-+] )(\d+\.\d{2})", numbers)
                        for sign in [sign.strip()])
            check(total == Fraction(value), name, "sum", node)
        if node["种类"] == "档":
            length, ratio = re.match(r"([\d.]+) × ([\d.]+)%$", numbers).groups()
            check(Fraction(length) * Fraction(ratio) / 100 == Fraction(value), name, "slice", node)
        if node["种类"] == "分段" and not value.startswith("≈"):
            check(sum(Fraction(one["值"]) for one in parts(node, "档")) == Fraction(value), name, "tiers", node)
        check(bool(node.get("名称")) or node["种类"] == "行", name, "a part without a name", node)


def check_settlement(name, tree, result):
    def equal(what, shown, wanted):
        check(shown == wanted, name, what, shown, wanted)

    if "总费用" in [one["种类"] for one in tree["分项"]]:
        equal("总费用", part(tree, "总费用")["值"], result["总费用"])
        equal("个人负担", part(tree, "个人负担")["值"], result["个人负担"])
        equal("医院承担", part(tree, "医院承担")["值"], result["医院承担"])
        equal("合计", part(tree, "合计")["值"], result["总费用"])
    payers = part(tree, "支付").get("分项", [])
    shown = [{"付款方": one["名称"], "金额": one["值"]} for one in payers if "由医院承担" not in one.get("说明", "")]
    equal("支付明细", shown, result["支付明细"])
    left = Fraction(result["总费用"])
    for one in payers:
        equal("余额 of " + one["名称"], Fraction(part(one, "余额")["值"]), left)
        deemed = re.search(r"从余额中扣除 ([\d.]+)", part(one, "视同").get("说明", ""))
        left -= Fraction(deemed.group(1) if deemed else one["值"])
    rows = [{"垫付方": group["名称"].removeprefix("垫付 "), "应付方": row["名称"].removeprefix("代 "), "金额": row["值"]}
            for group in parts(tree, "垫付") for row in parts(group, "代付")]
    equal("垫付", rows, result["垫付"])
    equal("状态", sorted({one["名称"] for one in parts(part(tree, "状态"), "状态")}), result["状态"])
    equal("累计", {one["名称"]: one["值"] for one in part(tree, "累计").get("分项", [])},
          {key: written(value) for key, value in result["累计"].items()})
    equal("附加", {one["名称"]: one["值"] for one in part(tree, "附加").get("分项", [])},
          {key: written(value) for key, value in result["附加"].items()})


def check_rejection(name, tree, result, text):
    check(part(tree, "错误").get("值") == result["错误"], name, "错误", tree, result)
    check(part(tree, "字段").get("值", "") == result["字段"], name, "字段", tree, result)
    check(result["错误"] in text, name, "the text names the error", text)


def check_document(document, policy, folder):
    claims = os.path.join(folder, document + ".jsonl")
    lines = list(json_lines(document, CLAIMS, SEED))
    with open(claims, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    policy = os.path.join(SOURCE, "stdlib-policies", policy)
    results = [json.loads(line) for line in run("run", policy, claims).stdout.decode().splitlines()]
    check(len(results) == len(lines), document, "results", len(results))
    for number, (line, result) in enumerate(zip(lines, results)):
        claim = os.path.join(folder, "claim.json")
        with open(claim, "w", encoding="utf-8") as file:
            file.write(line)
        explained = run("explain", policy, claim, "--format", "json")
        text = run("explain", policy, claim)
        name = f"{document} claim {number + 1}:"
        rejected = "错误" in result
        check(explained.returncode == rejected and text.returncode == rejected, name, "exit status", explained.stderr)
        tree = json.loads(explained.stdout)
        check(tree["种类"] == ("拒绝" if rejected else "结算"), name, tree["种类"])
        if rejected:
            check_rejection(name, tree, result, text.stdout.decode())
        else:
            check_settlement(name, tree, result)
            check_sums(name, tree)


with tempfile.TemporaryDirectory() as folder:
    for document, policy in POLICIES.items():
        check_document(document, policy, folder)
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)
