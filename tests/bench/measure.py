"""measure.py PROGRAMS POL POLICY DATA CLAIMS: compares results and speed; see run.sh.

Every round runs each variant once, so that a ratio compares neighbours in time; the figures are medians
of the rounds. Only ratios carry over to other machines."""
import json
import statistics
import subprocess
import sys
import time

ROUNDS = 5
PAYERS = ("贫困人口医疗救助基金", "精准脱贫保", "区级医疗救助")


def seconds(command, source=None):
    """Wall time of a process from start to exit, output thrown away."""
    with open(source or "/dev/null", "rb") as claims:
        start = time.perf_counter()
        subprocess.run(command, stdin=claims, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       check=True)
        return time.perf_counter() - start


def output(command, path, source=None):
    with open(path, "wb") as out, open(source or "/dev/null", "rb") as claims:
        subprocess.run(command, stdin=claims, stdout=out, check=True)


def fen(text):
    yuan, _, cents = text.partition(".")
    return int(yuan) * 100 + int(cents)


def compare(results, reference, by_hand):
    """Claims whose amounts differ from the scalar C, and whose record differs from the one by hand."""
    amounts_differ = records_differ = count = 0
    first = None
    with open(results, encoding="utf-8") as a, open(reference) as b, open(by_hand, encoding="utf-8") as c:
        for line, row, hand in zip(a, b, c):
            count += 1
            record = json.loads(line)
            paid = {item["付款方"]: item["金额"] for item in record.get("支付明细", ())}
            got = [fen(paid.get(payer, "-1.00")) for payer in PAYERS]
            got.append(fen(record.get("个人负担", "-1.00")))
            if got != [int(field) for field in row.split(",")[1:]]:
                amounts_differ += 1
                first = first or f"scalar C: {row}pol:      {line}"
            if record != json.loads(hand):
                records_differ += 1
                first = first or f"by hand: {hand}pol:     {line}"
    return count, amounts_differ, records_differ, first


def main():
    programs, pol, policy, data, count = sys.argv[1:6]
    count = int(count)
    jsonl, csv = f"{data}/claims.jsonl", f"{data}/claims.csv"
    scalar = [f"{programs}/bench_scalar", f"{data}/claims.bin", "5", f"{data}/reference.csv"]

    virtual = [f"{programs}/bench_vm", policy, f"{data}/claims.bin", f"{data}/reference.csv"]

    def engine(form, source, block):
        return [f"{programs}/bench_engine", policy, source, form, str(block), "1"]

    def run(source):
        return [pol, "run", policy, source]

    subprocess.run(scalar, stdout=subprocess.DEVNULL, check=True)
    output([f"{programs}/bench_text", "jsonl"], f"{data}/by-hand.jsonl", jsonl)
    output(run(jsonl), f"{data}/pol.jsonl")
    compared, amounts, records, first = compare(f"{data}/pol.jsonl", f"{data}/reference.csv",
                                                f"{data}/by-hand.jsonl")
    print(f"claims {compared} of {count}; amounts differ on {amounts}, whole records on {records}")
    if compared != count or amounts or records:
        print(first or "", file=sys.stderr)
        return 1

    one = f"{data}/one.jsonl"
    with open(jsonl, encoding="utf-8") as source, open(one, "w", encoding="utf-8") as out:
        out.write(source.readline())

    times = {}

    def note(name, value):
        times.setdefault(name, []).append(value)

    for _ in range(ROUNDS):
        note("memory, scalar C", float(subprocess.check_output(scalar)))
        memory, resident, instructions = subprocess.check_output(virtual + ["512", "5"]).split()
        note("memory, VM", float(memory))
        note("resident, VM", float(resident))
        note("instructions", int(instructions))
        for form, source in (("jsonl", jsonl), ("csv", csv)):
            note(f"{form}, by hand", seconds([f"{programs}/bench_text", form], source) / count * 1e9)
            note(f"{form}, pol run", seconds(run(source)) / count * 1e9)
            compiling, settling = subprocess.check_output(engine(form, source, 0)).split()
            note("compile", float(compiling))
            note(f"{form}, libpol", float(settling))
        note("jsonl, libpol, block of one",
             float(subprocess.check_output(engine("jsonl", jsonl, 1)).split()[1]))
        note("one claim", seconds(run(one)) * 1e3)

    median = {name: statistics.median(values) for name, values in times.items()}
    print(f"\n{'':32}{'ns a claim':>12}{'claims/s':>14}{'ratio':>8}")
    for name, base in (
            ("memory, scalar C", None), ("memory, VM", "memory, scalar C"),
            ("resident, VM", "memory, scalar C"),
            ("jsonl, by hand", None), ("jsonl, pol run", "jsonl, by hand"),
            ("jsonl, libpol", "jsonl, by hand"), ("jsonl, libpol, block of one", "jsonl, by hand"),
            ("csv, by hand", None), ("csv, pol run", "csv, by hand"), ("csv, libpol", "csv, by hand")):
        ratio = f"{median[base] / median[name]:8.2f}" if base else f"{1:8.2f}"
        print(f"{name:32}{median[name]:12.1f}{1e9 / median[name]:14,.0f}{ratio}")
    print(f"\n{median['instructions']:.0f} instructions; "
          f"{median['resident, VM'] / median['instructions']:.2f} ns an instruction and claim; "
          f"compile {median['compile']:.2f} ms; pol run for one claim, start to exit "
          f"{median['one claim']:.1f} ms")
    print("ratio: speed against hand-written C for the same text in this run; above 1 is faster")
    return 0


if __name__ == "__main__":
    sys.exit(main())
