"""Runs compare.py for all documents in all modes, for the tests of this folder."""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("POL_SOURCE", os.path.dirname(os.path.dirname(HERE)))
POLICIES = {
    "000": "guangdong/jiangmen-2019.pol",
    "001": "guangdong/zhanjiang-2018.pol",
    "002": "guangdong/guangdong-2021.pol",
    "003": "chongqing/banan-2018.pol",
    "004": "sichuan/guangan-2018.pol",
}
MODES = {"jsonl": [], "csv": ["--format", "csv"], "ledger": ["--ledger"]}
SKIPPED = 77


def main(counts, seed="1"):
    """Compares the given number of claims in each mode, {mode: count}; the exit status of a test."""
    pol = os.environ.get("POL")
    if not pol:
        print("POL does not name the program")
        return SKIPPED
    failed = 0
    for document, policy in POLICIES.items():
        for mode, count in counts.items():
            print(f"--- {document} {mode}", flush=True)
            command = [sys.executable, os.path.join(HERE, "compare.py"), "--pol", pol, "--doc", document,
                       "--policy", os.path.join(SOURCE, "stdlib-policies", policy), "-n", str(count), "--seed", seed, *MODES[mode]]
            failed += subprocess.run(command, check=False).returncode != 0
    print(f"{len(POLICIES) * len(counts) - failed} passed, {failed} failed")
    return 1 if failed else 0
