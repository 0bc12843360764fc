"""The rows of the benchmark that go from text to text; see measure.py.

Against hand-written C in two forms (the same wide rows as pol, and narrow rows with the four amounts alone)
and against awk over the same claims. Times are processor time of one thread, a claim and a byte of input."""
import os
import shutil
import statistics
import subprocess

ROUNDS = 5


def seconds(command, source):
    """Processor time of a process from start to exit, output thrown away, and its peak memory in MiB."""
    with open(source, "rb") as claims:
        child = subprocess.Popen(command, stdin=claims, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = status
        if status:
            raise subprocess.CalledProcessError(status, command)
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def fen(text):
    yuan, _, cents = text.partition(".")
    return int(yuan) * 100 + int(cents)


def rows_that_differ(command, source, reference):
    """How many rows "number,amount,…" a program gets wrong."""
    with open(source, "rb") as claims:
        text = subprocess.run(command, stdin=claims, stdout=subprocess.PIPE, check=True).stdout.decode()
    with open(reference, encoding="ascii") as rows:
        wanted = rows.read().splitlines()
    got = text.splitlines()
    differ = abs(len(got) - len(wanted))
    for line, row in zip(got, wanted):
        number, *amounts = line.split(",")
        differ += [number] + [str(fen(amount)) for amount in amounts] != row.split(",")
    return differ


def variants(programs, pol, policy, data):
    """Name, command, input, and the name that it is compared with."""
    csv, jsonl, narrow = f"{data}/claims.csv", f"{data}/claims.jsonl", f"{data}/claims-narrow.csv"
    awk = ["mawk", "-f", os.path.join(os.path.dirname(__file__), "settle.awk")]
    rows = [
        ("csv, narrow rows by hand", [f"{programs}/bench_narrow"], narrow, None),
        ("csv, by hand", [f"{programs}/bench_text", "csv"], csv, "csv, narrow rows by hand"),
        ("csv, pol", [pol, "run", policy, csv], csv, "csv, narrow rows by hand"),
        ("jsonl, by hand", [f"{programs}/bench_text", "jsonl"], jsonl, "jsonl, by hand"),
        ("jsonl, pol", [pol, "run", policy, jsonl], jsonl, "jsonl, by hand"),
    ]
    if shutil.which("mawk"):
        rows.insert(3, ("csv, mawk: the rules, four amounts", awk, csv, None))
        rows[-1] = ("jsonl, pol", [pol, "run", policy, jsonl], jsonl, "csv, mawk: the rules, four amounts")
    return rows


def check(programs, data):
    """What is not pol's: the programs that it is compared with, against scalar C. Rows that differ."""
    wrong = 0
    rows = [("narrow rows by hand", [f"{programs}/bench_narrow"], f"{data}/claims-narrow.csv")]
    if shutil.which("mawk"):
        rows.append(("mawk", ["mawk", "-f", os.path.join(os.path.dirname(__file__), "settle.awk")], f"{data}/claims.csv"))
    for name, command, source in rows:
        differ = rows_that_differ(command, source, f"{data}/reference.csv")
        print(f"{name}: {differ} rows differ")
        wrong += differ
    return wrong


def measure(programs, pol, policy, data, count):
    """Prints the table. Every round runs each variant once."""
    table = variants(programs, pol, policy, data)
    times = {name: [] for name, *_ in table}
    memory = {}
    for _ in range(ROUNDS):
        for name, command, source, _ in table:
            spent, peak = seconds(command, source)
            times[name].append(spent / count * 1e9)
            memory[name] = max(memory.get(name, 0), peak)
    size = {name: os.path.getsize(source) / count for name, _, source, _ in table}
    median = {name: statistics.median(values) for name, values in times.items()}
    print(f"\n{'text to text':36}{'ns a claim':>11}{'bytes in':>9}{'ns a byte':>10}{'ratio':>8}{'by byte':>8}{'MiB':>7}")
    for name, _, _, base in table:
        ratios = ""
        if base:
            by_claim = median[base] / median[name]
            ratios = f"{by_claim:8.2f}{by_claim * size[name] / size[base]:8.2f}"
        print(f"{name:36}{median[name]:11.1f}{size[name]:9.1f}{median[name] / size[name]:10.2f}{ratios:16}{memory[name]:7.1f}")
    print("ratio: csv against narrow rows by hand, jsonl of pol against mawk over the CSV of the same claims")
