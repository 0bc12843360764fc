#!/usr/bin/env python3
"""Accumulators across claims, persons, households and periods.

Claims whose results were computed by hand (NAME.claims.jsonl, NAME.expected.jsonl), random claims against the ledger of
oracle.py, and the same bytes whatever the size of a block (blocks.c, where the library is built).

accumulators.test.py [COUNT [SEED]]
"""

import json
import os
import random
import shlex
import subprocess
import sys
import tempfile
from datetime import date, timedelta

HERE = os.path.dirname(os.path.abspath(__file__))
POL = os.environ["POL"]
sys.path.insert(0, HERE)

from oracle import POLICIES  # noqa: E402
from settle import Ledger  # noqa: E402

SCRIPTS = {"periods": ["periods.pol"], "holders": ["holders.pol"], "editions": ["editions/aid-2022.pol", "editions/aid-2023.pol"]}
TARGET = {"periods": "periods.pol", "holders": "holders.pol", "editions": "editions"}
COUNT = 2000
BLOCKS = (1, 2, 3, 64, 0, 5000)
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


def pol(*arguments, **options):
    return subprocess.run([POL, *arguments], capture_output=True, check=False, env={**os.environ, "POL_LANG": "zh"}, cwd=HERE, **options)


def lines(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def text(records):
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def settled(name, claims):
    answer = pol("run", TARGET[name], "-", "--any-order", input=text(claims))
    check(answer.returncode in (0, 1), name, answer.stderr.decode())
    return [json.loads(line) for line in answer.stdout.decode().splitlines()]


# --- by hand ----------------------------------------------------------------------------------------------------------

def by_hand(name):
    expected = lines(f"{name}.expected.jsonl")
    got = settled(name, lines(f"{name}.claims.jsonl"))
    check(len(got) == len(expected), name, "claims", len(got))
    for wanted, found in zip(expected, got):
        if "支付明细" in found:
            found["支付"] = {row["付款方"]: row["金额"] for row in found["支付明细"]}
        for key, value in wanted.items():
            check(found.get(key) == value, name, wanted["编号"], key, "expected", value, "got", found.get(key))


def refused():
    """What a record may not say of an accumulator, and editions that disagree on one."""
    claim = lines("periods.claims.jsonl")[0]
    for field, value in (("年计入", None), ("年计入", "-0.01"), ("年计入", "0.001"), ("近一月次数", "3"), ("近一月次数", 1.5)):
        got, after = settled("periods", [{**claim, field: value}, claim])
        check((got.get("错误"), got.get("字段")) == ("取值错误", field), field, value, got)
        check(after["累计"]["年计入"] == "4000.00" and after["附加"]["上次"] == "0.00", "a claim that is an error stored something", after)
    with tempfile.TemporaryDirectory() as folder:
        for old, new in (("每人 每季", "每人 每月"), ("每人 每年", "每户 每年"), ("滚动 3个月", "滚动 6个月"), ("近三月次 : 整数", "近三月次 : 金额")):
            for script in SCRIPTS["editions"]:
                with open(os.path.join(HERE, script), encoding="utf-8") as file:
                    changed = file.read()
                if script.endswith("2023.pol"):
                    changed = changed.replace(old, new).replace("增加 1 ", "增加 1元 " if new.endswith("金额") else "增加 1 ")
                    changed = changed.replace("近三月次 ≥ 3", "近三月次 ≥ 3元" if new.endswith("金额") else "近三月次 ≥ 3")
                with open(os.path.join(folder, os.path.basename(script)), "w", encoding="utf-8") as file:
                    file.write(changed)
            for script in SCRIPTS["editions"]:
                alone = pol("check", os.path.join(folder, os.path.basename(script)))
                check(alone.returncode == 0, old, new, alone.stdout.decode())
            answer = pol("run", folder, "-", input=b"")
            check(answer.returncode != 0 and b"aid-2022" in answer.stderr and b"aid-2023" in answer.stderr, old, new, answer.returncode, answer.stderr.decode())


# --- random -----------------------------------------------------------------------------------------------------------

PERSONS, HOUSES = ["甲", "乙", "丙", "丁", "戊"], ["H1", "H2", "H3"]
EDGES = {
    "periods": [date(2021, 12, 31), date(2022, 1, 31), date(2022, 2, 28), date(2022, 3, 31), date(2022, 5, 31), date(2022, 8, 31), date(2024, 2, 29)],
    "holders": [date(2021, 12, 31), date(2022, 1, 31), date(2022, 3, 31), date(2022, 12, 31)],
    "editions": [date(2021, 12, 31), date(2023, 8, 14), date(2023, 6, 30), date(2023, 12, 31), date(2022, 11, 30)],
}


def random_day(draw, name):
    if draw.randrange(2):
        return draw.choice(EDGES[name]) + timedelta(days=draw.choice([0, 0, 1, 2]))
    return date(2022, 1, 1) + timedelta(days=draw.randrange(800))


def amount(draw, most):
    fen = draw.choice([draw.randrange(100), draw.randrange(most), draw.randrange(most) // 100 * 100, draw.choice([50000, 100000, 300000]) + draw.randint(-1, 1)])
    return f"{fen // 100}.{fen % 100:02d}"


def carried(draw, name, matter):
    """Accumulators that some records bring along."""
    amounts = {
        "periods": ["年计入", "学年已付", "季已付", "月计入", "近三月计入", "终身已付", "上次费用", "当年最高"], "editions": ["本年救助", "本季救助"],
        "holders": ["家庭本年负担", "同名", *(["病种家庭已补", "类别已补", "月已补"] if matter == "门诊" else ["胎次已补", "住院已补"])],
    }[name]
    counts = {"periods": ["近一月次数", "季内次数"], "editions": ["近三月次"], "holders": ["合计次数"]}[name]
    record = {key: amount(draw, 1_500_000) for key in amounts if draw.randrange(12) == 0}
    return {**record, **{key: draw.randrange(6) for key in counts if draw.randrange(12) == 0}}


def random_claim(draw, name, index):
    matter = draw.choice(["门诊", "门诊", "生育"]) if name == "holders" else {"periods": "报销", "editions": "救助"}[name]
    claim = {"编号": str(index), "业务类型": matter}
    if draw.randrange(8):
        claim["参保人"] = draw.choice(PERSONS)
    if draw.randrange(5):
        claim["家庭"] = draw.choice(HOUSES)
    claim[{"门诊": "就诊日期", "生育": "出院日期"}.get(matter, "就医日期")] = str(random_day(draw, name))
    claim["费用"] = amount(draw, draw.choice([100_000, 2_000_000]))
    if name == "periods" and draw.randrange(20) == 0:
        claim["除数"] = draw.choice([0, 3])
    if matter == "门诊":
        claim["病种"] = draw.choice(["哮喘", " 哮喘", "Ⅱ型糖尿病", "II型糖尿病", "肺炎"])
        claim["人员类别"] = draw.choice(["慢病", "大病", "普通"])
        for key, value in (("异地", draw.randrange(2) == 0), ("补助标准", draw.choice(["50", "50.00", 50, "60"])),
                           ("情形", draw.choice([None, ["失独"], ["独居", "残疾"], ["残疾", "独居", "残疾"]]))):
            if draw.randrange(2):
                claim[key] = value
    if matter == "生育":
        claim["入院日"] = draw.choice(["2022-01-01", "2022-03-01"])
        if draw.randrange(2):
            claim["胎次"] = draw.choice([0, 1, 2, None])
    if draw.randrange(3) == 0:
        claim.update(carried(draw, name, matter))
    if draw.randrange(25) == 0:
        claim["费用"] = draw.choice(["1.234", "1000000.01" if name == "periods" else "0.001"])
    elif draw.randrange(40) == 0:
        claim["多余"] = 1
    return claim


def compare(name, claims):
    ledger = Ledger()
    got = settled(name, claims)
    check(len(got) == len(claims), name, "results", len(got))
    rejected = 0
    for claim, found in zip(claims, got):
        wanted = POLICIES[name].settle(claim, ledger)
        rejected += "错误" in wanted
        wanted = {**{key: claim[key] for key in ("编号", "参保人", "家庭") if key in claim}, **wanted}
        if "错误" in wanted:
            found = {key: found.get(key) for key in wanted}
        check(found == wanted, json.dumps(claim, ensure_ascii=False), "\n  expected", wanted, "\n  got", found)
    print(f"{name}: {len(claims)} claims, {rejected} of them errors")


# --- blocks -----------------------------------------------------------------------------------------------------------

def build(folder):
    root, made = os.environ.get("POL_BUILD"), os.path.join(folder, "blocks")
    if not root or not os.path.exists(os.path.join(root, "libpol.a")):
        return None
    libraries = subprocess.run(["pkg-config", "--libs", "libutf8proc"], capture_output=True, text=True, check=True).stdout
    command = [os.environ.get("POL_CC", "cc"), "-std=c11", "-Wall", "-Wextra", *shlex.split(os.environ.get("POL_CFLAGS", ""))]
    command += [f"-I{os.environ['POL_SOURCE']}/interp/include", f"-I{root}/include", os.path.join(HERE, "blocks.c"), os.path.join(root, "libpol.a")]
    built = subprocess.run([*command, *shlex.split(libraries), "-o", made], capture_output=True, text=True, check=False)
    check(built.returncode == 0, built.stderr)
    return made if built.returncode == 0 else None


def blocks(program, name, claims):
    first = None
    for size in BLOCKS:
        answer = subprocess.run([program, str(size), *SCRIPTS[name]], input=text(claims), capture_output=True, check=False, cwd=HERE)
        check(answer.returncode in (0, 1), name, size, answer.stderr.decode())
        first = answer.stdout if first is None else first
        check(answer.stdout == first and answer.stdout.count(b"\n") == len(claims), name, "blocks of", size, "differ from blocks of", BLOCKS[0])


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    seed = sys.argv[2] if len(sys.argv) > 2 else "1"
    with tempfile.TemporaryDirectory() as folder:
        program = build(folder)
        for name, scripts in SCRIPTS.items():
            answer = pol("test", *scripts)
            check(answer.returncode == 0, name, answer.stdout.decode())
            by_hand(name)
            draw = random.Random(f"{name} {seed}")
            claims = [random_claim(draw, name, index) for index in range(count)]
            compare(name, claims)
            if program:
                blocks(program, name, claims)
    refused()
    if not program:
        print("without libpol.a the size of blocks is not tested")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
