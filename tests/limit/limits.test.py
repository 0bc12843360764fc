#!/usr/bin/env python3
"""Every limit of the language (reference, Limits): just at it the script checks, just over it is an error.

Over a limit there must be an error with its code and place, exit status 1, and no crash. Limits of records
are tested through `pol run`.
"""
import json
import os
import subprocess
import sys
import tempfile

POL = os.environ["POL"]
HEAD = '政策 "t" "t" 施行 自 2024-01-01 起\n'
MATTER = "业务 甲 按 日\n输入 日 : 日期 金 : 金额 数 : 整数\n"
BILL = "结算 总费用 = 金\n状态 读 当 数 = 1\n"
passed = failed = 0


def report(ok, what):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print("FAILED:", what)


def check(text):
    with tempfile.NamedTemporaryFile("w", suffix=".pol", delete=False) as f:
        f.write(text)
    try:
        run = subprocess.run([POL, "check", "--lang", "en", f.name], capture_output=True, text=True, timeout=120)
    finally:
        os.unlink(f.name)
    return run


def limit(what, at, over, code):
    run = check(at)
    report(run.returncode == 0, f"{what}: at the limit: {run.stdout[:300]}")
    run = check(over)
    report(run.returncode == 1 and f"error[{code}]" in run.stdout, f"{what}: over the limit: {run.stdout[:300]}")


def both(what, make, at, code):
    limit(what, make(at), make(at + 1), code)


def script(body, matter=MATTER, bill=BILL, head=HEAD):
    return head + matter + bill + body


def many(count, item, joint=", "):
    return joint.join(item.format(i) for i in range(count))


# ---- text ----------------------------------------------------------------------------------------------
def padded(size):
    text = script("")
    return text + "#" * (size - len(text.encode()) - 1) + "\n"


limit("file 4 MiB", padded(4 << 20), padded((4 << 20) + 1), "E0011")
both("text 4 KiB", lambda n: script(f'附加 名 = "{"x" * n}"\n'), 4096, "E0010")
both("nesting 64", lambda n: script("定义 深 = " + "(" * n + "1" + ")" * n + "\n状态 用 当 深 = 1\n"), 64, "E0109")

# ---- vocabularies ----------------------------------------------------------------------------------------
both("labels of a category", lambda n: HEAD + "类别 类 { " + many(n, "甲{}") + " }\n"
     + MATTER.replace("数 : 整数", "数 : 整数 人 : 类") + BILL + "状态 用 当 人 = 甲0\n", 1024, "E0435")
both("labels with any_of", lambda n: HEAD + "类别 类 { " + many(n, "甲{}") + " }\n"
     + MATTER.replace("数 : 整数", "数 : 整数 人 : 多选 类") + BILL + "状态 用 当 人 属于 { 甲0 }\n", 64, "E0435")
both("members of a set", lambda n: HEAD + "集合 病 : 文字 { " + many(n, '"d{}"') + " }\n"
     + MATTER.replace("数 : 整数", "数 : 整数 种 : 文字") + BILL + "状态 用 当 种 属于 病\n", 65536, "E0435")

# ---- tables and tiers --------------------------------------------------------------------------------------
both("tiers of a schedule", lambda n: script("待遇 助 基数 金 分段 { " + "; ".join(
    f"[{i}元, {'不限' if i == n - 1 else str(i + 1) + '元'}) : 1%" for i in range(n)) + " }\n"), 32, "E0410")
both("columns of a table", lambda n: HEAD + "业务 甲 按 日\n输入 日 : 日期 金 : 金额 " + many(n, "b{} : 是否", " ") + "\n结算 总费用 = 金\n"
     + "附加 果 = 按 " + many(n, "b{}") + " { 是" + ", 不论" * (n - 1) + " : 1; 否" + ", 不论" * (n - 1) + " : 2 }\n", 8, "E0406")
both("rows of a table", lambda n: script("附加 果 = 按 数 { " + many(n - 1, "{0} : {0}", "; ") + "; 其余 : 0 }\n"), 1024, "E0406")
both("branches of 当", lambda n: script("附加 果 = " + many(n, "当 数 = {0} 则 {0}", " ") + " 否则 0\n"), 256, "E0437")
both("arguments", lambda n: script("附加 果 = 较小(" + many(n, "数 + {}") + ")\n"), 16, "E0319")
both("reasons of a group", lambda n: script("状态 组 " + many(n, "当 数 = {0} 则 由{0}", " ") + "\n"), 256, "E0437")

# ---- payers ---------------------------------------------------------------------------------------------------
both("payers of a matter", lambda n: script("\n".join(f"待遇 助{i} 金额 1元" for i in range(n)) + "\n"), 64, "E0436")
both("cases of 顺序", lambda n: script("待遇 助 金额 1元\n顺序 " + many(n - 1, "当 数 = {} 则 助", " ") + " 否则 空\n"), 16, "E0437")
both("alternatives of a benefit", lambda n: script("待遇 助\n" + many(n, "  条件 数 = {0} 金额 {0}元", "\n") + "\n"), 32, "E0437")
both("caps", lambda n: script("待遇 助 金额 金" + " 封顶 1000元" * n + "\n"), 8, "E0438")
both("optional inputs", lambda n: HEAD + "业务 甲 按 日\n输入 日 : 日期 金 : 金额 " + many(n, "i{} : 整数 可空", " ")
     + "\n结算 总费用 = 金\n" + "".join(f"状态 s{i} 当 有值(i{i})\n" for i in range(n)), 256, "E0439")

# ---- numbers ----------------------------------------------------------------------------------------------------
both("decimals", lambda n: script("状态 大 当 金 × " + " × ".join(["0.00001"] * 4) + (" × 0.1" if n == 23 else "") + " > 0元\n"), 22, "E0311")
limit("money literal", script("状态 大 当 金 > 10000000000000元\n"), script("状态 大 当 金 > 10000000000000.01元\n"), "E0021")
limit("digits", script("状态 大 当 数 > 123456789012345.123456\n"), script("状态 大 当 数 > 1234567890123456\n"), "E0020")
limit("last date", script("状态 晚 当 日 > 2199-12-31\n"), script("状态 晚 当 日 > 2200-01-01\n"), "E0025")
limit("first date", script("状态 早 当 日 > 1900-01-01\n"), script("状态 早 当 日 > 1899-12-31\n"), "E0025")

# ---- instructions ---------------------------------------------------------------------------------------------------
def instructions(n):
    return script("".join(f"状态 s{i} 当 数 > {i}\n" for i in range(n)))


with tempfile.TemporaryDirectory() as work:
    for count, good in ((20000, True), (40000, False)):
        path = os.path.join(work, f"{count}.pol")
        with open(path, "w") as f:
            f.write(instructions(count))
        run = subprocess.run([POL, "build", "--lang", "en", path, "-o", os.path.join(work, "x.polc")], capture_output=True,
                             text=True, timeout=120)
        refused = run.returncode == 1 and "E0491" in run.stdout + run.stderr
        report(run.returncode == 0 if good else refused, f"{count} statuses: {run.stderr[-300:]}")

    # ---- records: 取值错误, and the run goes on ------------------------------------------------------------------
    policy = os.path.join(work, "p.pol")
    with open(policy, "w") as f:
        f.write(script("", MATTER.replace("数 : 整数", "数 : 整数 种 : 文字 = \"\"")) + '状态 用 当 种 = "x"\n')
    base = {"业务类型": "甲", "日": "2024-05-06", "金": "1", "数": 1}

    def errors(records):
        text = "".join(r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) + "\n" for r in records)
        run = subprocess.run([POL, "run", policy, "-"], input=text, capture_output=True, text=True, timeout=120)
        return [json.loads(line) for line in run.stdout.splitlines()]

    def record(what, good, bad, field):
        results = errors([good, bad, base])
        report(len(results) == 3 and "错误" not in results[0], f"{what}: at the limit: {str(results[:1])[:300]}")
        report(len(results) == 3 and results[1].get("错误") == "取值错误" and results[1].get("字段") == field,
               f"{what}: over the limit: {str(results[1:2])[:300]}")
        report(len(results) == 3 and "错误" not in results[2], f"{what}: the run goes on")

    record("amount 10^13", {**base, "金": "10000000000000.00"}, {**base, "金": "10000000000000.01"}, "金")
    record("integer 10^9", {**base, "数": 999999999}, {**base, "数": 1000000000}, "数")
    record("negative integer", {**base, "数": -999999999}, {**base, "数": -1000000000}, "数")
    record("text 4 KiB", {**base, "种": "x" * 4096}, {**base, "种": "x" * 4097}, "种")
    record("a number of 10,000 digits", base, json.dumps(base, ensure_ascii=False).replace('"1"', "1" * 10000) + "\n", "金")
    line = json.dumps(base, ensure_ascii=False)
    size = (1 << 20) - len(line.encode())
    record("record 1 MiB", line[:-1] + " " * size + "}\n", line[:-1] + " " * (size + 1) + "}\n", "")

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
