#!/usr/bin/env python3
"""Nothing half is taken for whole: Ctrl-C, a full disk, broken input, closed pipes; and going on afterwards."""

import fcntl
import gzip
import os
import pty
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

from common import POL, POLICIES, check, claims_of, finish, read, run, text, write

COUNT = 12000
POLICY = POLICIES["periods"]


def start(*arguments, **options):
    return subprocess.Popen([POL, "run", POLICY, *arguments], env={**os.environ, "POL_LANG": "zh"}, stderr=subprocess.PIPE, **options)


def prefix(path, whole, what):
    """Whole results, the first of all; how many."""
    there = read(path)
    check(whole.startswith(there) and there.endswith(b"\n"), what, "is no whole prefix", len(there))
    return there.count(b"\n")


def resumes(whole, what, *options, out="out.jsonl"):
    """The same command with --resume ends as if nothing had happened."""
    answer = run("-o", out, "--resume", POLICY, "claims.jsonl", "--any-order", *options)
    check(read(out) == whole and not os.path.exists(out + ".partial"), what, "resumed")
    full = run("-o", "again.jsonl", POLICY, "claims.jsonl", "--any-order", *options)
    check(answer.stderr == full.stderr, what, "the summary covers all claims", answer.stderr.decode())
    os.remove(out)


def stopped(whole, number, jobs):
    """A signal while the input still comes."""
    data = text(claims_of("periods", COUNT, "interrupt"))
    process = start("-", "--any-order", "-o", "out.jsonl", "--state-out", "state.csv", "--jobs", jobs, stdin=subprocess.PIPE)
    process.stdin.write(data[:700000])
    process.stdin.flush()
    deadline = time.time() + 60
    while time.time() < deadline and (not os.path.exists("out.jsonl.partial") or os.path.getsize("out.jsonl.partial") < 100000):
        time.sleep(0.02)
    process.send_signal(number)
    process.wait(timeout=60)
    said = process.stderr.read().decode()
    process.stdin.close()
    check(process.returncode == -number, jobs, "dies of the signal", process.returncode)
    check("已中断" in said and "--resume" in said, said)
    check(not os.path.exists("out.jsonl") and not os.path.exists("state.csv"), "a name stands for half a file")
    count = prefix("out.jsonl.partial", whole, "after a signal")
    check(re.search(r"前 (\d+) 笔", said)[1] == str(count), said, count)
    resumes(whole, "after a signal", "--jobs", jobs)


def full_disk(whole):
    """Files may grow to a limit only; what is whole below it stays."""
    def small():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000000, 5000000))

    for jobs in ("1", "3"):
        process = start("claims.jsonl", "--any-order", "-o", "out.jsonl", "--jobs", jobs, preexec_fn=small)
        said = process.communicate(timeout=60)[1].decode()
        check(process.returncode == 2 and "out.jsonl：无法写入" in said and "--resume" in said, said)
        check(not os.path.exists("out.jsonl"), "a name stands for half a file")
        count = prefix("out.jsonl.partial", whole, "after a full disk")
        check(0 < count < COUNT and f"前 {count} 笔" in said, said, count)
        resumes(whole, "after a full disk")
    # both files, packed: each piece is whole by itself
    run(POLICY, "claims.jsonl", "--any-order", "-o", "whole.gz", "--rejects", "rejects.whole")
    process = start("claims.jsonl", "--any-order", "-o", "out.gz", "--rejects", "rejects", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (400000, 400000)) or signal.signal(signal.SIGXFSZ, signal.SIG_IGN))
    process.communicate(timeout=60)
    check(process.returncode == 2 and not os.path.exists("out.gz") and not os.path.exists("rejects"), "a full disk with two files")
    kept = gzip.decompress(read("out.gz.partial")) + read("rejects.partial")
    check(kept.endswith(b"\n") and whole.count(b"\n") > kept.count(b"\n") > 0, "both files hold the same claims")
    last = max(int(line.split(b'"', 4)[3]) for line in kept.splitlines())
    check(last + 1 == kept.count(b"\n"), "claims are missing between the files", last, kept.count(b"\n"))
    run(POLICY, "claims.jsonl", "--any-order", "-o", "out.gz", "--rejects", "rejects", "--resume")
    check(read("out.gz") == read("whole.gz") and read("rejects") == read("rejects.whole"), "two packed files resumed")
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", folder], capture_output=True, check=False).returncode == 0:
            try:
                answer = run(POLICY, "claims.jsonl", "--any-order", "-o", f"{folder}/out", status=(2,))
                check("磁盘空间不足" in answer.stderr.decode(), answer.stderr.decode())
                prefix(f"{folder}/out.partial", whole, "on a full disk")
                answer = run(POLICY, "claims.jsonl", "--sort", "--sort-memory", "1", status=(2,), env={"TMPDIR": folder})
                check(f"{folder}：无法写入" in answer.stderr.decode(), "a full disk while sorting", answer.stderr.decode())
            finally:
                subprocess.run(["umount", folder], check=False)


def other_prefix(whole):
    """--resume takes nothing for the beginning of these results that is not."""
    for changed in (whole[:500].replace(b"0", b"1", 1), whole + b"{}\n", whole[:70000].replace(b"\xe5", b"\xe6", 1)):
        write("out.jsonl.partial", changed)
        answer = run(POLICY, "claims.jsonl", "--any-order", "-o", "out.jsonl", "--resume", status=(2,))
        check("不是这次结果的开头" in answer.stderr.decode(), answer.stderr.decode())
        check(read("out.jsonl.partial") == changed and not os.path.exists("out.jsonl"), "the file was changed")
    write("out.jsonl.partial", whole[:12345])  # in the middle of a result: killed, or the power went
    resumes(whole, "from the middle of a result")
    write("out.jsonl.partial", whole)
    resumes(whole, "from all results")
    answer = run(POLICY, "claims.jsonl", "-o", "out.jsonl", "--resume", status=(2,))
    check("没有可以接着做的" in answer.stderr.decode(), answer.stderr.decode())
    run(POLICY, "claims.jsonl", "--resume", status=(2,))


def broken_input(whole):
    packed = gzip.compress(text(claims_of("periods", COUNT, "interrupt")))
    write("cut.gz", packed[:len(packed) * 2 // 3])
    write("bad.gz", packed[:200000] + b"\x00\x01" * 50 + packed[200100:])
    write("tail.gz", packed + b"more")
    subprocess.run(["zstd", "-qf", "claims.jsonl"], check=True)
    packed = read("claims.jsonl.zst")
    write("cut.zst", packed[:-30])
    write("bad.zst", packed[:len(packed) // 2] + b"\xff" * 9 + packed[len(packed) // 2 + 9:])
    write("padded.gz", gzip.compress(read("claims.jsonl")) + b"\0" * 1000)
    check(run(POLICY, "padded.gz", "--any-order").stdout == whole, "zeros behind gzip")
    for name, says in (("cut.gz", "不完整"), ("bad.gz", "损坏"), ("tail.gz", "损坏"), ("cut.zst", "不完整"), ("bad.zst", "损坏")):
        for jobs in ("1", "3"):
            answer = run(POLICY, name, "--any-order", "-o", "out.jsonl", "--jobs", jobs, status=(2,))
            check(f"{name}：无法读取" in answer.stderr.decode() and says in answer.stderr.decode(), name, answer.stderr.decode())
            check(not os.path.exists("out.jsonl"), name, "a name stands for half a file")
            if os.path.exists("out.jsonl.partial"):
                prefix("out.jsonl.partial", whole, name)
                os.remove("out.jsonl.partial")
        run(POLICY, name, "--sort", "-o", "out.jsonl", status=(2,))
        check(not os.path.exists("out.jsonl") and not os.path.exists("out.jsonl.partial"), name, "sorted")


def closed_pipe():
    for jobs in ("1", "3"):
        process = start("claims.jsonl", "--any-order", "--jobs", jobs, stdout=subprocess.PIPE)
        process.stdout.readline()
        process.stdout.close()
        check(process.wait(timeout=60) == 2 and process.stderr.read() == b"", "a reader that leaves")


def no_temporary_folder():
    for folder in ("/no/such/folder", "claims.jsonl"):
        answer = run(POLICY, "claims.jsonl", "--sort", "--sort-memory", "1", "-o", "out.jsonl", status=(2,), env={"TMPDIR": folder})
        check(f"{folder}：无法写入" in answer.stderr.decode(), answer.stderr.decode())
        check(not os.path.exists("out.jsonl") and not os.path.exists("out.jsonl.partial"), "files without a temporary folder")
    run(POLICY, "claims.jsonl", "--sort", env={"TMPDIR": "/no/such/folder"})  # fits into memory: none is needed


def progress():
    """One line on a terminal, never wider than it; nothing elsewhere."""
    data = text(claims_of("periods", COUNT, "interrupt"))
    for columns, lang in ((80, "zh"), (80, "en"), (30, "zh"), (12, "zh")):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        os.mkfifo("slow")
        process = subprocess.Popen([POL, "run", POLICY, "slow", "--in", "jsonl", "--any-order", "-o", "out.jsonl"], stderr=slave,
                                   env={**os.environ, "POL_LANG": lang, "TERM": "xterm"})
        os.close(slave)
        shown = []

        def listen(terminal=master, into=shown):
            while True:
                try:
                    into.append(os.read(terminal, 65536))
                except OSError:
                    return

        listener = threading.Thread(target=listen)
        listener.start()
        with open("slow", "wb") as slow:
            for at in range(0, len(data), 300000):
                slow.write(data[at:at + 300000])
                slow.flush()
                time.sleep(0.15)
        check(process.wait(timeout=60) in (0, 1), "progress", columns)
        listener.join(timeout=10)
        os.close(master)
        os.remove("slow")
        seen = b"".join(shown).decode()
        lines = [line for line in re.split(r"[\r\n]", seen.split("共 ")[0].split("claims:")[0].replace("\x1b[K", "\r")) if line.strip()]
        check(lines, columns, "no progress was shown")
        wide = [sum(2 if ord(c) > 0x2e80 else 1 for c in line.rstrip()) for line in lines]
        check(max(wide, default=0) < columns, columns, "wider than the terminal", wide)
        if columns == 80:
            check(any(re.search(r"\d+ (笔|claims)", line) for line in lines), lines)
    quiet = run(POLICY, "claims.jsonl", "--any-order", "-o", "out.jsonl")
    check(b"\x1b" not in quiet.stderr and b"\r" not in quiet.stderr, "progress where there is no terminal")


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write("claims.jsonl", text(claims_of("periods", COUNT, "interrupt")))
        whole = run(POLICY, "claims.jsonl", "--any-order").stdout
        stopped(whole, signal.SIGINT, "1")
        stopped(whole, signal.SIGTERM, "3")
        full_disk(whole)
        other_prefix(whole)
        broken_input(whole)
        closed_pipe()
        no_temporary_folder()
        progress()
        os.chdir("/")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
