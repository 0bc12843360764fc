"""keywords.def and punct.def say the same as parse.y: the same tokens in the same order, the same soft
words; and the scanner never has to back up."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

grammar = os.path.join(os.environ.get("POL_SOURCE", os.path.join(os.path.dirname(__file__), "..", "..")), "grammar")


def read(name):
    with open(os.path.join(grammar, name), encoding="utf-8") as file:
        return file.read()


def fail(message):
    print(message)
    sys.exit(1)


def same(what, one, other):
    if one != other:
        fail(f"{what} differ:\n  {[x for x in one if x not in other]}\n  {[x for x in other if x not in one]}")


rules = re.sub(r"/\*.*?\*/", "", read("parse.y"), flags=re.S)
declared = []
for line in re.findall(r"^%token (?!<)(.*)$", rules, flags=re.M):
    declared += line.split()
keywords = re.findall(r"^POL_KEYWORD\((\w+),\s*(\w+)", read("keywords.def"), flags=re.M)
marks = re.findall(r"^POL_PUNCT\((\w+)", read("punct.def"), flags=re.M)

names = [token for token, _ in keywords]
same("tokens", declared, ["START_FILE", "START_BODY"] + names + [mark for mark in marks if mark not in names])

nonterminals = dict(re.findall(r"^(soft_word|header_word)\n(.*?)\n    ;", rules, flags=re.M | re.S))
soft = re.findall(r"[:|] (header_word|[A-Z_]+)", nonterminals["soft_word"])
place = soft.index("header_word")
soft[place:place + 1] = re.findall(r"[:|] ([A-Z_]+)", nonterminals["header_word"])
same("soft words", soft, [token for token, kind in keywords if kind == "SOFT"])

flex = shutil.which("flex")
if flex:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([flex, "-b", "-o", os.devnull, os.path.join(grammar, "scan.l")], cwd=folder, check=True)
        with open(os.path.join(folder, "lex.backup"), encoding="utf-8") as file:
            report = file.read()
    if report.strip() != "No backing up.":
        fail(report)
print(f"{len(names)} words, {len(marks)} marks, {len(soft)} soft")
