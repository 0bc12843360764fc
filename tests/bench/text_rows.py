"""The rows of the benchmark that go from text to text; see measure.py.

Against hand-written C in two forms (the same wide rows as pol, and narrow rows with the four amounts alone)
and against awk over the same claims. Times are processor time of one thread, a claim and a byte of input."""
import os
import shutil
import statistics
import subprocess
import time

ROUNDS = 5


# The same columns, but nothing that is counted across claims: memory must not grow with their number.
WITHOUT_ACCUMULATORS = """政策 "plain" "不设累计"  施行 自 2018-01-01 起
业务 医疗费用结算 按 就医日期
输入
  就医日期 : 日期
  人员类别 : { 建档立卡贫困人口, 其他 }
  就医类型 : { 住院, 门诊 }
  病种 : 文字 = ""
  就医地 : { 区内, 区外 }
  分级诊疗 : { 基层首诊, 未经转诊 }
  目录内费用 : 金额
  目录外费用 : 金额
  城乡居民医保报销 : 金额
  大病保险报销 : 金额
  民政医疗救助 : 金额
  基金本年已付 : 金额
结算 总费用 = 目录内费用 + 目录外费用
先付 基本医保 = 城乡居民医保报销
先付 大病保险 = 大病保险报销
待遇 救助  基数 余额 - 目录外费用  起付 1000元  比例 70%  封顶 (20万元 超过 基金本年已付 的部分)
附加 病种 = 病种
"""


def peak(command):
    """Peak memory of a process in MiB. The kernel's figure at its end is of the parent too, so it is asked for
    as long as the process runs."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0
    while child.poll() is None:
        try:
            with open(f"/proc/{child.pid}/status", encoding="ascii", errors="replace") as status:
                most = max([most] + [int(line.split()[1]) for line in status if line.startswith("VmHWM")])
        except (OSError, ValueError):
            pass
        time.sleep(0.001)
    return most / 1024


def seconds(command, source):
    """Processor time of a process from start to exit, output thrown away."""
    with open(source, "rb") as claims:
        child = subprocess.Popen(command, stdin=claims, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = status
        if status:
            raise subprocess.CalledProcessError(status, command)
        return usage.ru_utime + usage.ru_stime


def bytes_out(command, source):
    """How much a process writes."""
    with open(source, "rb") as claims:
        return len(subprocess.run(command, stdin=claims, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout)


def clock(command):
    """Seconds on the clock."""
    start = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.monotonic() - start


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
    for _ in range(ROUNDS):
        for name, command, source, _ in table:
            times[name].append(seconds(command, source) / count * 1e9)
    size = {name: os.path.getsize(source) / count for name, _, source, _ in table}
    whole = {name: size[name] + bytes_out(command, source) / count for name, command, source, _ in table}
    median = {name: statistics.median(values) for name, values in times.items()}
    print(f"\n{'text to text':36}{'ns a claim':>11}{'bytes in':>9}{'ns a byte':>10}{'ratio':>8}{'by byte':>8}"
          f"{'and out':>9}{'by both':>8}")
    for name, _, _, base in table:
        ratios = ""
        if base:
            by_claim = median[base] / median[name]
            same = name[:3] == base[:3]
            by_byte = f"{by_claim * size[name] / size[base]:8.2f}" if same else ""
            by_both = f"{by_claim * whole[name] / whole[base]:8.2f}" if same else ""
            ratios = f"{by_claim:8.2f}{by_byte:8}{whole[name]:9.1f}{by_both}"
        print(f"{name:36}{median[name]:11.1f}{size[name]:9.1f}{median[name] / size[name]:10.2f}{ratios}")
    print("ratio: csv against narrow rows by hand, jsonl of pol against mawk over the CSV of the same claims;\n"
          "by byte: for each byte read; by both: for each byte read or written")
    for form in ("csv", "jsonl"):
        run = [pol, "run", policy, f"{data}/claims.{form}", "--jobs"]
        ratios = [clock(run + ["1"]) / clock(run + ["2"]) for _ in range(ROUNDS)]
        print(f"two threads against one, {form}, on the clock: {statistics.median(ratios):.2f}")
    plain = f"{data}/plain.pol"
    with open(plain, "w", encoding="utf-8") as out:
        out.write(WITHOUT_ACCUMULATORS)
    print(f"peak memory, CSV to CSV: {peak([pol, 'run', policy, f'{data}/claims.csv']):.1f} MiB with a person's balance each, "
          f"{peak([pol, 'run', plain, f'{data}/claims.csv']):.1f} MiB without accumulators")
