#!/usr/bin/env python3
"""pol diff --claims against what two runs of pol run give, added up here."""

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
from decimal import Decimal

POL, SOURCE = os.environ["POL"], os.environ["POL_SOURCE"]
BANAN = os.path.join(SOURCE, "stdlib-policies/chongqing/banan-2018.pol")
EDITS = [("[1万元,  5万元) : 85%", "[1万元,  5万元) : 90%"), ("封顶 20万元 累计于", "封顶 15万元 累计于"),
         ("条件 纳入 且 规范就诊", "条件 纳入"), ("脱贫年份 ≥ 2014", "脱贫年份 ≥ 2016")]


def claim(rng, number):
    bill = Decimal(rng.choice([900, 5000, 30000, 120000, 400000]) * 100 + rng.randrange(100000)) / 100
    paid = (bill * rng.randrange(70) / 100).quantize(Decimal("0.01"))
    record = {
        "编号": f'B"{number},x' if number % 50 == 0 else f"B{number}", "参保人": f"P{rng.randrange(300)}",
        "业务类型": "医疗费用结算", "就医日期": f"20{rng.choice([19, 20])}-0{rng.randrange(1, 10)}-11",
        "人员类别": rng.choice(["建档立卡贫困人口", "脱贫人口", "其他"]), "脱贫年份": rng.randrange(2013, 2019),
        "就医类型": rng.choice(["住院", "门诊"]), "病种": rng.choice(["", "冠心病", "感冒"]),
        "就医地": rng.choice(["区内", "市内区外", "市外"]),
        "分级诊疗": rng.choice(["基层首诊", "未经转诊"]), "目录内费用": str(bill),
        "目录外费用": str(Decimal(rng.randrange(900000)) / 100), "城乡居民医保报销": str(paid),
        "大病保险报销": "0.00", "民政医疗救助": "0.00"}
    if rng.random() < 0.03:
        record["就医地"] = "外地"
    return record


def settle(script, claims):
    done = subprocess.run([POL, "run", script, claims, "--any-order"], capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def money(text):
    return Decimal(text)


def main():
    rng = random.Random(20181021)
    with tempfile.TemporaryDirectory() as folder:
        new, claims, listed = (os.path.join(folder, name) for name in ("new.pol", "claims.jsonl", "list.csv"))
        text = open(BANAN, encoding="utf-8").read()
        for before, after in EDITS:
            assert before in text, before
            text = text.replace(before, after)
        open(new, "w", encoding="utf-8").write(text)
        records = [claim(rng, i) for i in range(3000)]
        with open(claims, "w", encoding="utf-8") as file:
            for record in records:
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
        a, b = settle(BANAN, claims), settle(new, claims)
        done = subprocess.run([POL, "diff", BANAN, new, "--claims", claims, "--corrections", listed,
                               "--format", "json"], capture_output=True, text=True)
        assert done.returncode == 1, done.stderr
        impact = json.loads(done.stdout)["影响"]

        pairs = [(x, y, r) for x, y, r in zip(a, b, records) if "错误" not in x and "错误" not in y]
        change = [money(y["个人负担"]) - money(x["个人负担"]) for x, y, _ in pairs]
        assert impact["笔数"] == len(records)
        assert impact["减轻"] == sum(c < 0 for c in change) > 0
        assert impact["加重"] == sum(c > 0 for c in change) > 0
        same = sum({**x} == {**y} for x, y, _ in pairs)
        assert impact["减轻"] + impact["加重"] + impact["不变"] + impact["其他变化"] == len(pairs)
        # accumulators and outputs are no money; the payers, statuses and the rest are compared
        assert impact["不变"] >= same > 0
        assert impact["都不能结算"] == sum("错误" in x and "错误" in y for x, y in zip(a, b)) > 0
        persons = {}
        for (_, _, r), c in zip(pairs, change):
            persons[r["参保人"]] = persons.get(r["参保人"], 0) + c
        assert impact["人数"] == len(persons)
        assert impact["减轻人数"] == sum(c < 0 for c in persons.values())
        assert impact["加重人数"] == sum(c > 0 for c in persons.values())

        def paid(result, payer):
            return sum(money(p["金额"]) for p in result["支付明细"] if p["付款方"] == payer)

        for payer in impact["付款方"]:
            assert money(payer["旧"]) == sum(paid(x, payer["名称"]) for x, _, _ in pairs)
            assert money(payer["新"]) == sum(paid(y, payer["名称"]) for _, y, _ in pairs)
            assert money(payer["差"]) == money(payer["新"]) - money(payer["旧"])
        for name in ("总费用", "个人负担", "医院承担"):
            assert money(impact[name]["旧"]) == sum(money(x[name]) for x, _, _ in pairs), name
            assert money(impact[name]["新"]) == sum(money(y[name]) for _, y, _ in pairs), name
        for group in impact["类别"]:
            inside = [(x, y, c) for (x, y, r), c in zip(pairs, change) if r.get(group["输入"]) == group["标签"]]
            assert group["笔数"] == len(inside)
            assert group["减轻"] == sum(c < 0 for _, _, c in inside)
            assert money(group["新"]) == sum(money(y["个人负担"]) for _, y, _ in inside)
        moved = sorted(c for c in change if c != 0)
        assert [money(t) for t in impact["十分位"]] == [moved[-(-k * len(moved) // 10) - 1] for k in range(1, 10)]
        largest = sorted((-abs(c), i) for i, c in enumerate(change) if c != 0)[:20]
        assert [e["编号"] for e in impact["最大变化"]] == [pairs[i][2]["编号"] for _, i in largest]

        wanted = []
        for (x, y, r), line in zip([(x, y, r) for x, y, r in zip(a, b, records)], range(1, len(records) + 1)):
            if "错误" in x or "错误" in y:
                continue
            for payer in impact["付款方"]:
                before, after = paid(x, payer["名称"]), paid(y, payer["名称"])
                if before != after:
                    wanted.append([r["编号"], r["参保人"], str(line), payer["名称"], before, after,
                                   max(after - before, Decimal(0)), max(before - after, Decimal(0))])
        rows = list(csv.reader(open(listed, encoding="utf-8", newline="")))
        assert rows[0] == ["编号", "参保人", "行", "付款方", "原金额", "新金额", "应补", "应退"]
        assert [row[:4] + [Decimal(v) for v in row[4:]] for row in rows[1:]] == wanted
        print(f"{len(records)} claims, {len(moved)} moved, {len(wanted)} corrections")
    return 0


sys.exit(main())
