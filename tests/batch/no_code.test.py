#!/usr/bin/env python3
"""Where the system lends no memory for machine code, kernels do all of it: the same bytes come out."""

import ctypes
import mmap
import os
import subprocess
import sys
import tempfile

from common import POL, POLICIES, check, claims_of, finish, text, write

COUNT = 30000  # more than enough for code to be worth it
PR_SET_MDWE, REFUSE_EXEC_GAIN = 65, 1  # Linux 6.3


def deny_code():
    """From now on memory that was written cannot be made executable, in this process and what it becomes."""
    return ctypes.CDLL(None).prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0) == 0


def is_denied():
    """In a child: that the refusal is one."""
    child = os.fork()
    if child == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        memory = mmap.mmap(-1, mmap.PAGESIZE)
        at = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        refused = deny_code() and libc.mprotect(ctypes.c_void_p(at), mmap.PAGESIZE, mmap.PROT_READ | mmap.PROT_EXEC) != 0
        os._exit(0 if refused else 1)
    return os.waitpid(child, 0)[1] == 0


def run(name, path, before=None):
    return subprocess.run([POL, "run", POLICIES[name], path, "--any-order"], capture_output=True, check=False, preexec_fn=before)


def main():
    if not is_denied():
        print("this system cannot refuse memory for code: nothing to compare")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        for name in POLICIES:
            path = os.path.join(folder, name)
            write(path, text(claims_of(name, COUNT)))
            usual, denied = run(name, path), run(name, path, deny_code)
            check(usual.stdout.count(b"\n") == COUNT, name, "claims are missing")
            check((usual.returncode, usual.stdout, usual.stderr) == (denied.returncode, denied.stdout, denied.stderr), name, "kernels differ from code")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
