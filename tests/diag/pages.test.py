#!/usr/bin/env python3
"""pol help CODE: every code has a page in both languages; its wrong example gives that code and no other (an error may
be followed by warnings), the right one is clean and laid out as pol fmt writes it.

Examples that extend another script find tests/diag/pages/province.pol beside them."""

import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

POL, SOURCE = os.environ["POL"], os.environ["POL_SOURCE"]
HERE = os.path.dirname(os.path.abspath(__file__))
CODES = re.findall(r'POL_DIAG\(\s*\w+\s*,\s*"([EW]\d{4})"', open(os.path.join(SOURCE, "interp/base/diag_codes.def"), encoding="utf-8").read())
# Mistakes that do not show in a few lines: encodings, sizes, and what cannot happen.
WITHOUT_EXAMPLE = set("E0001 E0002 E0003 E0010 E0011 E0109 E0110 E0222 E0240 E0241 E0311 E0314 E0329 E0406 E0410 E0426 E0435 E0436 E0437 "
                      "E0438 E0439 E0447 E0491 E0599".split())
passed = failed = 0


def check(good, code, what):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(f"{code}: {what}")


def run(*arguments, text=None, folder=None):
    done = subprocess.run([POL, *arguments], input=text, capture_output=True, encoding="utf-8", cwd=folder, check=False)
    return done.stdout, done.stderr, done.returncode


def page(code, lang):
    output, error, status = run("help", code, "--format", "json", "--lang", lang)
    check(status == 0 and not error, code, f"pol help: {error}")
    found = json.loads(output)
    text = run("help", code, "--lang", lang)[0]
    check(found["meaning"] and found["meaning"] in text and found["message"] in text, code, f"no page ({lang})")
    for example in (found["wrong"], found["right"]):
        check(all(f"  {line}\n" in text for line in example.splitlines()), code, f"an example is not shown ({lang})")
    return found


def findings(script, folder, name):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(script)
    lines = run("check", "--format", "json", name, folder=folder)[0].splitlines()
    return sorted({json.loads(line)["code"] for line in lines}), "\n".join(json.loads(line)["message"] for line in lines)


def check_code(code, folder):
    zh, en = page(code, "zh"), page(code, "en")
    check(zh["severity"] == ("error" if code[0] == "E" else "warning"), code, "another severity")
    check(re.search(r"[一-鿿]", zh["meaning"]) and zh["meaning"] != en["meaning"], code, "one text for both languages")
    check((zh["wrong"] == "") == (zh["right"] == "") == (code in WITHOUT_EXAMPLE), code, "an example is missing, or is not expected")
    if not zh["wrong"]:
        return
    found, messages = findings(zh["wrong_script"], folder, f"{code}-wrong.pol")
    check([one for one in found if one[0] == code[0]] == [code] and found[0] == code, code, f"the wrong example gives {found}\n{messages}")
    found, messages = findings(zh["right_script"], folder, f"{code}-right.pol")
    check(found == [], code, f"the right example gives {found}\n{messages}")
    tested, said, status = run("test", f"{code}-right.pol", folder=folder)
    check(status == 0, code, f"the right example's examples fail\n{tested}{said}")
    head = "" if zh["right_script"] == zh["right"] else '政策 "a" "b"\n\n'
    canonical = run("fmt", "-", text=head + zh["right"])[0]
    check(canonical == head + zh["right"], code, f"pol fmt writes:\n{canonical}")


def main():
    check(len(CODES) == len(set(CODES)) and len(CODES) > 150, "diag_codes.def", "codes could not be read")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(os.path.join(HERE, "pages", "province.pol"), folder)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda code: check_code(code, folder), CODES))
    status = run("help", "E9999")[2]
    check(status == 2, "E9999", "a code that does not exist")
    check(run("help", "e0404")[0] == run("help", "E0404")[0], "e0404", "small letters")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
