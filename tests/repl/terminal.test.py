#!/usr/bin/env python3
"""The debugger in a real terminal (tmux), on several kinds of it: random edits in the middle of Chinese text against a
model of the line, completion of Chinese names, stepping and going back, a plot, Ctrl-C in the middle of a search, the
end of input. Skipped only where there is no tmux."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata

POL, SOURCE = os.environ["POL"], os.environ["POL_SOURCE"]
# libedit copies the names and descriptions of added editing functions (EL_ADDFN) and never frees them: four texts,
# once a process. pol itself calls no wcsdup.
KNOWN_LEAKS = {"LSAN_OPTIONS": f"suppressions={os.path.dirname(os.path.abspath(__file__))}/leaks.supp:print_suppressions=0"}
TERMINALS = ("xterm", "screen", "tmux-256color")
COLUMNS, ROWS = 100, 40
EDITS = 60
SEED = 3
PROMPT = "pol> "
passed = failed = 0


def check(good, *about):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED:", *about)


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


class Terminal:
    """A tmux of its own with one window."""

    def __init__(self, folder, term, *arguments):
        self.socket = os.path.join(folder, "tmux")
        command = f"TERM={term} '{POL}' repl {' '.join(arguments)} --lang zh; echo left $?; sleep 60"
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(COLUMNS), "-y", str(ROWS), command)

    def tmux(self, *arguments):
        return subprocess.run(["tmux", "-S", self.socket, *arguments], capture_output=True, check=False,
                              encoding="utf-8", env={**os.environ, "LC_ALL": "C.UTF-8", **KNOWN_LEAKS}).stdout

    def write(self, text):
        self.tmux("send-keys", "-l", text)

    def press(self, *keys):
        self.tmux("send-keys", *keys)

    def screen(self):
        return [line.rstrip() for line in self.tmux("capture-pane", "-p").splitlines()]

    def cursor(self):
        return tuple(map(int, self.tmux("display", "-p", "#{cursor_x} #{cursor_y}").split()))

    def wait(self, good, seconds=20.0):
        """Until the screen is as wanted."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if good():
                return True
            time.sleep(0.03)
        return False

    def shows(self, text, seconds=20.0):
        return self.wait(lambda: any(text in line for line in self.screen()), seconds)

    def close(self):
        self.tmux("kill-server")


def last_line(terminal):
    lines = [line for line in terminal.screen() if line]
    return lines[-1] if lines else ""


def edit_at_random(terminal, term):
    """Types, moves, deletes; the line and the cursor must be those of the model."""
    draw = random.Random(f"{SEED} {term}")
    pieces = ["医", "疗救助", "a", "3", "＋", "（政策）", "x y", "，", "限额", "。"]
    line, at = "", 0
    check(terminal.wait(lambda: last_line(terminal) == PROMPT.rstrip()), term, "prompt")
    for number in range(EDITS):
        action = draw.choice(["type", "type", "type", "left", "left", "right", "erase", "delete", "home", "end", "kill"])
        if action == "type" and width(line) < 150:
            piece = draw.choice(pieces)
            terminal.write(piece)
            line, at = line[:at] + piece + line[at:], at + len(piece)
        elif action == "left" and at > 0:
            terminal.press("Left")
            at -= 1
        elif action == "right" and at < len(line):
            terminal.press("Right")
            at += 1
        elif action == "erase" and at > 0:
            terminal.press("BSpace")
            line, at = line[:at - 1] + line[at:], at - 1
        elif action == "delete" and at < len(line):
            terminal.press("C-d") if line else None
            line = line[:at] + line[at + 1:]
        elif action == "home":
            terminal.press("C-a")
            at = 0
        elif action == "end":
            terminal.press("C-e")
            at = len(line)
        elif action == "kill" and draw.random() < 0.2:
            terminal.press("C-k")
            line = line[:at]
        if number % 6 == 5 or number == EDITS - 1:
            compare_line(terminal, term, line, at)
    terminal.press("C-a", "C-k")


def compare_line(terminal, term, line, at):
    """Wide characters do not straddle the edge, so only lines that fit into one are compared with the cursor."""
    def found():
        shown = [row for row in terminal.screen() if row]
        return "".join(shown[-(1 + width(PROMPT + line) // COLUMNS):]).replace(" ", "") == (PROMPT + line).replace(" ", "")
    check(terminal.wait(found, 10), term, repr(PROMPT + line), terminal.screen()[:4])
    if width(PROMPT + line) < COLUMNS:
        wanted = width(PROMPT + line[:at])
        check(terminal.wait(lambda: terminal.cursor()[0] == wanted, 5), term, "cursor", wanted, terminal.cursor(), line)


def use_as_an_officer(terminal, term):
    claims = "guangdong-2021.claims.jsonl"
    terminal.write("载入 guangdong-2021.po")
    terminal.press("Tab", "Enter")
    check(terminal.shows("3 项业务"), term, "load", terminal.screen())
    terminal.write(f"数据 4 of {claims}")
    terminal.press("Enter")
    check(terminal.shows("已结算：共 67 个数"), term, "claim")
    terminal.write("到 大病保")
    terminal.press("Tab", "Enter")
    check(terminal.shows("大病保险  6230.00"), term, "completed name", terminal.screen())
    terminal.write("步")
    terminal.press("Enter")
    check(terminal.shows("其他补充医疗保险 › 余额  9770.00"), term, "step")
    terminal.write("退")
    terminal.press("Enter")
    check(terminal.wait(lambda: sum("大病保险  6230.00" in line for line in terminal.screen()) == 2), term, "back")
    terminal.write("看 医疗险")  # wrong in the middle, mended there
    terminal.press("Left")
    terminal.write("保")
    terminal.press("Left", "Left", "Left")
    terminal.write("基本")
    terminal.press("Enter")
    check(terminal.shows("35000.00"), term, "edited in the middle", terminal.screen())
    terminal.write("设 人员类别 = 稳")
    terminal.press("Tab")
    check(terminal.shows("设 人员类别 = 稳定脱贫人口"), term, "completed label", terminal.screen())
    terminal.press("C-c")
    terminal.write("扫描 政策范围内费用 0元 20万元")
    terminal.press("Enter")
    check(terminal.shows("折点"), term, "plot")
    plot = [line for line in terminal.screen() if "|" in line]
    check(len(plot) == 12 and all(line.index("|") == plot[0].index("|") for line in plot), term, "axis", plot)
    terminal.press("Up")
    check(terminal.wait(lambda: "扫描 政策范围内费用" in last_line(terminal)), term, "history", last_line(terminal))
    terminal.press("C-a", "C-k")


def interrupt(terminal, term):
    terminal.write("数据 1 of many.jsonl")
    terminal.press("Enter")
    check(terminal.shows("many.jsonl 第 1 笔"), term, "many claims")
    terminal.write("查找 个人负担 > 999999元")
    terminal.press("Enter")
    time.sleep(0.5)
    terminal.press("C-c")
    check(terminal.shows("已中断"), term, "Ctrl-C", terminal.screen())
    terminal.write("位置")
    terminal.press("Enter")
    check(terminal.shows("在起点"), term, "goes on after Ctrl-C")
    terminal.press("C-d")
    check(terminal.shows("left 0"), term, "end of input", terminal.screen())


def main():
    if shutil.which("tmux") is None:
        print("no tmux")
        return 77
    source = os.path.join(SOURCE, "stdlib-policies/guangdong/guangdong-2021")
    with open(source + ".claims.jsonl", encoding="utf-8") as file:
        claims = file.read()
    for term in TERMINALS:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(source + ".pol", folder)
            shutil.copy(source + ".claims.jsonl", folder)
            with open(os.path.join(folder, "many.jsonl"), "w", encoding="utf-8") as file:
                file.write(claims * 20000)
            os.chdir(folder)
            terminal = Terminal(folder, term)
            try:
                edit_at_random(terminal, term)
                use_as_an_officer(terminal, term)
                interrupt(terminal, term)
            finally:
                terminal.close()
                os.chdir(SOURCE)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
