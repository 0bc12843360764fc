#!/usr/bin/env python3
"""speed.py [POL]: how long `pol lsp` takes for a completion and for the findings of a changed text, on a script of 2,000
lines: on the clock, from the first byte sent to the last received (median of 15), and in processor time of the server (mean),
which is what a machine without other work takes. Prints, judges nothing."""
import os
import statistics
import sys
import time
from pathlib import Path

if len(sys.argv) > 1:
    os.environ["POL"] = sys.argv[1]
sys.path.insert(0, str(Path(__file__).parent))
from client import Server  # noqa: E402

URI = "untitled:large"


def script(lines):
    head = ['政策 "L" "很长的办法"  施行 自 2024-01-01 起', '类别 人员类别 { 特困人员, 低保对象, 边缘家庭, 其他 }']
    head += [f'条款 "{i}" "第 {i} 条"' for i in range(1, 201)]
    head += ["业务 医疗费用结算 按 出院日期", "输入", "  出院日期 : 日期", "  人员类别 : 人员类别", "  费用 : 金额"]
    tail = ["结算 总费用 = 费用"]
    for i in range(20):
        tail += [f'待遇 救助{i} 依据 "{i + 1}"', "  基数 余额", f"  起付 {i}00元", f"  比例 定义{i}", f"  封顶 {i + 1}万元"]
    for i in range(20):
        tail += [f'案例 "{i}"', f"  给定 出院日期 = 2024-05-0{i % 9 + 1}, 人员类别 = 低保对象, 费用 = {i}000元", "  期望 总费用 = " f"{i}000元"]
    body, i = [], 0
    while len(head) + len(body) + len(tail) < lines - 4:
        body += [f'定义 定义{i} = 按 人员类别 {{', f"  特困人员 : {90 - i % 40}%;", f"  低保对象, 边缘家庭 : {80 - i % 40}%;", "  其余 : 50%",
                 f'}}  依据 "{i % 200 + 1}"']
        i += 1
    return "\n".join(head + body + tail) + "\n"


def processor(server):
    """Nanoseconds that the server has run so far."""
    return int(Path(f"/proc/{server.process.pid}/schedstat").read_text().split()[0])


def show(server, what, measure, times=15):
    before = processor(server)
    clock = statistics.median(measure(i) for i in range(times)) * 1000
    print(f"  {what:34}{clock:8.2f}{(processor(server) - before) / times / 1e6:12.2f}")


def main():
    text = script(2000)
    count = text.count("\n")
    with Server() as server:
        server.open(URI, text)
        server.findings(URI, 1)
        version = 1

        def edit(i):
            nonlocal version
            version += 1
            end = {"line": count, "character": 0}
            stop = end if i % 2 == 0 else {"line": count + 1, "character": 0}
            server.change(URI, version, {"range": {"start": end, "end": stop}, "text": "# 注\n" if i % 2 == 0 else ""})

        def check(i):
            start = time.perf_counter()
            edit(i)
            server.findings(URI, version)
            return time.perf_counter() - start

        def complete(_):
            start = time.perf_counter()
            assert server.at("completion", URI, (count - 70, 2))["items"] is not None
            return time.perf_counter() - start

        def edit_and_complete(i):
            start = time.perf_counter()
            edit(i)
            server.at("completion", URI, (count - 70, 2))
            return time.perf_counter() - start

        def nothing(_):
            start = time.perf_counter()
            server.whole("codeAction", URI, range={"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
                         context={"diagnostics": [], "only": ["none"]})
            return time.perf_counter() - start

        print(f"{count} lines, {len(text.encode())} bytes{'':10} ms  ms processor")
        show(server, "a request and its answer", nothing)
        show(server, "findings of a changed text", check)
        show(server, "completion", complete)
        show(server, "completion in a changed text", edit_and_complete)
        show(server, "colours of the whole text", lambda _: timed(server, "semanticTokens/full"))
        show(server, "figures of the first example", lambda _: timed(server, "inlayHint"))


def timed(server, method):
    start = time.perf_counter()
    server.whole(method, URI, range={"start": {"line": 0, "character": 0}, "end": {"line": 9999, "character": 0}})
    return time.perf_counter() - start


main()
