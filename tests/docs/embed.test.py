#!/usr/bin/env python3
"""The C program of README.md compiles against the public header and prints what the page shows."""

import os
import shlex
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import pages  # noqa: E402


def main():
    build, compiler = os.environ.get("POL_BUILD"), os.environ.get("POL_CC", "cc")
    library = os.path.join(build, "libpol.a") if build else ""
    if not os.path.exists(library):
        print("no library: POL_BUILD is not set")
        return 77
    page = os.path.join(pages.SOURCE, "README.md")
    blocks, _ = pages.split(page)
    at = next(i for i, block in enumerate(blocks) if block.kind == "c")
    program, shown = blocks[at], blocks[at + 1]
    libraries = subprocess.run(["pkg-config", "--libs", "libutf8proc"], capture_output=True, text=True, check=True).stdout
    count = pages.Count()
    with tempfile.TemporaryDirectory() as folder:
        source, made = os.path.join(folder, "embed.c"), os.path.join(folder, "embed")
        with open(source, "w", encoding="utf-8") as file:
            file.write(program.text)
        command = [compiler, "-std=c11", "-Wall", "-Wextra", "-Werror", *shlex.split(os.environ.get("POL_CFLAGS", ""))]
        command += [f"-I{pages.SOURCE}/interp/include", f"-I{build}/include", source, library, *shlex.split(libraries), "-o", made]
        compiled = subprocess.run(command, capture_output=True, text=True, check=False)
        if count.check(compiled.returncode == 0, program.place, compiled.stderr):
            ran = subprocess.run([made], capture_output=True, encoding="utf-8", check=False)
            count.check(ran.stdout == shown.text, shown.place, f"prints {ran.stdout}{ran.stderr}")
            count.check(ran.returncode == 0, program.place, f"returns {ran.returncode}")
    return count.finish()


sys.exit(main())
