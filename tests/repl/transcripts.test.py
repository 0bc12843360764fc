#!/usr/bin/env python3
"""Transcripts of the debugger as they were approved: every command on every policy, forwards and backwards, in both
languages; what is said of bad input; the tutorial. `--update` writes them anew: read the difference before you commit it.

NAME.cmds are commands; `@POLICY` in front of them says with which arguments the debugger is started. In walk.cmds
{field} and the like stand for a policy's own names."""

import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
POL, SOURCE = os.environ["POL"], os.environ["POL_SOURCE"]
POLICIES = {
    "jiangmen": ("guangdong/jiangmen-2019", 1, "医疗保障精准扶贫资金", "范围内费用", "17000元", "10万元"),
    "zhanjiang": ("guangdong/zhanjiang-2018", 3, "医疗救助", "政策范围内费用", "0元", "20万元"),
    "guangdong": ("guangdong/guangdong-2021", 4, "医疗救助", "政策范围内费用", "0元", "20万元"),
    "east": ("guangdong/illustration-east-2022", 2, "再救助", "政策范围内费用", "0元", "20万元"),
    "west": ("guangdong/illustration-west-2023", 2, "医疗救助", "政策范围内费用", "0元", "20万元"),
    "banan": ("chongqing/banan-2018", 1, "贫困人口医疗救助基金", "目录内费用", "7000元", "20万元"),
    "guangan": ("sichuan/guangan-2018", 5, "大病保险", "政策范围内费用", "6000元", "20万元"),
}
passed = failed = 0


def check(good, *about):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED:", *about)


def transcript(folder, lang, arguments, commands):
    done = subprocess.run([POL, "repl", *arguments, "--lang", lang], input=commands, capture_output=True, check=False,
                          encoding="utf-8", cwd=folder)
    check(done.returncode == 0, arguments, "exit status", done.returncode)
    return done.stdout + ("" if not done.stderr else "--- stderr\n" + done.stderr)


def compare(name, actual):
    path = os.path.join(HERE, "golden", name)
    if "--update" in sys.argv:
        with open(path, "w", encoding="utf-8") as file:
            file.write(actual)
    wanted = open(path, encoding="utf-8").read() if os.path.exists(path) else ""
    check(actual == wanted, name, "differs")
    if actual != wanted:
        for number, (a, b) in enumerate(zip(actual.splitlines(), wanted.splitlines()), 1):
            if a != b:
                print(f"  line {number}\n    now      {a}\n    approved {b}")
                break


def used_commands(texts):
    """English names of the commands that the transcripts use."""
    table = open(os.path.join(SOURCE, "tools/repl/commands.def"), encoding="utf-8").read()
    rows = re.findall(r'^REPL_COMMAND\(\w+, +"(\w+)", +"(\w*)", +"([^"]+)"', table, re.M)
    words = {line.split()[0] for text in texts for line in text.splitlines() if line.strip()}
    return [names[0] for names in rows], {names[0] for names in rows if words & set(names)}


def main():
    walk = open(os.path.join(HERE, "walk.cmds"), encoding="utf-8").read()
    texts = [walk]
    with tempfile.TemporaryDirectory() as folder:
        for tree in os.listdir(os.path.join(SOURCE, "stdlib-policies")):
            source = os.path.join(SOURCE, "stdlib-policies", tree)
            if os.path.isdir(source):
                shutil.copytree(source, os.path.join(folder, tree))
        for name, (policy, claim, payer, field, low, high) in POLICIES.items():
            commands = walk.format(policy=policy, claim=claim, payer=payer, field=field, low=low, high=high)
            for lang in ("zh", "en"):
                compare(f"{name}.{lang}.txt", transcript(folder, lang, [policy + ".pol"], commands))
        for file in sorted(os.listdir(HERE)):
            if not file.endswith(".cmds") or file == "walk.cmds":
                continue
            first, commands = open(os.path.join(HERE, file), encoding="utf-8").read().split("\n", 1)
            texts.append(commands)
            only = re.search(r"\.(zh|en)\.cmds$", file)
            for lang in [only.group(1)] if only else ["zh", "en"]:
                name = re.sub(r"(\.(zh|en))?\.cmds$", "", file)
                compare(f"{name}.{lang}.txt", transcript(folder, lang, first.lstrip("@").split(), commands))
    everything, used = used_commands(texts)
    check(set(everything) == used, "commands without transcript:", sorted(set(everything) - used))
    everything, used = used_commands([walk])
    off = {"load", "save", "quit", "transcript", "help", "reload"}  # of the session, not of the policy: bad.cmds, keep.cmds
    check(set(everything) - off <= used, "commands that the walk lacks:", sorted(set(everything) - off - used))
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
