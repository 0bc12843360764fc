#!/usr/bin/env python3
"""The language reference: every example does what the page says, both languages say the same, every
link leads somewhere, every keyword and every construct is shown.

Blocks of a page:
  pol              a whole script without errors; its examples (案例) pass
  pol-error CODE   has errors of this code and of no other
  pol-warning CODE has no errors, and a warning of this code
  pol-part         statements, put into the page's frame in place of the line …
  pol-value        one expression a line, with its value after #
  pol-frame        the page's frame; ends with an example, to which expected values can be added
  pol-file PATH    a whole script, found under this path by the others of the page
A block that is no whole script is put into the frame. Below an error or a warning stands what pol says
of it, as a comment that begins with "# →"; with --update these comments are written anew."""

import concurrent.futures
import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import pages  # noqa: E402

KINDS = ("pol", "pol-error", "pol-warning", "pol-part", "pol-value", "pol-frame", "pol-file")
WORDS = {
    "zh": {"define": "定义", "name": "例", "E": "错误", "W": "警告", "colon": "："},
    "en": {"define": "define", "name": "value", "E": "error", "W": "warning", "colon": ": "},
}
REMARK = "# → "


# ---- scripts of a page --------------------------------------------------------------------------------


def with_values(block, frame, language):
    """The frame with a definition for each line of a pol-value block, and the values expected."""
    words, definitions, expected = WORDS[language], [], []
    for number, line in enumerate(filter(str.strip, block.text.split("\n")), 1):
        expression, mark, value = line.partition("#")
        if not mark:
            raise SystemExit(f"{block.place}: no value after #: {line}")
        definitions.append(f"{words['define']} {words['name']}{number} = {expression}")
        expected.append(f",  {words['name']}{number} = {value}")
    return frame.replace("…\n", "\n".join(definitions) + "\n") + "\n".join(expected) + "\n"


def script_of(block, frame, language):
    if block.is_script:
        return block.text
    if frame is None:
        raise SystemExit(f"{block.place}: a fragment, but the page has no pol-frame")
    if block.kind == "pol-value":
        return with_values(block, frame, language)
    return frame.replace("…\n", block.text)


def has_examples(script):
    return re.search(r"^\s*(案例|example)\s", script, re.M) is not None


class Result:
    """What pol says of a block."""

    def __init__(self, block, script, folder, number, language):
        self.block, self.script, self.folder, self.language = block, script, folder, language
        self.path = block.argument if block.kind == "pol-file" else os.path.join("scripts", f"{number}.pol")
        self.part = os.path.join("parts", f"{number}.pol")
        self.write(self.path, script)
        self.write(self.part, block.text.replace("#", " ") if block.kind == "pol-value" else block.text)

    def write(self, path, text):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def run(self, *arguments):
        output, problems, status = pages.run(*arguments, folder=self.folder)
        return output + problems, status

    def ask(self):
        lang = f"--lang={self.language}"
        self.output, self.status = self.run("check", lang, self.path)
        if self.status == 0:  # what checks must also compile
            listing, self.status = self.run("disasm", lang, self.path)
            self.output += listing if self.status else ""
        said = re.findall(r"^\S+?\[([EW]\d{4})\]: (.*)", self.output, re.M)
        self.errors = sorted({code for code, _ in said if code[0] == "E"})
        self.warnings = sorted({code for code, _ in said if code[0] == "W"})
        self.message = next((message for code, message in said if code == self.block.argument), "")
        self.tested = self.tested_status = None
        if not self.errors and has_examples(self.script):
            self.tested, self.tested_status = self.run("test", lang, self.path)
        return self

    @property
    def remark(self):
        """What pol says of a wrong example, as the page shows it."""
        words, code = WORDS[self.language], self.block.argument
        return f"{REMARK}{words[code[0]]} {code}{words['colon']}{self.message}"

    @property
    def remarks_shown(self):
        return [line for line in self.block.text.split("\n") if line.startswith(REMARK)]


def results_of(language, folder):
    found = {}
    for path in pages.language_pages(language):
        blocks, _ = pages.split(path)
        frames = [block for block in blocks if block.kind == "pol-frame"]
        if len(frames) > 1:
            raise SystemExit(f"{path}: more than one frame")
        frame = frames[0].text if frames else None
        results = []
        for block in blocks:
            if block.kind.startswith("pol"):
                page = os.path.join(folder, language, os.path.basename(path)[:-3])
                script = frame.replace("…\n", "") if block.kind == "pol-frame" else script_of(block, frame, language)
                results.append(Result(block, script, page, len(results), language))
        found[os.path.basename(path)] = results
    everything = [result for results in found.values() for result in results]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(Result.ask, everything))
    dump_tokens(everything, folder)
    return found


MARK = "between two examples"


def dump_tokens(results, folder):
    """The tokens of every example, by one call: between two of them stands a file with a text of its own."""
    mark = os.path.join(folder, "mark.pol")
    with open(mark, "w", encoding="utf-8") as file:
        file.write(f'"{MARK}"\n')
    files = [path for result in results for path in (os.path.join(result.folder, result.part), mark)]
    tokens = pages.run("check", "--dump=tokens", *files)[0]
    for result, part in zip(results, re.split(rf'^STRING .*"{MARK}"\n', tokens, flags=re.M)):
        result.tokens = part


# ---- checks -----------------------------------------------------------------------------------------------


def check_block(count, result):
    block = result.block
    if not count.check(block.kind in KINDS, block.place, f"unknown kind of block {block.kind}"):
        return
    wanted = [block.argument] if block.kind == "pol-error" else []
    count.check(
        result.errors == wanted and result.status == (1 if wanted else 0),
        block.place,
        f"errors {result.errors}, wanted {wanted}, status {result.status}\n{result.output}",
    )
    if block.kind == "pol-warning":
        count.check(block.argument in result.warnings, block.place, f"warnings {result.warnings}, wanted {block.argument}")
    if block.kind in ("pol-error", "pol-warning"):
        count.check(result.remarks_shown == [result.remark], block.place, f"pol says: {result.remark}\n(run with --update)")
    if block.kind in ("pol", "pol-file"):
        count.check(not result.warnings, block.place, f"a whole script with warnings\n{result.output}")
    if result.tested is not None:
        count.check(result.tested_status == 0, block.place, f"examples fail\n{result.tested}")


# Units of amounts and how the two languages write them differ; their values do not.
UNITS = {"元": 1, "万元": 10**4, "亿元": 10**8, "yuan": 1}
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def value_of(kind, text):
    """A literal in one form for both languages; other tokens are told apart by their kind."""
    if kind == "MONEY":
        number, unit = re.match(r"([\d.,]+)\s*(\S+)", text).groups()
        return str(round(float(number.replace(",", "")) * UNITS.get(unit, 1) * 100))
    if kind == "MONTHDAY":
        month, day = re.match(r"(\w+?)[月-](\d+)", text).groups()
        return f"{MONTHS.index(month) + 1 if month in MONTHS else int(month)}-{int(day)}"
    if kind in ("PERCENT", "NUMBER", "MONTHS"):
        return re.match(r"[\d.]+", text).group()
    if kind == "DATE":
        return "-".join(str(int(part)) for part in re.findall(r"\d+", text))
    return ""


def token_kinds(result):
    kinds = []
    for line in result.tokens.splitlines():
        kind, _, text = line.split(" ", 2)
        kinds.append((kind, value_of(kind, text)))
    return kinds


def check_pair(count, zh, en):
    """The blocks of a page and of its twin are the same scripts."""
    same = [(r.block.kind, r.block.argument) for r in zh] == [(r.block.kind, r.block.argument) for r in en]
    if not count.check(same, en[0].block.place if en else "?", f"{len(en)} blocks, in Chinese {len(zh)}, or of other kinds"):
        return
    for a, b in zip(zh, en):
        if a.block.kind == "pol-error" and (not a.tokens or not b.tokens):
            continue
        mine, theirs = token_kinds(b), token_kinds(a)
        at = next((i for i, pair in enumerate(zip(mine, theirs)) if pair[0] != pair[1]), min(len(mine), len(theirs)))
        near = " ".join(line.split(" ", 2)[2] for line in b.tokens.splitlines()[max(0, at - 3) : at + 3])
        if a.block.kind == "pol-error":  # what is wrong may be wrong in its own way
            continue
        count.check(mine == theirs, b.block.place, f"other tokens than {a.block.place}, at: {near}")


def keywords():
    text = pages.read(os.path.join(pages.SOURCE, "grammar", "keywords.def"))
    for token, zh, en in re.findall(r"^POL_KEYWORD\((\w+),\s*\w+,\s*\w+,\s*\(([^)]*)\),\s*\(([^)]*)\)\)", text, re.M):
        yield token, {"zh": re.findall(r'"([^"]+)"', zh), "en": re.findall(r'"([^"]+)"', en)}


def check_keywords(count, language):
    """Every spelling of every keyword stands in an example or in the code of a sentence."""
    shown = ""
    for path in pages.language_pages(language):
        blocks, prose = pages.split(path)
        shown += "\n".join(block.text for block in blocks) + "\n" + "\n".join(re.findall(r"`([^`\n]+)`", prose)) + "\n"
    for token, spellings in keywords():
        for spelling in spellings[language]:
            found = spelling in shown if language == "zh" else re.search(rf"\b{spelling}\b", shown)
            count.check(found, f"docs/language/{language}", f"the keyword {spelling} ({token}) is not documented")


def diagnostic_codes():
    text = pages.read(os.path.join(pages.SOURCE, "interp", "base", "diag_codes.def"))
    return set(re.findall(r'^POL_DIAG\(\w+, "([EW]\d{4})"', text, re.M))


def check_codes(count):
    known = diagnostic_codes()
    for path in pages.all_pages():
        _, prose = pages.split(path)
        for code in sorted(set(re.findall(r"\b[EW]\d{4}\b", prose))):
            count.check(code in known, os.path.relpath(path, pages.SOURCE), f"there is no diagnostic {code}")


def check_constructs(count, results):
    """Every kind of node of the tree occurs in some example."""
    text = pages.read(os.path.join(pages.SOURCE, "grammar", "ast.def"))
    good = [result for page in results.values() for result in page if not result.errors]
    trees = pages.run("check", "--dump=tree", *[os.path.join(result.folder, result.path) for result in good])[0]
    for kind, name in re.findall(r"^POL_NODE\((\w+),\s*(\w+),", text, re.M):
        count.check(re.search(rf"\b{name}\b", trees), "docs/language", f"no example has the construct {kind}")


def update(results):
    """Writes what pol says below the wrong examples of a page."""
    for result in sorted(results, key=lambda result: -result.block.line):
        block = result.block
        if block.kind not in ("pol-error", "pol-warning"):
            continue
        lines = pages.read(block.page).split("\n")
        code = [line for line in block.text.rstrip("\n").split("\n") if not line.startswith(REMARK)]
        lines[block.line : block.line + block.text.count("\n")] = [*code, result.remark]
        with open(block.page, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))


def main():
    count = pages.Count()
    with tempfile.TemporaryDirectory() as folder:
        results = {language: results_of(language, folder) for language in pages.LANGUAGES}
        if "--update" in sys.argv:
            for language in pages.LANGUAGES:
                for page in results[language].values():
                    update(page)
            return 0
        for language in pages.LANGUAGES:
            for page in results[language].values():
                for result in page:
                    check_block(count, result)
            check_keywords(count, language)
            check_constructs(count, results[language])
        count.check(
            results["zh"].keys() == results["en"].keys(),
            "docs/language",
            f"pages in one language only: {sorted(results['zh'].keys() ^ results['en'].keys())}",
        )
        for name in sorted(results["zh"].keys() & results["en"].keys()):
            check_pair(count, results["zh"][name], results["en"][name])
        check_codes(count)
    return count.finish()


sys.exit(main())
