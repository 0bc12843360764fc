#!/usr/bin/env python3
"""The regional illustrations against the oracle of the document they extend.

The oracle of document 002 knows no regions: it is given the parameters that the regional script says, written down here once
more, and must pay the same; what the region adds or replaces is computed here, in whole fen.

agrees.test.py [COUNT [SEED]]
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import date, timedelta

HERE = os.path.dirname(os.path.abspath(__file__))
POL, SOURCE = os.environ["POL"], os.environ["POL_SOURCE"]
sys.path.insert(0, os.path.join(HERE, "..", "oracle"))

from oracle_002 import DOCUMENT  # noqa: E402

A = ("特困人员", "孤儿", "事实无人抚养儿童")
B = ("低保对象", "返贫致贫人口")
AIDED = (*A, *B, "边缘家庭救助对象", "因病致贫救助对象")
GROUPS = (*AIDED, *A, *B, "脱贫不稳定监测人口", "稳定脱贫人口", "其他")
COUNT = 1500
SHOWN = 5
passed = failed = 0


def check(good, *about):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        if failed <= SHOWN:
            print("FAILED:", *about)


def fen(text):
    yuan, _, cents = text.partition(".")
    return int(yuan) * 100 + int(cents.ljust(2, "0"))


def yuan(value):
    return f"{value // 100}.{value % 100:02d}"


def half_up(numerator, denominator):
    return (2 * numerator + denominator) // (2 * denominator)


def schedule(*rows):
    return [{"上限": None if bound is None else f"{bound}.00", "比例": ratio} for bound, ratio in rows]


def by_group(record, a, b, rest):
    group = record["人员类别"]
    return a if group in A else b if group in B else rest


def amount(draw, *edges):
    if edges and draw.randrange(2):
        return yuan(max(0, draw.choice(edges) * 100 + draw.choice([-1, 0, 0, 1])))
    return yuan(draw.randrange(draw.choice([100_000, 3_000_000, 40_000_000])))


# --- the east ------------------------------------------------------------------------------------------------------------

EAST_INPUTS = ("医院级别",)
EAST_YEARS = {2022: "30000", 2023: "31500", 2024: "33000", 2025: "33000"}


def east_parameters(record):
    day, group = record["就医日期"], record["人员类别"]
    level, visit = record["医院级别"], record["就医类型"]
    ratios = {"一级": "0.85", "二级": "0.75", "三级": "0.65"}
    return {
        "基本医保起付线": {"一级": "300", "二级": "500", "三级": "800"}[level] if visit == "住院" else "0",
        "基本医保比例": "0.50" if visit == "普通门诊" else ratios[level],
        "基本医保年度限额": "200000",
        "居民人均可支配收入": EAST_YEARS[int(day[:4])],
        "大病起付线下调比例": by_group(record, "0.8", "0.7", "0"),
        "大病分段": by_group(
            record, schedule((30000, "0.8"), (None, "0.9")), schedule((30000, "0.7"), (None, "0.8")),
            schedule((50000, "0.6"), (100000, "0.65"), (None, "0.7"))),
        "大病年度限额": "400000",
        "医疗救助比例": by_group(record, "1", "0.85", {"边缘家庭救助对象": "0.8", "因病致贫救助对象": "0.6"}.get(group, "0")),
        "医疗救助年度限额": by_group(record, "150000", "100000", "50000"),
        "倾斜救助起点": "5000",
        "倾斜救助比例": record.get("参数", {}).get("倾斜救助比例", "0.5"),
        "倾斜救助年度限额": "50000",
    }


def east_more(record, wanted):
    """再救助: half of what is left above 20,000 yuan, within 50,000 a year, and 150,000 with 医疗救助."""
    left, stood = fen(wanted["个人负担"]), fen(wanted["累计"]["医疗救助本年已付"])
    again_before = fen(record.get("再救助本年已付", "0"))
    before = again = 0
    if record["人员类别"] in AIDED and record.get("定点医疗机构", True):
        before = half_up(max(0, left - 2_000_000), 2)
        again = min(before, max(0, 5_000_000 - again_before), max(0, 15_000_000 - stood))
    wanted["支付明细"].append({"付款方": "再救助", "金额": yuan(again)})
    wanted["个人负担"] = yuan(left - again)
    wanted["累计"]["医疗救助本年已付"] = yuan(stood + again)
    wanted["累计"]["再救助本年已付"] = yuan(again_before + again)
    wanted["状态"] = sorted(wanted["状态"] + (["再救助达限额"] if again < before else []))


def east_claim(draw, record):
    record["就医日期"] = str(date(2022, 2, 1) + timedelta(days=draw.choice([0, 333, 334, 698, 699, draw.randrange(1400)])))
    record["医院级别"] = draw.choice(["一级", "二级", "三级"])
    if draw.randrange(4) == 0:
        record["参数"] = {"倾斜救助比例": draw.choice(["0.4", "0.55", "0.7"])}
    if draw.randrange(4) == 0:
        record["再救助本年已付"] = amount(draw, 49999, 50000)


# --- the west ------------------------------------------------------------------------------------------------------------

WEST_INPUTS = ("慈善捐助",)


def west_parameters(record):
    group = record["人员类别"]
    given = record["参数"]
    return {
        **given,
        "居民人均可支配收入": "26000" if record["就医日期"] < "2024-01-01" else "27500.5",
        "大病起付线下调比例": "0.9" if group == "特困人员" else by_group(record, "0.8", "0.7", "0"),
        "医疗救助年度限额": by_group(record, "300000", "80000", "80000"),
    }


def west_more(record, wanted):
    """慈善捐助 as far as there is something left, then 倾斜救助: above 3,000 yuan half, above 20,000 more 60%, 60,000 a year."""
    rows = {row["付款方"]: fen(row["金额"]) for row in wanted["支付明细"]}
    left = fen(wanted["个人负担"])
    gift = min(left, fen(record.get("慈善捐助", "0")))
    stood = fen(record.get("倾斜救助本年已付", "0"))
    before = tilt = 0
    if record["人员类别"] in AIDED and record.get("定点医疗机构", True) and record.get("负担较重", False):
        scope = max(0, fen(record["政策范围内费用"]) - rows["基本医疗保险"] - rows["大病保险"] - rows["其他补充医疗保险"])
        over = max(0, scope - rows["医疗救助"] - gift - 300_000)
        before = half_up(5 * min(over, 2_000_000) + 6 * max(0, over - 2_000_000), 10)
        tilt = min(before, max(0, 6_000_000 - stood), left - gift)
    wanted["支付明细"] = [row for row in wanted["支付明细"] if row["付款方"] != "倾斜救助"]
    wanted["支付明细"] += [{"付款方": "慈善捐助", "金额": yuan(gift)}, {"付款方": "倾斜救助", "金额": yuan(tilt)}]
    wanted["个人负担"] = yuan(left - gift - tilt)
    wanted["累计"]["倾斜救助本年已付"] = yuan(stood + tilt)
    wanted["累计"]["见义勇为本年已付"] = "0.00"
    wanted["状态"] = sorted(wanted["状态"] + (["倾斜救助达年度限额"] if before > max(0, 6_000_000 - stood) else []))


def west_claim(draw, record):
    record["就医日期"] = str(date(2023, 1, 1) + timedelta(days=draw.choice([0, 364, 365, draw.randrange(731)])))
    record["农村低收入人口"] = True  # the region asks no more for it
    if draw.randrange(3):
        record["慈善捐助"] = amount(draw, 3000)
    record["参数"] = {
        "基本医保起付线": amount(draw, 500, 800), "基本医保比例": draw.choice(["0", "0.5", "0.655", "1"]),
        "大病分段": by_group(record, schedule((50000, "0.8"), (None, "0.85")), schedule((50000, "0.7"), (None, "0.8")), schedule((None, "0.65"))),
    }
    if record["人员类别"] in AIDED:
        record["参数"]["医疗救助比例"] = by_group(record, "1", draw.choice(["0.9", "0.95"]), draw.choice(["0.8", "0.85"]))
    if draw.randrange(3) == 0:
        record["参数"]["基本医保年度限额"] = "100000"
    if draw.randrange(3) == 0:
        record["参数"]["大病年度限额"] = "50000.01"


# --- both ----------------------------------------------------------------------------------------------------------------

def random_claim(draw, index, finish):
    record = {"编号": str(index), "业务类型": "医疗费用结算", "人员类别": draw.choice(GROUPS),
              "就医类型": draw.choice(["住院", "住院", "普通门诊", "门诊特定病种"])}
    record["政策范围内费用"] = amount(draw, 300, 500, 800, 30300, 50500, 100500)
    record["自费费用"] = amount(draw, 20000)
    for name, value in (("定点医疗机构", draw.randrange(5) > 0), ("省内按规定转诊", draw.randrange(2) == 0), ("农村低收入人口", draw.randrange(2) == 0),
                        ("负担较重", draw.randrange(3) > 0), ("补充医疗保险支付", amount(draw, 1000)), ("连续住院已计起付线", amount(draw, 300, 500, 800)),
                        ("基本医保本年已付", amount(draw, 200000, 100000)), ("大病合规自付本年累计", amount(draw, 3000, 15000, 30000, 50000, 100000)),
                        ("大病本年已付", amount(draw, 400000, 50000)), ("医疗救助本年已付", amount(draw, 50000, 80000, 100000, 150000)),
                        ("倾斜救助本年已付", amount(draw, 50000, 60000))):
        if draw.randrange(2):
            record[name] = value
    finish(draw, record)
    return record


def expected(identifier, record, own_fields, parameters, more):
    plain = {key: value for key, value in record.items() if key not in own_fields and key not in ("参数", "编号")}
    plain["参数"] = parameters(record)
    wanted = DOCUMENT.settle(plain)
    if "错误" in wanted:
        return wanted
    more(record, wanted)
    return {"编号": record["编号"], **wanted, "文件": identifier}


REGIONS = {
    "illustration-east-2022": (east_claim, (*EAST_INPUTS, "再救助本年已付"), east_parameters, east_more),
    "illustration-west-2023": (west_claim, WEST_INPUTS, west_parameters, west_more),
}


def compare(name, count, seed):
    finish, own_fields, parameters, more = REGIONS[name]
    draw = random.Random(f"{name} {seed}")
    claims = [random_claim(draw, index, finish) for index in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "claims.jsonl")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(claim, ensure_ascii=False) + "\n" for claim in claims)
        policy = os.path.join(SOURCE, "stdlib-policies", "guangdong", name + ".pol")
        answer = subprocess.run([POL, "run", policy, path], capture_output=True, check=False)
    lines = answer.stdout.decode().splitlines()
    check(len(lines) == count, name, answer.stderr.decode()[-500:])
    errors = 0
    for claim, line in zip(claims, lines):
        got = json.loads(line)
        wanted = expected(name, claim, own_fields, parameters, more)
        errors += "错误" in wanted
        differ = [key for key in {**wanted, **got} if wanted.get(key) != got.get(key)]
        check(not differ, json.dumps(claim, ensure_ascii=False), *(f"\n  {key}: expected {wanted.get(key)}, got {got.get(key)}" for key in differ))
    print(f"{name}: {count} claims, {errors} of them errors")


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    seed = sys.argv[2] if len(sys.argv) > 2 else "1"
    for name in REGIONS:
        compare(name, count, seed)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
