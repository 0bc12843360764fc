#!/usr/bin/env python3
"""Ledgers in files: a year in twelve runs is a year in one; what people see in them; files that cannot be trusted."""

import csv
import gzip
import io
import os
import random
import re
import sys
import tempfile
from fractions import Fraction

from common import ACCUMULATORS, POLICIES, accumulators, by_date, check, claims_of, date_of, finish, read, run, text, write

COUNT = 4000
MUTATIONS = 400


def months(name, claims):
    """Month by month, each with the ledger of the last, against one run; packed in between."""
    ordered = [claim for claim in by_date(name, claims) if date_of(name, claim) >= "2021"]
    whole = run(POLICIES[name], "-", "--state-out", "whole.csv", input=text(ordered)).stdout
    whole = re.sub(rb'"\xe8\xa1\x8c":\d+', b"", whole)
    parts, state, files = b"", [], 0
    for month in sorted({date_of(name, claim)[:7] for claim in ordered}):
        part = [claim for claim in ordered if date_of(name, claim)[:7] == month]
        files += 1
        out = ("state.csv", "state.csv.gz", "state.csv.zst", "other.csv")[files % 4]
        jobs = ["--jobs", "2"] if files % 2 else []
        parts += run(POLICIES[name], "-", *state, "--state-out", out, *jobs, input=text(part)).stdout
        state = ["--state", out]
    run(POLICIES[name], "-", *state, "--state-out", "parts.csv", input=b"")
    parts = re.sub(rb'"\xe8\xa1\x8c":\d+', b"", parts)
    check(files >= 12, name, "months", files)
    check(parts == whole, name, "twelve runs differ from one")
    check(read("parts.csv") == read("whole.csv"), name, "the ledgers differ")
    # a ledger that is read and written is the same, and may replace itself
    before = read("whole.csv")
    run(POLICIES[name], "-", "--state", "whole.csv", "--state-out", "whole.csv", input=b"")
    check(read("whole.csv") == before, name, "reading and writing changes a ledger")
    # a claim that comes too late is found across files too
    late = [claim for claim in ordered if claim.get("参保人") and claim.get("家庭")][0]
    answer = run(POLICIES[name], "-", "--state", "whole.csv", input=text([late]), status=(0, 1, 2))
    if name == "periods":
        check(answer.returncode == 2 and "--sort" in answer.stderr.decode(), name, answer.stderr.decode())
    return ordered


def editions(claims):
    """An edition alone, then the next alone, carry on like the folder of both."""
    ordered = by_date("editions", claims)
    whole = run(POLICIES["editions"], "-", "--state-out", "both.csv", input=text(ordered)).stdout
    old = [claim for claim in ordered if date_of("editions", claim) < "2023-08-15"]
    new = ordered[len(old):]
    check(old and new, "claims of both editions")
    first = run(os.path.join(ACCUMULATORS, "editions", "aid-2022.pol"), "-", "--state-out", "carried.csv", input=text(old)).stdout
    second = run(os.path.join(ACCUMULATORS, "editions", "aid-2023.pol"), "-", "--state", "carried.csv", "--state-out", "carried.csv", input=text(new)).stdout
    strip = lambda out: re.sub(rb'"\xe8\xa1\x8c":\d+|"\xe8\xaf\xb4\xe6\x98\x8e":"[^"]*"', b"", out)
    check(strip(first + second) == strip(whole), "editions one after another")
    check(read("carried.csv") == read("both.csv"), "their ledgers")


def meaning(name, ordered):
    """The rows say what the oracle's last results say."""
    got = accumulators.settled(name, ordered)
    run(POLICIES[name], "-", "--state-out", "seen.csv", input=text(ordered))
    data = read("seen.csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data, newline="")))
    check(rows[0][:3] == ["pol 台账", "版本 1", "系列"], rows[0])
    head = rows[1]
    check(head[:5] == ["业务", "累计", "期间", "参保人", "家庭"] and head[-2:] == ["日期", "数值"], head)
    check(rows[-1][0] == "结束" and int(rows[-1][1]) == len(rows) - 3, rows[-1])
    last = {}
    for claim, result in zip(ordered, got):
        if "累计" in result and claim.get("参保人"):
            last[claim["参保人"]] = claim, result
    for person, (claim, result) in last.items():
        day = date_of(name, claim)
        for accumulator, period in (("年计入", f"{day[:4]}年"), ("月计入", f"{day[:4]}年{int(day[5:7])}月"), ("终身已付", "不清零")):
            found = [row for row in rows[2:-1] if row[1:4] == [accumulator, period, person]]
            check([row[-2:] for row in found] == [[day, result["累计"][accumulator]]], person, accumulator, found)
        rolling = sum(Fraction(row[-1]) for row in rows[2:-1] if row[1:4] == ["近三月计入", "滚动3个月", person])
        total = sum(Fraction(one["费用"]) for one, r in zip(ordered, got) if one.get("参保人") == person and "累计" in r)
        check(rolling == total, person, "rolling", rolling, total)


def damaged(policy, path):
    """Every change is seen: bytes changed, lost or doubled, rows moved, ends cut off."""
    data = read(path)
    draw = random.Random(3)
    for number in range(MUTATIONS):
        at = draw.randrange(3, len(data) - 1)
        kind = number % 5
        if kind == 0:
            changed = data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1:]
        elif kind == 1:
            changed = data[:at] + data[at + 1 + draw.randrange(40):]
        elif kind == 2:
            changed = data[:at] + data[at:at + 1 + draw.randrange(40)] + data[at:]
        elif kind == 3:
            changed = data[:at]
        else:
            lines = data.split(b"\n")
            a = draw.randrange(2, len(lines) - 3)
            lines[a], lines[a + 1] = lines[a + 1], lines[a]
            changed = b"\n".join(lines)
        if changed in (data, data[:-1]):
            continue
        write("bad.csv", changed)
        answer = run(policy, "-", "--state", "bad.csv", "--state-out", "never.csv", "-o", "never", input=b"", status=(2,))
        check("台账不能使用" in answer.stderr.decode(), kind, at, answer.stderr.decode())
        check(not os.path.exists("never") and not os.path.exists("never.csv"), "a run with a bad ledger wrote something")


def by_hand(policy, path):
    """Changed on purpose: the last cell is emptied; each row is still checked by itself."""
    lines = read(path).decode().split("\n")
    end = [i for i, line in enumerate(lines) if line.startswith("结束,")][0]
    place = [i for i, line in enumerate(lines) if ",年计入,2022年," in line][0]
    cells = lines[place].split(",")
    lines[end] = lines[end].rsplit(",", 1)[0] + ","
    spreadsheet = [line + ",,," if i in (0, end) else line for i, line in enumerate(lines)]
    write("mended.csv", "\r\n".join(spreadsheet).encode())
    run(policy, "-", "--state", "mended.csv", input=b"")
    for column, wrong, says in ((-1, "12", "类型"), (-1, "1.5", "数值"), (-1, "-1.00", "数值"), (-1, "1e3", "数值"), (-1, "10000000000000.01", "数值"),
                                (-2, "2022-02-30", "日期"), (-2, "2022/1/1", "日期"), (2, "2022年13月", "期间"), (2, "二〇二二年", "期间"), (2, "2022年", None),
                                (4, "H1", "只填一个"), (3, "", "只填一个"), (1, "", "名称"), (0, "a,b", "列数"), (1, '"', "引号")):
        changed = list(cells)
        changed[column] = wrong
        copy = list(lines)
        copy[place] = ",".join(changed)
        write("mended.csv", "\n".join(copy).encode())
        answer = run(policy, "-", "--state", "mended.csv", input=b"", status=(0,) if says is None else (2,))
        check(says is None or (says in answer.stderr.decode() and f"第 {place + 1} 行" in answer.stderr.decode()), column, wrong, answer.stderr.decode())
    copy = lines[:place] + [lines[place]] + lines[place:]
    copy[end + 1] = copy[end + 1].replace("结束,", "结束,1", 1)
    write("mended.csv", "\n".join(copy).encode())
    answer = run(policy, "-", "--state", "mended.csv", input=b"", status=(2,))
    check("两次" in answer.stderr.decode(), answer.stderr.decode())


def strangers():
    """Ledgers of another series, of accumulators that count otherwise, of another version; no ledger at all."""
    run(POLICIES["holders"], "-", "--state-out", "holders.csv", input=text(by_date("holders", claims_of("holders", 50))))
    answer = run(POLICIES["periods"], "-", "--state", "holders.csv", input=b"", status=(2,))
    check("系列" in answer.stderr.decode() and "holders" in answer.stderr.decode(), answer.stderr.decode())
    with open(POLICIES["periods"], encoding="utf-8") as file:
        script = file.read()
    write("other.pol", script.replace("近三月计入 : 金额 每人 滚动 3个月", "近三月计入 : 金额 每人 滚动 6个月").encode())
    run(POLICIES["periods"], "-", "--state-out", "periods.csv", input=text(by_date("periods", claims_of("periods", 50))))
    answer = run("other.pol", "-", "--state", "periods.csv", input=b"", status=(2,))
    check("近三月计入" in answer.stderr.decode(), answer.stderr.decode())
    for content, says in ((b"", "不完整"), (b"hello\n", "不是 pol 台账"), (read("periods.csv").replace("版本 1".encode(), "版本 2".encode()), "版本"),
                          (gzip.compress(read("periods.csv"))[:-20], "不完整"), (b"\x00" * 5000, ""), (b'"' * 3000000, "")):
        write("strange.csv", content)
        answer = run(POLICIES["periods"], "-", "--state", "strange.csv", input=b"", status=(2,))
        check(says in answer.stderr.decode(), content[:40], answer.stderr.decode())
    run(POLICIES["periods"], "-", "--state", "nowhere.csv", input=b"", status=(2,))
    run(POLICIES["periods"], "-", "--state-out", "no/such/folder.csv", input=b"", status=(2,))
    run(POLICIES["periods"], "-", "--state-out", "x", "-o", "x", input=b"", status=(2,))
    if os.path.exists("/dev/full"):
        answer = run(POLICIES["periods"], "-", "--state-out", "/dev/full", "-o", "kept", input=b"", status=(2,))
        check("磁盘空间不足" in answer.stderr.decode() and not os.path.exists("kept"), answer.stderr.decode())


def hard_names():
    """Persons and texts that a table must quote or mark come back as they were."""
    hard = ["空", "'", "'空", '"', "a,b", "两\n行", " ", "結束", "结束", "=1+1", "\t", "a\rb"]
    claims = []
    for day in ("2022-01-05", "2022-02-05"):
        for number, name in enumerate(hard):
            claims.append({"编号": str(len(claims)), "业务类型": "门诊", "参保人": name, "家庭": hard[-1 - number], "就诊日期": day, "费用": "100", "病种": name,
                           "人员类别": "慢病", **({"情形": ["残疾", "失独"]} if number % 2 else {})})
    whole = run(POLICIES["holders"], "-", input=text(claims)).stdout
    half = len(hard)
    first = run(POLICIES["holders"], "-", "--state-out", "hard.csv", input=text(claims[:half])).stdout
    second = run(POLICIES["holders"], "-", "--state", "hard.csv", input=text(claims[half:])).stdout
    check(first + second == whole, "hard names")
    check(second != first, "the second half begins where the first ended")


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name in POLICIES:
            ordered = months(name, claims_of(name, COUNT, "months"))
            if name == "periods":
                meaning(name, ordered)
        editions(claims_of("editions", COUNT, "editions"))
        run(POLICIES["periods"], "-", "--state-out", "good.csv", input=text(by_date("periods", claims_of("periods", 60))))
        damaged(POLICIES["periods"], "good.csv")
        by_hand(POLICIES["periods"], "good.csv")
        strangers()
        hard_names()
        os.chdir("/")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
