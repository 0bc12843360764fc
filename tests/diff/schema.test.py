#!/usr/bin/env python3
"""The JSON of pol diff is what docs/diff.schema.json says, without keys beyond it."""

import json
import os
import subprocess
import sys

POL, SOURCE = os.environ["POL"], os.environ["POL_SOURCE"]
POLICIES = os.path.join(SOURCE, "stdlib-policies")
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
PAIRS = [("guangdong/zhanjiang-2018", "guangdong/guangdong-2021"), ("chongqing/banan-2018", "sichuan/guangan-2018"),
         ("guangdong/guangdong-2021", "guangdong/illustration-west-2023")]


def check(value, schema, place):
    if "enum" in schema:
        assert value in schema["enum"], (place, value)
        return
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert any(type(value) is TYPES[t] for t in types), (place, value)
    if isinstance(value, dict) and "properties" in schema:
        for key in schema["required"]:
            assert key in value, (place, "lacks", key)
        for key, inner in value.items():
            assert key in schema["properties"], (place, "has", key)
            check(inner, schema["properties"][key], f"{place}.{key}")
    if isinstance(value, list):
        for i, inner in enumerate(value):
            check(inner, schema["items"], f"{place}[{i}]")


def main():
    schema = json.load(open(os.path.join(SOURCE, "docs/diff.schema.json"), encoding="utf-8"))
    for old, new in PAIRS:
        command = [POL, "diff", f"{POLICIES}/{old}.pol", f"{POLICIES}/{new}.pol", "--format", "json",
                   "--claims", f"{POLICIES}/{old}.claims.jsonl"]
        runs = [subprocess.run(command, capture_output=True, text=True) for _ in range(2)]
        assert runs[0].returncode == 1, runs[0].stderr
        assert runs[0].stdout == runs[1].stdout, "two runs differ"
        check(json.loads(runs[0].stdout), schema, "")
    print(f"{len(PAIRS)} comparisons")
    return 0


sys.exit(main())
