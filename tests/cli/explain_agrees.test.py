#!/usr/bin/env python3
"""What pol explain says is what pol run pays: the tree of a claim and its result, figure by figure.

For random claims of every document, and of a policy with every form of step: the same payers in the same order with the same amounts, the same total, person,
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
CLAIMS = 40
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
        if node["种类"] == "档" and "≈" not in numbers:
            length, ratio = re.match(r"([\d.]+) × ([\d.]+)%$", numbers).groups()
            check(Fraction(length) * Fraction(ratio) / 100 == Fraction(value), name, "slice", node)
        if node["种类"] == "分段":
            slices = sum(Fraction(one["值"].lstrip("≈")) for one in parts(node, "档"))
            exact = "≈" not in json.dumps(node, ensure_ascii=False)
            check(abs(slices - Fraction(value.lstrip("≈"))) <= (0 if exact else Fraction(1, 10**5)), name, "tiers", node)
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


# Steps that the documents do not have: 每次, 从起付线起, rounding modes, several caps, a deemed benefit, tables by amount
# and date, dated values, ranked categories.
FORMS = """政策 "forms" "各种步骤" 施行 自 2020-01-01 起 期外照算 取整 舍去 0.01元
类别 类 { 甲, 乙, 丙 }
业务 结 按 日
输入 日 : 日期  类 : 多选 类 依序  费 : 金额  外 : 金额 = 0元  次 : 整数 可空  比 : 比例 = 33.3333%
参数 线 : 金额 = { 自 2020-01-01 起 : 100元; 自 2021-01-01 起 : 300.07元 }
参数 段 : 分段 = { (50元, 1000元] : 10%; (1000元, 5000元] : 55.5% }
累计 甲累 : 金额 每人 每年 增加 每期付.基数
累计 乙累 : 金额 每人 每年 增加 每次付.基数 - 每次付.起付
累计 已付 : 金额 每人 每年 增加 每期付、每次付
累计 次数 : 整数 每人 每年 增加 1
定义 份 = 费 ÷ 3
定义 档 = 按 类, 费 { 甲, [0元, 500元] : 10%; 甲, (500元, 不限) : 20%; { 乙, 丙 }, 不论 : 比 }
定义 季 = 按 日 { 自 2020-01-01 至 2020-12-31 : 1%; 其余 : 2% }
结算 总费用 = 费 + 外
先付 减 = 外 超过 费 的部分
待遇 每期付 基数 份 累计于 甲累 起付 每期 线 分段 段 从零起 封顶 2000元 累计于 已付 封顶 900元
待遇 每次付 条件 类 ≠ 丙 基数 份 累计于 乙累 起付 每次 线 分段 段 封顶 按 有值(次) { 是 : 1元; 否 : 50元 } 累计于 已付
待遇 从线付 基数 费 × 20% 起付 线 分段 段 从起付线起 取整 进位 1元
待遇 比例付 视同 当 类 = 乙 条件 类 属于 { 甲, 乙 } 基数 费 - 外 起付 线 比例 档 + 季 取整 四舍六入 0.1元
  条件 其余 金额 (当 有值(次) 则 外 否则 12.345元) - 1元
待遇 院 由医院承担 金额 外 × 1%
状态 高 当 费 高于 1000元
附加 份 = 四舍五入(份, 0.01元)
附加 后 = 月后(日, 1, 月末)
附加 率 = 费 ÷ 总费用
"""


def form_lines():
    """Claims of the policy above, at and around its bounds."""
    for number in range(CLAIMS):
        amount = (0, 150, 300, 301, 500.01, 1000, 2999.99, 9000, 15000.05, 123456.78)[number % 10]
        yield json.dumps({"编号": f"F{number}", "业务类型": "结", "日": ("2020-05-31", "2021-01-31")[number % 2],
                          "类": (["甲"], ["丙", "乙"], ["丙"])[number % 3], "费": f"{amount:.2f}", "外": str(7 * (number % 4) * 100),
                          **({"次": number} if number % 5 == 0 else {}),
                          **({"甲累": "280.50", "乙累": "999.99", "已付": "1990.00"} if number % 7 < 4 else {})}, ensure_ascii=False)


def check_document(document, policy, folder, lines):
    claims = os.path.join(folder, document + ".jsonl")
    with open(claims, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
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
        policy = os.path.join(SOURCE, "stdlib-policies", policy)
        check_document(document, policy, folder, list(json_lines(document, CLAIMS, SEED)))
    forms = os.path.join(folder, "forms.pol")
    with open(forms, "w", encoding="utf-8") as file:
        file.write(FORMS)
    check_document("forms", forms, folder, list(form_lines()))
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)
