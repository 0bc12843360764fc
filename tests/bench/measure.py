"""measure.py PROGRAMS POL POLICY DATA CLAIMS [check]: compares results and, unless told only to check,
speed; see run.sh.

Every round runs each variant once, so that a ratio compares neighbours in time; the figures are medians
of the rounds. All times are processor time of one thread, so that a busy machine disturbs them less.
Only ratios carry over to other machines."""
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys

import text_rows

ROUNDS = 5
BLOCK = "512"  # claims, as many as a reader puts into one
STARTS = 200
PAYERS = ("贫困人口医疗救助基金", "精准脱贫保", "区级医疗救助")


def seconds(command, source=None):
    """Processor time of a process from start to exit, output thrown away."""
    with open(source or "/dev/null", "rb") as claims:
        child = subprocess.Popen(command, stdin=claims, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = status
        if status:
            raise subprocess.CalledProcessError(status, command)
        return usage.ru_utime + usage.ru_stime


def output(command, path, source=None):
    with open(path, "wb") as out, open(source or "/dev/null", "rb") as claims:
        subprocess.run(command, stdin=claims, stdout=out, stderr=subprocess.DEVNULL, check=True)


def fen(text):
    yuan, _, cents = text.partition(".")
    return int(yuan) * 100 + int(cents)


def amounts_that_differ(results, reference):
    """How many claims' amounts differ from those of scalar C, of how many, and the first of them."""
    count = differ = 0
    first = ""
    with open(results, encoding="utf-8") as lines, open(reference, encoding="ascii") as rows:
        for line, row in itertools.zip_longest(lines, rows, fillvalue="{}"):
            count += 1
            record = json.loads(line)
            paid = {item["付款方"]: item["金额"] for item in record.get("支付明细", ())}
            got = [paid.get(payer) for payer in PAYERS] + [record.get("个人负担")]
            if None in got or [fen(text) for text in got] != [int(x) for x in row.split(",")[1:]]:
                differ += 1
                first = first or f"scalar C: {row}pol:      {line}"
    return differ, count, first


def lines_that_differ(results, by_hand):
    """The same for whole lines of text against the program by hand."""
    count = differ = 0
    first = ""
    with open(results, "rb") as a, open(by_hand, "rb") as b:
        for line, hand in itertools.zip_longest(a, b, fillvalue=b""):
            count += 1
            if line != hand:
                differ += 1
                first = first or f"by hand: {hand.decode()}pol:     {line.decode()}"
    return differ, count, first


def measure_start(programs, pol, policy, data, one):
    """One claim, from the start of the process to its end, beside a process that does nothing. On the clock."""
    bytecode = f"{data}/policy.polc"
    pol = shutil.copy(pol, f"{data}/pol")  # as an installation does: the linker leaves the file in small pieces in the cache
    subprocess.run([pol, "build", policy, "-o", bytecode], stdout=subprocess.DEVNULL, check=True)
    rows = (("an empty process (true)", ["true"]), ("pol --version", [pol, "--version"]),
            ("pol run, from bytecode", [pol, "run", bytecode, one]),
            ("pol run, script compiled on the way", [pol, "run", policy, one]))
    command = [f"{programs}/bench_start", str(STARTS)]
    for _, row in rows:
        command += row + ["--"]
    times = [float(line) for line in subprocess.check_output(command[:-1]).split()]
    print(f"\n{'one claim, start to exit':36}{'ms':>12}{'above empty':>14}")
    for (name, _), time in zip(rows, times):
        print(f"{name:40}{time:12.2f}{time - times[0]:14.2f}")


SLOW = 6  # times a copy of 64-bit numbers


def measure_kernels(programs):
    """The vector loops of the best instruction set that take long for an element."""
    table = [line.split() for line in subprocess.check_output([f"{programs}/bench_kernels"], text=True).splitlines()]
    loops = {row[0]: float(row[len(table[0]) - 1]) for row in table[1:] if len(row) == len(table[0])}
    slow = sorted((ns, name) for name, ns in loops.items() if ns > SLOW * loops["COPYN"])
    print(f"\nkernels, ns an element: a copy {loops['COPYN']:.3f}, the median "
          f"{statistics.median(loops.values()):.3f}; above {SLOW} copies: "
          + (", ".join(f"{name} {ns:.2f}" for ns, name in slow) or "none"))


def main():
    programs, pol, policy, data, count = sys.argv[1:6]
    count = int(count)
    jsonl, csv = f"{data}/claims.jsonl", f"{data}/claims.csv"
    scalar = [f"{programs}/bench_scalar", f"{data}/claims.bin", "5", f"{data}/reference.csv"]

    memory_of = [f"{programs}/bench_memory", policy, f"{data}/claims.bin"]
    virtual = [f"{programs}/bench_vm", policy, f"{data}/claims.bin", f"{data}/reference.csv"]

    columns = [f"{programs}/bench_columns", policy, jsonl, f"{data}/reference.csv", "5"]

    def engine(form, source, block):
        return [f"{programs}/bench_engine", policy, source, form, str(block), "1"]

    def run(source):
        return [pol, "run", "--any-order", policy, source]

    subprocess.run(scalar, stdout=subprocess.DEVNULL, check=True)
    wrong = 0
    for form, source in (("jsonl", jsonl), ("csv", csv)):
        output([f"{programs}/bench_text", form], f"{data}/by-hand.{form}", source)
        output(run(source), f"{data}/pol.{form}")
        checks = [("lines", lines_that_differ(f"{data}/pol.{form}", f"{data}/by-hand.{form}"))]
        if form == "jsonl":
            checks.append(("claims' amounts",
                           amounts_that_differ(f"{data}/pol.jsonl", f"{data}/reference.csv")))
        for what, (differ, compared, first) in checks:
            print(f"{form}: {differ} of {compared} {what} differ")
            print(first, end="", file=sys.stderr)
            wrong += differ
    wrong += text_rows.check(programs, data)
    if wrong or sys.argv[6:] == ["check"]:
        return 1 if wrong else 0

    one = f"{data}/one.jsonl"
    with open(jsonl, encoding="utf-8") as source, open(one, "w", encoding="utf-8") as out:
        out.write(source.readline())

    # the kernels that this machine can run, the best one last
    sets = [kernels for kernels in ("wide", "base", "v3-kernels", "v3", "v4-kernels", "v4")
            if subprocess.run(virtual + [BLOCK, "1", kernels], capture_output=True).returncode == 0]
    whole = [kernels for kernels in sets if kernels != "wide" and not kernels.endswith("-kernels")]
    times = {}

    def note(name, value):
        times.setdefault(name, []).append(value)

    for _ in range(ROUNDS):
        note("memory, scalar C", float(subprocess.check_output(scalar)))
        for kernels in sets:
            memory, resident, single, instructions = subprocess.check_output(virtual + [BLOCK, "5", kernels]).split()
            note(f"memory, VM {kernels}", float(memory))
            note(f"resident, VM {kernels}", float(resident))
            note(f"memory, VM {kernels}, block of one", float(single))
            note(f"instructions {kernels}", int(instructions))
            if kernels not in whole:
                continue
            stateful, accumulating, one_thread, two_threads = subprocess.check_output(memory_of + ["5", kernels]).split()
            note("accumulation per person, scalar C", float(stateful))
            note(f"accumulation per person, VM {kernels}", float(accumulating))
            note(f"two threads, VM {kernels}", float(one_thread) / float(two_threads))
        for form, source in (("jsonl", jsonl), ("csv", csv)):
            note(f"{form}, by hand", seconds([f"{programs}/bench_text", form], source) / count * 1e9)
            note(f"{form}, pol run", seconds(run(source)) / count * 1e9)
            compiling, settling = subprocess.check_output(engine(form, source, 0)).split()
            note("compile", float(compiling))
            note(f"{form}, libpol", float(settling))
        for what, value in zip(("one claim a call", "blocks", "blocks, every result"),
                               subprocess.check_output(columns).split()):
            note(f"columns, libpol, {what}", float(value))
        note("jsonl, libpol, block of one",
             float(subprocess.check_output(engine("jsonl", jsonl, 1)).split()[1]))

    median = {name: statistics.median(values) for name, values in times.items()}
    print(f"\n{'':40}{'ns a claim':>12}{'claims/s':>14}{'ratio':>8}")
    for name, base in (
            ("memory, scalar C", None),
            *((f"{where}, VM {kernels}{one}", "memory, scalar C") for kernels in sets
              for where, one in (("memory", ""), ("resident", ""), ("memory", ", block of one"))),
            ("accumulation per person, scalar C", None),
            *((f"accumulation per person, VM {kernels}", "accumulation per person, scalar C") for kernels in whole),
            *((f"columns, libpol, {what}", "memory, scalar C")
              for what in ("one claim a call", "blocks", "blocks, every result")),
            ("jsonl, by hand", None), ("jsonl, pol run", "jsonl, by hand"),
            ("jsonl, libpol", "jsonl, by hand"), ("jsonl, libpol, block of one", "jsonl, by hand"),
            ("csv, by hand", None), ("csv, pol run", "csv, by hand"), ("csv, libpol", "csv, by hand")):
        ratio = f"{median[base] / median[name]:8.2f}" if base else f"{1:8.2f}"
        print(f"{name:40}{median[name]:12.1f}{1e9 / median[name]:14,.0f}{ratio}")
    best = sets[-1]
    threads = ", ".join(f"{median[f'two threads, VM {kernels}']:.2f} ({kernels})" for kernels in whole)
    print(f"\ntwo threads against one from memory, on the clock: {threads}")
    print(f"{median[f'instructions {best}']:.0f} instructions; "
          f"{median[f'resident, VM {best}'] / median[f'instructions {best}']:.2f} ns an instruction and claim; "
          f"compile {median['compile']:.2f} ms")
    print("ratio: speed against hand-written C for the same text in this run; above 1 is faster")
    measure_kernels(programs)
    text_rows.measure(programs, pol, policy, data, count)
    measure_start(programs, pol, policy, data, one)
    return 0


if __name__ == "__main__":
    sys.exit(main())
