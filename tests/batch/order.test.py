#!/usr/bin/env python3
"""The order of claims: out of order is found at the right claim, --sort settles by date, --any-order as they come."""

import json
import os
import re
import sys
import tempfile

from common import POLICIES, accumulators, by_date, check, claims_of, date_of, finish, run, text, write

COUNT = 3000
MESSAGE = re.compile(r"第 (\d+) 行：“(.*)”这笔的日期是 (\S+)，而 (\S+) 的一笔已先计入“(.*)”")
ENGLISH = re.compile(r"line (\d+): the claim of \"(.*)\" is dated (\S+), but one of (\S+) has already counted towards \"(.*)\"")


def disorder(name, claims):
    """The run that finds it, and that everything before was in order."""
    path = "unordered.jsonl"
    write(path, text(claims))
    answer = run(POLICIES[name], path, "-o", "out.jsonl", "--state-out", "out.csv", status=(2,))
    found = MESSAGE.search(answer.stderr.decode())
    check(found is not None and "--sort" in answer.stderr.decode(), name, answer.stderr.decode())
    if found is None:
        return
    line, holder, date, settled, accumulator = int(found[1]), found[2], found[3], found[4], found[5]
    claim = claims[line - 1]
    check(date == date_of(name, claim) and settled > date, name, line, date, settled)
    check(holder in (claim.get("参保人"), claim.get("家庭")), name, line, holder)
    check(any(date_of(name, other) == settled and holder in (other.get("参保人"), other.get("家庭")) for other in claims[:line - 1]),
          name, "no claim of", holder, "on", settled)
    check(accumulator in {key for policy in [accumulators.settled(name, [claim])] for key in policy[0].get("累计", {})}, name, accumulator)
    for leftover in ("out.jsonl", "out.jsonl.partial", "out.csv", "out.csv.partial"):
        check(not os.path.exists(leftover), name, leftover, "was left")
    check(run(POLICIES[name], "-", input=text(claims[:line - 1])).returncode in (0, 1), name, "the claims before are in order")
    run(POLICIES[name], "-", input=text(claims[:line]), status=(2,))
    for jobs in ("2", "5"):
        again = run(POLICIES[name], path, "--jobs", jobs, status=(2,), lang="en")
        there = ENGLISH.search(again.stderr.decode())
        check(there is not None and there.groups() == found.groups(), name, jobs, again.stderr.decode())


def sorting(name, claims):
    """--sort is the run of the sorted claims, which the oracle knows; lines of errors are those of the input."""
    path = write("claims.jsonl", text(claims))
    ordered = by_date(name, claims)
    wanted = run(POLICIES[name], "-", input=text(ordered)).stdout
    accumulators.compare(name, ordered)
    got = run(POLICIES[name], path, "--sort").stdout
    lines = {claim["编号"]: number for number, claim in enumerate(claims, 1)}
    check(len(got.splitlines()) == len(claims), name, "results", len(got.splitlines()))
    for a, b in zip(wanted.splitlines(), got.splitlines()):
        a, b = json.loads(a), json.loads(b)
        if "行" in a:
            check(b["行"] == lines[a["编号"]], name, b["行"], a["编号"])
            a.pop("行"), b.pop("行")
        check(a == b, name, a, b)
    for more in (["--sort-memory", "1"], ["--jobs", "3"], ["--jobs", "2", "--sort-memory", "1"]):
        check(run(POLICIES[name], path, "--sort", *more).stdout == got, name, more)
    listed = run(POLICIES[name], path, "--sort", "--rejects", "rejects.jsonl").stdout
    with open("rejects.jsonl", "rb") as rejects:
        check(sorted(listed.splitlines()) == sorted(x for x in got.splitlines() if b'"\xe9\x94\x99\xe8\xaf\xaf"' not in x), name, "rejects")
        check(len(rejects.readlines()) + len(listed.splitlines()) == len(claims), name, "rejects are lost")


def unreadable():
    """Records that have no date keep their place behind the one before them, and their line."""
    def claim(person, date, cost):
        return json.dumps({"编号": f"{person}-{date}", "参保人": person, "业务类型": "报销", "就医日期": date, "费用": cost}, ensure_ascii=False)

    lines = ["not JSON", claim("甲", "2023-05-01", "10"), '{"编号": "x"}', "", claim("甲", "2022-05-01", "20"), claim("乙", "yesterday", "1"),
             '{"编号": "open', claim("甲", "2021-05-01", "30")]
    got = run(POLICIES["periods"], "-", "--sort", input="\n".join(lines).encode()).stdout.decode().splitlines()
    got = [json.loads(line) for line in got]
    check([one.get("编号") for one in got] == [None, "甲-2021-05-01", "甲-2022-05-01", "乙-yesterday", None, "甲-2023-05-01", "x"],
          "places", [one.get("编号") for one in got])
    check([one.get("行") for one in got] == [1, None, None, 6, 7, None, 3], "lines", [one.get("行") for one in got])


def many_parts(folder):
    """More sorted parts than are merged at once: 1 MiB of memory merges 4, these are 9."""
    claims = claims_of("periods", 42000, "many")
    for claim in claims:
        claim["参保人"] = claim.get("参保人", "") + claim["编号"]
    path = write("many.jsonl", text(claims))
    check(os.path.getsize(path) > 5 << 20, "large enough for several parts")
    small = run(POLICIES["periods"], path, "--sort", "--sort-memory", "1", env={"TMPDIR": folder}).stdout
    check(small == run(POLICIES["periods"], path, "--sort").stdout, "in parts or in memory")
    check(os.listdir(folder) == [], "temporary files are left", os.listdir(folder))


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name in POLICIES:
            claims = claims_of(name, COUNT, "order")
            disorder(name, claims)
            sorting(name, claims)
        unreadable()
        os.mkdir("tmp")
        many_parts(os.path.join(folder, "tmp"))
        os.chdir("/")
    check(accumulators.failed == 0, "the oracle says otherwise")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
