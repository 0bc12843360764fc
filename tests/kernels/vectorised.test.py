"""Every loop of the fast kernels is vectorised for x86-64-v3 and v4: asked of the compiler itself, with the
options of this build. A loop that is not runs several times slower, and nothing else would say so."""
import collections
import json
import os
import re
import shlex
import subprocess
import sys

SETS = ("v3", "v4")
SKIPPED = 77


def commands(build):
    """How this build compiles the kernels of each set."""
    found = {}
    with open(f"{build}/compile_commands.json", encoding="utf-8") as file:
        for entry in json.load(file):
            match = re.search(r"-DPOL_KERNELS=pol_kernels_(\w+)", entry["command"])
            if match and match[1] in SETS:
                found[match[1]] = (entry["directory"], shlex.split(entry["command"]))
    return found


def vectorised_lines(directory, command):
    """How many loops of a file's line were vectorised."""
    command = [word for word in command if not word.startswith("-fsanitize")]
    command[command.index("-o") + 1] = os.devnull
    report = subprocess.run(command + ["-fno-ipa-icf", "-fopt-info-vec-optimized"], cwd=directory, check=True, text=True,
                            capture_output=True).stderr
    return collections.Counter(
        (os.path.basename(file), int(line))
        for file, line in re.findall(r"^(\S+?):(\d+):\d+: optimized: +loop vectorized", report, re.M))


def wanted_lines(source):
    """Where the loops are, and how many: rows of the table, one kernel or one of 64 and one of 32 bits, and the macros
    and functions that make the others by hand."""
    # a loop that only copies becomes a call
    patterns = {"fast.def": r"(?:FAST|NUM|BOTH)[123]\((?!COPY)(\w+)",
                "kernels_fast.c": r"(?:OR_COLUMNS|SLICE_PASS|QUOTIENT_PASS|TAIL_KERNEL)\((\w+), [^\\]*\)$|"
                                  r"    EACH\w* (?:result\[row\] \+?= (slope|deadline)|all \|= )|"
                                  r"    EACH_EXACTLY$"}
    for name, pattern in patterns.items():
        with open(f"{source}/interp/{name}", encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                match = re.match(pattern, line)
                if match:
                    yield name, number, line.strip(), 2 if line.startswith(("NUM", "BOTH")) else 1


def main():
    source, build = os.environ["POL_SOURCE"], os.environ["POL_BUILD"]
    compiles = commands(build)
    if "Free Software Foundation" not in subprocess.run([os.environ["POL_CC"], "--version"], check=True, text=True,
                                                        capture_output=True).stdout or not compiles:
        print("this compiler does not tell, or the build has no such kernels")
        return SKIPPED
    wanted = list(wanted_lines(source))
    assert len(wanted) > 100, "the table was not found"
    missing = 0
    for kernels, (directory, command) in sorted(compiles.items()):
        lines = vectorised_lines(directory, command)
        for name, number, text, loops in wanted:
            if lines[name, number] < loops:
                print(f"{kernels}: {name}:{number}: {lines[name, number]} of {loops} vectorised: {text}")
                missing += 1
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
