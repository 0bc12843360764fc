#!/usr/bin/env python3
"""The borders of the regions that pol diff reports are exact to the fen: at every border, a fen below and a
fen above, pol run settles the region's claim under both scripts, and what differs there is what the report
says; so does a grid of amounts between them."""

import json
import os
import random
import subprocess
import sys
import tempfile

POL, SOURCE = os.environ["POL"], os.environ["POL_SOURCE"]
CASES = [
    ("chongqing/banan-2018", "[1万元,  5万元) : 85%", "[1万元,  5万元) : 90%"),
    ("chongqing/banan-2018", "[1000元, 1万元) : 70%", "[2000元, 1万元) : 70%"),
    ("chongqing/banan-2018", "封顶 20万元 累计于 基金", "封顶 19万元 累计于 基金"),
    ("chongqing/banan-2018", "余额 不低于 1000元", "余额 超过 1000元"),
    ("chongqing/banan-2018", "则 10% 否则 20%", "则 12% 否则 20%"),
]


def settle(script, claims, folder):
    path = os.path.join(folder, "claims.jsonl")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(c, ensure_ascii=False) + "\n" for c in claims)
    done = subprocess.run([POL, "run", script, path], capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def paid(result):
    if "错误" in result:
        return None
    figures = {p["付款方"]: p["金额"] for p in result["支付明细"]}
    figures.update({name: result[name] for name in ("总费用", "个人负担", "医院承担")})
    return figures


def fen(text):
    return None if text is None else round(float(text) * 100)


def text(amount):
    return f"{amount // 100}.{amount % 100:02}"


def main():
    rng, checked, borders = random.Random(7), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, before, after in CASES:
            original, new = os.path.join(SOURCE, "stdlib-policies", name + ".pol"), os.path.join(folder, "new.pol")
            script = open(original, encoding="utf-8").read()
            assert before in script, before
            open(new, "w", encoding="utf-8").write(script.replace(before, after))
            done = subprocess.run([POL, "diff", original, new, "--format", "json", "--lang", "zh"], capture_output=True, text=True)
            assert done.returncode == 1, done.stderr
            [behaviour] = json.loads(done.stdout)["行为"]
            names = {c["名称"] for c in behaviour["结论"] if c["种类"] in ("总费用", "个人负担", "医院承担", "付款方")}
            regions = [r for r in behaviour["区域"] if "只看" not in r and r["结论"] == "differs" and "金额" in r]
            assert regions, name
            for region in regions[:5]:
                parts = [(fen(p["自"]), fen(p["至"]) if p["至"] else 10**11, p) for p in region["段"]]
                points = set()
                for low, high, _ in parts:
                    points |= {low - 1, low, low + 1, high - 1, high, high + 1}
                    points |= {rng.randint(low, min(high, low + 10**7)) for _ in range(10)}
                points |= {rng.randrange(10**8) for _ in range(100)}
                points = sorted(p for p in points if 0 <= p <= 10**11)
                claims = [dict(region["最小的一笔"]["旧"]["数据"], **{region["金额"]: text(p)}) for p in points]
                for point, a, b in zip(points, settle(original, claims, folder), settle(new, claims, folder)):
                    a, b = paid(a), paid(b)
                    differs = {n for n in names if (a or {}).get(n) != (b or {}).get(n)}
                    inside = [p for low, high, p in parts if low <= point <= high]
                    if inside and inside[0]["种类"] in ("scattered", "undecided"):
                        continue
                    said = set(inside[0]["不同"]) if inside else set()
                    assert differs == said, (name, after, region["情形"][0], text(point), differs, said)
                    checked += 1
                borders += 2 * len(parts)
    print(f"{borders} borders, {checked} amounts settled")
    assert borders > 50
    return 0


sys.exit(main())
