#!/usr/bin/env python3
"""Stepping through random claims of every document shows at each position the figure that pol explain has, in an
order worked out here anew; going back shows again what was shown; names have the values of their figures as soon as,
and not before, these are known; the last figures are what pol run pays."""

import json
import os
import random
import re
import subprocess
import sys

POL, SOURCE = os.environ["POL"], os.environ["POL_SOURCE"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "oracle"))
from generate import json_lines  # noqa: E402

POLICIES = {
    "000": "guangdong/jiangmen-2019.pol",
    "001": "guangdong/zhanjiang-2018.pol",
    "002": "guangdong/guangdong-2021.pol",
    "003": "chongqing/banan-2018.pol",
    "004": "sichuan/guangan-2018.pol",
}
CLAIMS = 10
SEED = 11
PROMPT = re.compile(r"^pol(?: \d+/\d+)?> (.*)$")
passed = failed = 0


def check(good, *about):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        if failed < 20:
            print("FAILED:", *about)


def pol(*arguments, text=None):
    return subprocess.run([POL, *arguments], input=text, capture_output=True, check=False, encoding="utf-8",
                          env={**os.environ, "POL_LANG": "zh"}).stdout


def in_order(node, depth):
    """The figures below a node and itself, each with its depth: what a figure rests on comes first."""
    has_value = "值" in node or (node["种类"] == "状态" and "行" in node)
    own = [(node, depth)] if has_value else []
    for part in node.get("分项", []):
        if "未用" in part or "见上" in part:
            continue
        if part["种类"] == "行":
            yield from own
            own = []
        yield from in_order(part, depth + 1)
    yield from own


def statements(tree):
    """The figures of each statement."""
    for node in tree["分项"]:
        is_group = "值" not in node and "行" not in node and node.get("分项")
        for one in node["分项"] if is_group else [node]:
            figures = list(in_order(one, 0))
            if figures:
                yield figures


def expected(tree):
    """What each position has to show: path and value, formula, numbers."""
    for figures in statements(tree):
        name = figures[-1][0]["名称"] if figures[-1][1] == 0 else None
        for figure, depth in figures:
            path = figure["名称"] if depth == 0 or name is None else f"{name} › {figure['名称']}"
            yield figure, path, figure.get("值", "是"), [figure[key] for key in ("算式", "代入") if key in figure], depth


def session(policy, commands):
    """The answers to commands, without prompts."""
    answers = []
    for line in pol("repl", policy, text="\n".join(commands) + "\n").splitlines():
        if PROMPT.match(line):
            answers.append([])
        elif answers:
            answers[-1].append(line)
    return answers


def check_claim(policy, claim, draw):
    tree = json.loads(pol("explain", policy, "-", "--format", "json", text=claim))
    figures = list(expected(tree))
    count = len(figures)
    jumps = [draw.randint(1, count) for _ in range(5)]
    commands = ["claim " + claim] + ["step"] * count + ["back"] * count + [f"goto {at}" for at in jumps]
    answers = session(policy, commands)
    check(len(answers) == len(commands), policy, claim, "answers")
    forwards, backwards = answers[1:count + 1], answers[count + 1:2 * count + 1]
    for (_, path, value, formulas, _), shown in zip(figures, forwards):
        check(shown and shown[0].startswith(f"{path}  {value}"), policy, claim, path, value, shown[:1])
        check([line[6:] for line in shown if line.startswith("    = ")] == formulas, policy, path, formulas, shown)
    check(backwards[:-1] == forwards[-2::-1], policy, claim, "back")
    check(backwards[-1] == ["在起点：只知道数据"], policy, claim, "back to the start", backwards[-1])
    for at, shown in zip(jumps, answers[-len(jumps):]):
        check(shown == forwards[at - 1], policy, claim, "goto", at)
    if tree["种类"] == "结算":
        check_names(policy, claim, figures)


def check_names(policy, claim, figures):
    commands, wanted = ["claim " + claim], [None]
    for number, (figure, path, value, _, depth) in enumerate(figures, 1):
        is_payer = figure["种类"] == "付款方" and figure.get("说明") is None
        if is_payer and depth == 0:
            commands += [f"goto {number - 1}", f"print 「{path}」.实付", f"goto {number}", f"print 「{path}」.实付"]
            wanted += [None, f"还不知道：{path}", None, value]
        elif figure["种类"] in ("定义", "总费用", "个人负担"):
            commands += [f"goto {number}", f"print {figure['名称']}"]
            wanted += [None, value]
        elif figure["种类"] == "余额":
            commands += [f"goto {number}", "print 余额"]
            wanted += [None, value]
    for command, want, answer in zip(commands, wanted, session(policy, commands)):
        check(want is None or answer == [want], policy, claim, command, want, answer)


def main():
    draw = random.Random(SEED)
    for document, policy in POLICIES.items():
        path = os.path.join(SOURCE, "stdlib-policies", policy)
        for claim in json_lines(document, CLAIMS, SEED):
            check_claim(path, claim, draw)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
