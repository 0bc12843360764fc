#!/usr/bin/env python3
"""Threads change nothing: the same bytes for any number, in every form, packed or not."""

import csv
import gzip
import io
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from decimal import Decimal

from common import POLICIES, check, claims_of, finish, read, run, text, write

COUNT = 9000  # some pieces
HARD = ['逗号,引号"', "两\n行", " 前后 ", '"', "换行\r\n回车"]


def as_csv(claims, hard=True):
    """Cells with commas, quotes and line ends among them; 情形 and nested values as CSV has them."""
    names = list(dict.fromkeys(key for claim in claims for key in claim))
    draw = random.Random(7)
    out = io.StringIO(newline="")
    table = csv.DictWriter(out, names, lineterminator="\r\n" if hard else "\n")
    table.writeheader()
    for number, claim in enumerate(claims):
        row = {}
        for key, value in claim.items():
            row[key] = "、".join(value) if isinstance(value, list) else {True: "是", False: "否"}.get(value, value) if isinstance(value, bool) else value
        if hard and draw.randrange(50) == 0:
            row["编号"] = f"{number} {draw.choice(HARD)}"
        table.writerow(row)
    return out.getvalue()


def same(name, path, *options):
    outputs = {}
    for jobs in ("1", "2", "3", "8"):
        run(POLICIES[name], path, "--any-order", "--jobs", jobs, "-o", "out", "--rejects", "rejects", "--state-out", "state.csv", *options)
        outputs[jobs] = read("out"), read("rejects"), read("state.csv")
        plain = run(POLICIES[name], path, "--any-order", "--jobs", jobs, *options)
        outputs[jobs] += plain.stdout, plain.stderr
    for jobs, output in outputs.items():
        check(output == outputs["1"], name, path, options, jobs, "threads differ from one")
    return outputs["1"][3]


def summary(name, results, said):
    """The closing lines against the results themselves."""
    amounts, claims = Counter(), Counter()
    for one in results:
        if "错误" in one:
            claims["拒绝 " + one["错误"]] += 1
            continue
        rows = [("付款方 " + row["付款方"], row["金额"]) for row in one["支付明细"]]
        for label, amount in [("总费用", one["总费用"]), ("医院承担", one["医院承担"]), ("个人负担", one["个人负担"]), *rows]:
            amounts[label] += Decimal(amount)
            claims[label] += Decimal(amount) != 0
        claims.update("状态 " + status for status in one["状态"])
    first, *lines = said.splitlines()
    rejected = sum("错误" in one for one in results)
    check(first == f"共 {len(results)} 笔：结算 {len(results) - rejected} 笔，拒绝 {rejected} 笔", name, first)
    seen = set()
    for line in lines:
        label, amount, count = re.fullmatch(r"  (.*?)  +(-?\d+\.\d\d)?  *(\d+) 笔", line).groups()
        seen.add(label)
        check(int(count) == claims[label] and (amount is None or Decimal(amount) == amounts[label]), name, line, claims[label], amounts[label])
    check(seen >= {label for label, count in claims.items() if count}, name, "missing", set(claims) - seen)
    paid = sum(amount for label, amount in amounts.items() if label.startswith("付款方"))
    check(paid + amounts["医院承担"] + amounts["个人负担"] == amounts["总费用"], name, "the sums do not add up")
    check(len({sum(2 if ord(c) > 0x2e80 else 1 for c in line) for line in lines}) == 1, name, "the lines are not aligned")


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name in POLICIES:
            claims = claims_of(name, COUNT, "jobs")
            write("claims.jsonl", text(claims))
            plain = same(name, "claims.jsonl")
            check(len(plain.splitlines()) == COUNT, name, "results", len(plain.splitlines()))
            lines = [json.loads(line) for line in plain.splitlines()]
            summary(name, lines, run(POLICIES[name], "claims.jsonl", "--any-order", "--jobs", "3").stderr.decode())
            check([one["编号"] for one in lines] == [claim["编号"] for claim in claims], name, "the order of the input")
            if name == "holders":
                same(name, "claims.jsonl", "--bill")
            if name != "editions":
                write("claims.csv", as_csv(claims).encode())
                table = same(name, "claims.csv")
                rows = list(csv.reader(io.StringIO(table.decode(), newline="")))
                check(len(rows) == COUNT + 1 and {len(row) for row in rows} == {len(rows[0])}, name, "rows", len(rows))
                write("gb.csv", as_csv(claims).encode("gb18030"))
                check(same(name, "gb.csv") == table, name, "GB18030")
        # packed, by name and by content
        write("claims.jsonl.gz", gzip.compress(text(claims)[:400000]) + gzip.compress(text(claims)[400000:]))
        write("unnamed", read("claims.jsonl.gz"))
        subprocess.run(["zstd", "-qf", "claims.jsonl"], check=True)
        for path in ("claims.jsonl.gz", "claims.jsonl.zst", "unnamed"):
            check(run(POLICIES["editions"], path, "--any-order", "--jobs", "2").stdout == plain, path)
        check(run(POLICIES["editions"], "-", "--any-order", input=read("claims.jsonl.zst")).stdout == plain, "packed on standard input")
        for jobs in ("1", "3"):
            run(POLICIES["editions"], "claims.jsonl", "--any-order", "--jobs", jobs, "-o", f"{jobs}.jsonl.gz", "--rejects", f"{jobs}.rejects.gz")
            run(POLICIES["editions"], "claims.jsonl", "--any-order", "--jobs", jobs, "-o", f"{jobs}.jsonl.zst")
        check(read("1.jsonl.gz") == read("3.jsonl.gz") and read("1.jsonl.zst") == read("3.jsonl.zst"), "packed output differs by threads")
        check(subprocess.run(["zstd", "-dcq", "1.jsonl.zst"], capture_output=True, check=True).stdout == plain, "what zstd unpacks")
        lines = gzip.decompress(read("1.jsonl.gz")).splitlines() + gzip.decompress(read("1.rejects.gz")).splitlines()
        check(len(lines) == COUNT, "what gzip unpacks", len(lines))
        write("claims.csv.gz", gzip.compress(as_csv(claims_of("periods", 500)).encode("gb18030")))
        check(run(POLICIES["periods"], "claims.csv.gz", "--any-order").stdout.startswith("编号,".encode()), "CSV under compression")
        for wrong in ("0", "65", "two", "-1", "1.5", ""):
            check("1" in run(POLICIES["editions"], "claims.jsonl", "--jobs", wrong, status=(2,)).stderr.decode(), wrong)
        os.chdir("/")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
