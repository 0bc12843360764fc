#!/usr/bin/env python3
"""What the examples of a script reach: the counts of `pol test --coverage` on a small script whose parts were
counted by hand, claim by claim; the five policies, all of whose parts are reached; and `pol test --missing`,
whose claims must reach what they say, from the policies without any example."""

import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("POL_SOURCE", os.path.dirname(os.path.dirname(HERE)))
POL = os.environ["POL"]
POLICIES = ["guangdong/jiangmen-2019.pol", "guangdong/zhanjiang-2018.pol", "guangdong/guangdong-2021.pol",
            "chongqing/banan-2018.pol", "sichuan/guangan-2018.pol"]

SMALL = """政策 "s" "例"  施行 自 2020-01-01 至 2020-12-31
条款 "一" "对象"
条款 "二" "标准"
条款 "三" "表"
条款 "四" "职责" 不计算 "部门职责"
类别 人员 { 甲, 乙, 丙 } 依据 "一"
业务 医疗 按 日子
输入 日子 : 日期  人员 : 人员  费用 : 金额  已付 : 金额 = 0元
要求 已付 ≤ 费用 "已付不得大于费用"
参数 档 : 分段 = { [0元, 1万元) : 50%; [1万元, 不限) : 80% }  依据 "二"
结算 总费用 = 费用
先付 医保 = 已付
待遇 救助 依据 "二"
  条件 人员 = 甲
  基数 余额
  起付 按 人员 { 甲 : 1000元; 其余 : 0元 }
  分段 档 从零起
  封顶 9000元
  条件 人员 = 乙
  金额 较小(100元, 余额)
状态 高额 当 费用 超过 5万元 依据 "三"
附加 说明 = 当 人员 = 甲 则 "甲" 否则 "非甲" 依据 "三"
"""
# Counted by hand. 条款: three with a rule. 付款方: 医保, 救助. 情形: two and none. 分段: two slices. 界线: 施行 (3), 要求 (2),
# 起付 (2), 较小 (2), 高额 (2). 封顶: 1 × 2. 表行: 2. 分支: 2. 类别: 3. 状态: 1.
ALL = {"条款": 3, "付款方": 2, "情形": 3, "分段": 2, "界线": 11, "封顶": 2, "表行": 2, "分支": 2, "类别": 3, "状态": 1}
# (given, expected part, what this example alone reaches)
EXAMPLES = [
    # 甲: base 6000, deductible 1000: 5000 at 50%
    ("日子 = 2020-05-01，人员 = 甲，费用 = 6000元", "救助 = 2500元，个人负担 = 3500元",
     {"条款": 3, "付款方": 1, "情形": 1, "分段": 1, "界线": 4, "封顶": 1, "表行": 1, "分支": 1, "类别": 1, "状态": 0}),
    # 甲: below the deductible: nothing, and nothing that a cap could cut
    ("日子 = 2020-05-01，人员 = 甲，费用 = 1000元，已付 = 500元", "医保 = 500元，救助 = 0元，个人负担 = 500元",
     {"条款": 3, "付款方": 1, "情形": 1, "分段": 0, "界线": 4, "封顶": 0, "表行": 1, "分支": 1, "类别": 1, "状态": 0}),
    # 甲: 9000 × 50% + 50000 × 80% = 44500, cut at 9000; 60000 is above 50000
    ("日子 = 2020-05-01，人员 = 甲，费用 = 6万元", "救助 = 9000元，高额 = 是",
     {"条款": 3, "付款方": 1, "情形": 1, "分段": 2, "界线": 4, "封顶": 1, "表行": 1, "分支": 1, "类别": 1, "状态": 1}),
    # 乙: 100 decides; 乙: what is left decides
    ("日子 = 2020-05-01，人员 = 乙，费用 = 6000元", "救助 = 100元",
     {"条款": 3, "付款方": 1, "情形": 1, "分段": 0, "界线": 4, "封顶": 0, "表行": 0, "分支": 1, "类别": 1, "状态": 0}),
    ("日子 = 2020-05-01，人员 = 乙，费用 = 60元", "救助 = 60元，个人负担 = 0元",
     {"条款": 3, "付款方": 1, "情形": 1, "分段": 0, "界线": 4, "封顶": 0, "表行": 0, "分支": 1, "类别": 1, "状态": 0}),
    # 丙: no condition holds, so 救助 and what it cites take no part
    ("日子 = 2020-05-01，人员 = 丙，费用 = 60元", "救助 = 0元",
     {"条款": 2, "付款方": 0, "情形": 1, "分段": 0, "界线": 3, "封顶": 0, "表行": 0, "分支": 1, "类别": 1, "状态": 0}),
    # rejected: the 要求, then the date; nothing else takes part
    ("日子 = 2020-05-01，人员 = 丙，费用 = 60元，已付 = 61元", "错误 输入矛盾 已付", {"界线": 1}),
    ("日子 = 2019-12-31，人员 = 丙，费用 = 60元", "错误 不在执行期 日子", {"界线": 2}),
    ("日子 = 2021-01-01，人员 = 丙，费用 = 60元", "错误 不在执行期 日子", {"界线": 2}),
]

passed = failed = 0


def check(what, condition, detail=""):
    global passed, failed
    passed += bool(condition)
    failed += not condition
    if not condition:
        print(f"{what}: {detail}")


def run(*arguments):
    done = subprocess.run([POL, *arguments], capture_output=True, encoding="utf-8", timeout=120)
    if done.returncode not in (0, 1) or (done.stderr and "案例" not in done.stderr and "警告" not in done.stderr):
        print(done.stderr)
    return done.stdout


def coverage(path):
    """The report, and how many examples failed."""
    lines = [json.loads(line) for line in run("test", "--coverage", "--format", "json", path, "--lang", "zh").splitlines()]
    return lines[-1], sum(not line["通过"] for line in lines[:-1])


def counts(report, key):
    return {kind: row[key] for kind, row in report["覆盖"].items()}


def small(folder):
    path = os.path.join(folder, "small.pol")

    def write(examples):
        with open(path, "w", encoding="utf-8") as file:
            file.write(SMALL)
            for number, (given, expected, _) in enumerate(examples):
                file.write(f'案例 "{number}"\n  给定 {given}\n  期望 {expected}\n')
        return coverage(path)

    report, _ = write([])
    check("goals", counts(report, "全部") == ALL, counts(report, "全部"))
    check("none", not any(counts(report, "已到").values()), counts(report, "已到"))
    check("listed", len(report["未到"]) == sum(ALL.values()), len(report["未到"]))
    for example in EXAMPLES:
        report, wrong = write([example])
        reached = {kind: count for kind, count in counts(report, "已到").items() if count}
        wanted = {kind: count for kind, count in example[2].items() if count}
        check(example[0], reached == wanted and wrong == 0, f"{reached}, {wrong} failed")
    report, wrong = write(EXAMPLES)
    missing = sorted((row["种类"], row["名称"], row["部分"]) for row in report["未到"])
    check("together", wrong == 0 and missing == [("表行", "按 人员", "其余")], missing)


def policies():
    for policy in POLICIES:
        report, wrong = coverage(os.path.join(SOURCE, "stdlib-policies", policy))
        check(policy, report["未到"] == [] and wrong == 0 and all(counts(report, "全部")[kind] for kind in ("条款", "付款方", "界线")),
              report["未到"])


FILLED = {"按文件算出": "期望 个人负担 = 0元", "按文件这笔数据不能结算": "期望 错误 缺少字段 无"}


def without_examples(text):
    kept, skipping = [], False
    for line in text.splitlines():
        if re.match(r"案例 ", line):
            skipping = True
        elif skipping and re.match(r"\s*$|[^ \t]", line):
            skipping = False
        if not skipping:
            kept.append(line)
    return "\n".join(kept) + "\n"


def put_examples(text, found):
    """The examples, each into the matter whose inputs it gives."""
    parts = re.split(r"(?m)^(?=业务 )", text)
    for example in re.findall(r"(?ms)^案例 .*?^  期望[^\n]*\n", found):
        body = example[example.index("给定") + 2:example.index("期望")]
        names = re.findall(r"(?:^|[,，])\s*(\w+) = ", body)
        for number in range(1, len(parts)):
            if all(re.search(rf"(?m)^\s*(?:输入|参数|累计)?\s*{name}\s*:", parts[0] + parts[number]) for name in names):
                for start, filled in FILLED.items():
                    example = re.sub(rf"期望  # 待填：{start}[^\n]*", filled, example)
                parts[number] += "\n" + example
                break
        else:
            check("matter", False, example)
    return "".join(parts)


def missing(folder):
    for policy in POLICIES:
        with open(os.path.join(SOURCE, "stdlib-policies", policy), encoding="utf-8") as file:
            bare = without_examples(file.read())
        path = os.path.join(folder, os.path.basename(policy))
        with open(path, "w", encoding="utf-8") as file:
            file.write(bare)
        before, _ = coverage(path)
        found = run("test", "--missing", path, "--lang", "zh")
        check(f"{policy}: same again", found == run("test", "--missing", path, "--lang", "zh"))
        lost = re.findall(r"(?m)^# 第 \d+ 行", found.split("# 没有找到", 1)[1]) if "# 没有找到" in found else []
        with open(path, "w", encoding="utf-8") as file:
            file.write(put_examples(bare, found))
        after, _ = coverage(path)
        total, reached = sum(counts(after, "全部").values()), sum(counts(after, "已到").values())
        print(f"{policy}: {sum(counts(before, '已到').values())} of {total} without examples, {reached} with those found")
        check(f"{policy}: what it says", total - reached == len(lost), f"{total - reached} not reached, {len(lost)} said")
        check(f"{policy}: finds most", reached * 10 >= total * 9, f"{reached} of {total}")
    full = os.path.join(SOURCE, "stdlib-policies", POLICIES[0])
    check("nothing missing", "待填" not in run("test", "--missing", full, "--lang", "zh"))


def main():
    with tempfile.TemporaryDirectory() as folder:
        small(folder)
        policies()
        missing(folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
