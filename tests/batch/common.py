"""What the tests of long runs share: random claims of ../accumulators with their oracle, running pol, counting checks."""

import importlib.util
import json
import os
import random
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
POL = os.environ["POL"]
ACCUMULATORS = os.path.join(HERE, "..", "accumulators")
sys.path.insert(0, ACCUMULATORS)

_spec = importlib.util.spec_from_file_location("accumulators", os.path.join(ACCUMULATORS, "accumulators.test.py"))
accumulators = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(accumulators)

POLICIES = {name: os.path.join(ACCUMULATORS, target) for name, target in accumulators.TARGET.items()}
DATES = {"periods": ["就医日期"], "holders": ["就诊日期", "出院日期"], "editions": ["就医日期"]}
SHOWN = 8


class Count:
    passed = failed = 0


def check(good, *about):
    if good:
        Count.passed += 1
    else:
        Count.failed += 1
        if Count.failed <= SHOWN:
            print("FAILED:", *about)


def finish():
    print(f"{Count.passed} passed, {Count.failed} failed")
    return 1 if Count.failed else 0


def pol(*arguments, lang="zh", env=None, **options):
    return subprocess.run([POL, *arguments], capture_output=True, check=False, env={**os.environ, "POL_LANG": lang, **(env or {})}, **options)


def claims_of(name, count, seed="1"):
    draw = random.Random(f"{name} {seed}")
    return [accumulators.random_claim(draw, name, index) for index in range(count)]


def date_of(name, claim):
    return next((claim[key] for key in DATES[name] if key in claim), "")


def by_date(name, claims):
    """In the order of the dates, those of a day as they came. Every claim of claims_of has a date that can be read."""
    return sorted(claims, key=lambda claim: date_of(name, claim))


def text(records):
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def write(path, content):
    with open(path, "wb") as file:
        file.write(content)
    return path


def read(path):
    with open(path, "rb") as file:
        return file.read()


def run(*arguments, status=(0, 1), **options):
    answer = pol("run", *arguments, **options)
    check(answer.returncode in status, arguments, "exit status", answer.returncode, answer.stderr.decode()[-600:])
    return answer
