#!/usr/bin/env python3
"""Every policy covers its document, and the check finds what is planted in a script."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from check_coverage import check, check_script  # noqa: E402

SOURCE = os.environ.get("POL_SOURCE", os.path.dirname(os.path.dirname(HERE)))
POLICIES = {
    "000": "guangdong/jiangmen-2019.pol",
    "001": "guangdong/zhanjiang-2018.pol",
    "002": "guangdong/guangdong-2021.pol",
    "003": "chongqing/banan-2018.pol",
    "004": "sichuan/guangan-2018.pol",
}

ROWS = {"X-1": ("一", "rule"), "X-2": ("二", "no_rule"), "X-3": ("三", "rule")}
SCRIPT = """
政策 "x" "例" 施行 自 2020-01-01 起 依据 "某文"    # 依据 "二"
条款 "一" "对象"
条款 “二” "职责" 不计算 "部门职责"
条款 "三" "标准"
定义 甲 = 1 依据 "一"、"三"
待遇 乙 依据 "三"
案例 "例" 依据 "二" 给定 丙 = 1 期望 乙.垫付 = 0元 依据 "二"
"""

# (what is planted, text of the script, what it becomes, the start of the fault expected, or None)
PLANTED = [
    ("nothing", "", "", None),
    ("one of two citations removed", '、"三"', "", None),
    ("the only citation removed", '"一"、', "", "X-1: no statement cites clause 一"),
    ("a clause removed", '条款 "三" "标准"', "", "X-3: clause 三 is not in the script"),
    ("a reason emptied", '不计算 "部门职责"', '不计算 ""', "X-2: clause 二 does not say why"),
    ("a reason removed", '不计算 "部门职责"', "", "X-2: clause 二 does not say why"),
    ("a clause without rule cited", '"一"、', '"一"、"二"、', "X-2: clause 二 is 不计算, and cited"),
    ("a rule declared to compute nothing", '"对象"', '"对象" 不计算 "无"', "X-1: clause 一 is 不计算, but has a rule"),
    ("an unknown clause cited", '待遇 乙 依据 "三"', '待遇 乙 依据 "四"', "四: cited, but not in the list"),
    ("a citation commented out", '定义 甲 = 1 依据', "定义 甲 = 1 # 依据", "X-1: no statement cites clause 一"),
    ("a citation moved to an example", '定义 甲 = 1 依据 "一"、"三"', '定义 甲 = 1 案例 "a" 依据 "一"', "X-1: no statement cites clause 一"),
]


def main():
    passed = failed = 0
    for document, policy in POLICIES.items():
        faults, count = check_script(os.path.join(SOURCE, "stdlib-policies", policy), document)
        print("\n".join([f"{document}: {count} items, {len(faults)} faults", *faults]))
        passed += not faults
        failed += bool(faults)
    for name, before, after, expected in PLANTED:
        faults = check(SCRIPT.replace(before, after) if before else SCRIPT, list(ROWS), ROWS)
        found = not faults if expected is None else any(fault.startswith(expected) for fault in faults)
        passed += found
        failed += not found
        if not found:
            print(f"{name}: {faults}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
