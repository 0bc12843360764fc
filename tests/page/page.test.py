#!/usr/bin/env python3
"""The pages of the project's policies: sound HTML that needs nothing else, with everything of the script on it;
its figures are those of pol explain and pol run."""

import json
import os
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import tree  # noqa: E402

POL, SOURCE = os.environ["POL"], os.environ["POL_SOURCE"]
passed = failed = 0


def check(good, *what):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED:", *what)
    return good


def pol(*arguments, text=None):
    done = subprocess.run([POL, *arguments], input=text, capture_output=True, encoding="utf-8", check=False)
    return done.stdout, done.stderr, done.returncode


def scripts():
    for room in ("stdlib-policies", "tests/elsewhere"):
        for folder, _, names in sorted(os.walk(os.path.join(SOURCE, room))):
            yield from (os.path.join(folder, name) for name in sorted(names) if name.endswith(".pol"))
    yield os.path.join(SOURCE, "tests/page/demo.zh.pol")


def page_of(script, folder, *options):
    out, errors, status = pol("doc", script, "-o", folder, *options)
    check(status == 0, script, errors)
    path = os.path.join(folder, os.path.basename(script)[:-4] + ".html")
    with open(path, encoding="utf-8") as file:
        return file.read()


# ---- soundness -------------------------------------------------------------------------------------------------

TAGS = set(
    "html head meta title style body main nav h1 h2 h3 h4 h5 p ul ol li a dl dt dd div table thead tbody tr th td span strong section "
    "article figure figcaption details summary pre br svg text rect path polygon".split()
)


def sound(place, text):
    root, problems = tree.read(text)
    check(not problems, place, problems[:3])
    nodes = list(root.walk())[1:]
    unknown = {n.tag for n in nodes} - TAGS
    check(not unknown, place, "elements that no page has:", unknown)
    ids = [n.attributes["id"] for n in nodes if "id" in n.attributes]
    check(len(ids) == len(set(ids)), place, "ids twice", sorted(i for i in set(ids) if ids.count(i) > 1)[:5])
    for node in nodes:
        for name, value in node.attributes.items():
            check(not name.startswith("on") and name not in ("src", "style", "srcset", "action"), place, "attribute", name)
            if name == "href":
                fragment = value[1:] if value.startswith("#") else None
                check(fragment in ids if fragment is not None else re.fullmatch(r"[\w.%-]+\.html", value), place, "link", value)
    style = root.first("style").text
    check("url(" not in style and "@import" not in style and "http" not in text, place, "something from elsewhere")
    lang = root.first("html").attributes["lang"]
    check(lang in ("zh-Hans", "en") and root.first("title").text.strip(), place, "language, title")
    return root


# ---- figures ---------------------------------------------------------------------------------------------------


def shown_tree(items):
    """(name, value) of every figure of a page's tree, in order, by depth."""
    for item in items:
        row, *rest = item.parts()
        spans = row.parts("span")
        name = re.sub("（见上）$|（未用）$", "", spans[0].text)
        yield name, spans[1].text if len(spans) > 1 else "", [d.text.removeprefix("= ") for d in rest if "why" in d.classes]
        for inner in rest:
            if inner.tag == "ul":
                yield from shown_tree(inner.parts("li"))


def told_tree(figure):
    for part in figure.get("分项", []):
        why = [part[key] for key in ("算式", "代入", "说明") if key in part]
        if "依据" in part:
            why.append("依据：" + "；".join(c["条款"] for c in part["依据"]))
        yield part.get("名称", ""), part.get("值", ""), why
        yield from told_tree(part)


def bill_rows(result):
    yield "总费用", result["总费用"]
    for row in result["支付明细"]:
        yield row["付款方"], row["金额"]
    if result["医院承担"] != "0.00":
        yield "医院承担", result["医院承担"]
    yield "个人负担", result["个人负担"]


def table_rows(table):
    return [[cell.text for cell in row.parts()] for row in table.first("tbody").parts("tr")]


def check_examples(place, script, root, folder):
    """Every step as pol explain tells it, every bill as pol run writes it. Returns the records by title."""
    articles = root.all("article", "ex")
    records = {}
    for article in articles:
        title = re.sub(r"^案例 \d+\. ", "", article.first("h4").text)
        record = article.first("pre", "record").text
        records[title] = json.loads(record)
        claim = os.path.join(folder, "claim.jsonl")
        with open(claim, "w", encoding="utf-8") as file:
            file.write(record + "\n")
        told = json.loads(pol("explain", script, claim, "--format", "json", "--lang", "zh")[0])
        shown = list(shown_tree(article.first("ul", "tree").parts("li")))
        wanted = list(told_tree(told))
        if not check(shown == wanted, place, title, "steps differ"):
            print(next((a, b) for a, b in zip(shown + [None], wanted + [None]) if a != b))
    lines = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records.values())
    results = [json.loads(line) for line in pol("run", script, "-", text=lines)[0].splitlines()]
    for article, result in zip(articles, results):
        bill = article.first("table", "bill")
        if "错误" in result:
            check(bill is None and result["错误"] in article.first("p", "trouble").text, place, "a rejected example")
        else:
            check([tuple(row) for row in table_rows(bill)] == list(bill_rows(result)), place, result, "bill differs")
    return records


# ---- curves ----------------------------------------------------------------------------------------------------


def settle(script, claims):
    lines = "".join(json.dumps(c, ensure_ascii=False) + "\n" for c in claims)
    return [json.loads(line) for line in pol("run", script, "-", text=lines)[0].splitlines()]


def amounts(result):
    paid = {row["付款方"]: row["金额"] for row in result["支付明细"]}
    return {"总费用": result["总费用"], "个人负担": result["个人负担"], "医院承担": result["医院承担"], **paid}


def fen(text):
    return int(text.replace(".", ""))


def check_curve(place, script, figure, records):
    caption = figure.first("figcaption").text
    title, field = re.match(r"案例“(.*)”，只改变其中的“(.*?)”。", caption).groups()
    table = figure.first("table", "points")
    columns = [th.text for th in table.first("thead").all("th")]
    rows = table_rows(table)
    check(columns[1:3] == [field, "总费用"], place, columns)
    points = [row[1] for row in rows]
    results = settle(script, [dict(records[title], **{field: x}) for x in points])
    for row, result in zip(rows, results):
        if check("错误" not in result, place, title, row, result):
            wanted = amounts(result)
            for name, value in zip(columns[2:], row[2:]):
                check(wanted.get(name) == value, place, title, row[1], name, value, wanted.get(name))
            left_out = {n: v for n, v in wanted.items() if n not in columns and fen(v) != 0}
            check(not left_out, place, title, "who pays is not in the table:", left_out)
    check_straight(place, script, records[title], field, columns, rows)
    check_picture(place, figure, columns, rows)


def coarsest(script):
    """The units that a script rounds to, all together, in fen."""
    units = re.findall(r"(?:取整 \w+ |(?:四舍五入|四舍六入|进位|舍去)\(.*?, )([\d.]+)元", own(script))
    return sum(round(float(unit) * 100) for unit in units)


def check_straight(place, script, record, field, columns, rows):
    """Between neighbouring points all claims lie on the straight line (but for rounding), or none settles."""
    chance = random.Random(7)
    between = []
    for low, high in zip(rows, rows[1:]):
        a, b = fen(low[1]), fen(high[1])
        between += [(low, high, chance.randint(a + 1, b - 1)) for _ in range(5) if b - a > 1]
    claims = [dict(record, **{field: f"{x // 100}.{x % 100:02}"}) for _, _, x in between]
    results = settle(script, claims)
    settled = {}
    for (low, high, x), result in zip(between, results):
        a, b = fen(low[1]), fen(high[1])
        settled.setdefault((a, b), set()).add("错误" not in result)
        if "错误" in result:
            continue
        for name in columns[2:]:
            at = columns.index(name)
            straight = (fen(low[at]) * (b - x) + fen(high[at]) * (x - a)) / (b - a)
            # An edge that lies at no whole fen is shown beside where it is, at most a yuan away; where the script
            # rounds to more than a fen, the claim and its neighbours may each be a unit off.
            check(abs(fen(amounts(result)[name]) - straight) <= 100 + 2 * coarsest(script), place, field, x, name, straight)
    for ends, kinds in settled.items():
        check(len(kinds) == 1, place, ends, "some settle, some do not")


def check_picture(place, figure, columns, rows):
    """Corners of the areas are sums of the table's amounts, to scale."""
    axis = next(n for n in figure.all("path") if "axis" in n.classes).attributes["d"]
    x0, y0, height, width = map(int, re.fullmatch(r"M(\d+) (\d+)v(\d+)h(\d+)", axis).groups())
    most = max(fen(row[2]) for row in rows)
    corners = set()
    for polygon in figure.all("polygon"):
        numbers = [tuple(map(float, pair.split(","))) for pair in polygon.attributes["points"].split()]
        check(len(numbers) >= 4 and len(numbers) % 2 == 0, place, "an area of", len(numbers), "corners")
        corners |= set(numbers)
    for row in rows:
        sums = [sum(map(fen, row[3 : 3 + i])) for i in range(len(row) - 2)]
        check(sums[-1] == fen(row[2]), place, row, "payers and person are not the total")
        for total in sums:
            x, y = x0 + fen(row[2]) * width / most, y0 + height - total * height / most
            check(any(abs(x - a) < 0.11 and abs(y - b) < 0.11 for a, b in corners), place, "no corner at", x, y)
    marks = [n for n in figure.all("path") if "mark" in n.classes]
    check(len(marks) == sum(1 for row in rows if row[0]), place, "marks")


# ---- what stands on a page ---------------------------------------------------------------------------------------


def own(script):
    with open(script, encoding="utf-8") as file:
        return re.sub(r"^\s*#.*$", "", file.read(), flags=re.M)


def check_content(place, script, root):
    text = own(script)
    clauses = re.findall(r'^条款 "([^"]*)"\s+"([^"]*)"', text, re.M)
    rows = {row.parts()[0].text: row for row in root.all("tr") if row.attributes.get("id", "").startswith("c")}
    for number, title in clauses:
        if check(number in rows, place, "no clause", number):
            check(rows[number].parts()[1].text == title, place, number, title)
            use = rows[number].parts()[2]
            computes = not re.search(rf'^条款 "{re.escape(number)}"\s+"[^"]*"\s+不计算', text, re.M)
            check(bool(use.all("a")) == computes, place, number, "used in:", use.text)
    headings = {re.sub(r"^\d+\. ", "", h.children[0]) for section in root.all("section", "payer") for h in section.parts("h4")}
    for payer in re.findall(r"^(?:替换 )?(?:待遇|先付) (\S+)", text, re.M):
        check(payer in headings, place, "no payer", payer)
    titles = [re.sub(r"^案例 \d+\. ", "", a.first("h4").text) for a in root.all("article", "ex")]
    check(titles == re.findall(r'^案例 "([^"]*)"', text, re.M), place, "examples")
    names = {th.text for table in root.all("table", "inputs") for th in table.first("tbody").all("th")}
    for block in re.findall(r"^输入\n((?:  .*\n)+)", text, re.M):
        for name in re.findall(r"^  (\S+)\s+:", block, re.M):
            check(name in names, place, "no input", name)
    header = root.first("dl", "facts").text
    for word in re.findall(r'(?:文号|地区) "([^"]*)"', text[:1500]):
        check(word in header, place, "header lacks", word)
    for matter in re.findall(r"^业务 (\S+)", text, re.M):
        check(any(h.text == matter for h in root.all("h2")), place, "no matter", matter)


def check_persons(place, script, root, records):
    """The table of the same bill: rows that settle with nothing but the label changed are what pol run says."""
    compared = 0
    for table in root.all("table", "persons"):
        before = table.parent.parent.children[: table.parent.parent.children.index(table.parent)]
        note = [n for n in before if isinstance(n, tree.Node) and "soft" in n.classes][-1].text
        title, field = re.match(r"案例“(.*)”的数据，“(.*?)”换成", note).groups()
        columns = [th.text for th in table.first("thead").all("th")]
        rows = table_rows(table)
        results = settle(script, [dict(records[title], **{field: row[0]}) for row in rows])
        for row, result in zip(rows, results):
            if "错误" in result:
                continue
            wanted = amounts(result)
            check(all(wanted.get(n, v) == v for n, v in zip(columns[1:], row[1:])), place, row, wanted)
            borne = sum(fen(v) for n, v in zip(columns[1:], row[1:]) if n not in wanted)
            check(borne == fen(wanted["医院承担"]), place, row, "the hospital's share")
            left_out = [n for n, v in wanted.items() if n not in columns + ["总费用", "医院承担"] and fen(v) != 0]
            check(not left_out, place, row, left_out)
            compared += 1
    return compared


# ---- the card ------------------------------------------------------------------------------------------------------


def check_card(place, script, text):
    root = sound(place, text)
    headings = [h.text for h in root.all("h2")]
    check(headings == ["谁能享受", "能得多少", "在哪里、什么时候", "要带什么（要说明什么）", "算两笔账"], place, headings)
    cases = root.all("section", "case")
    check(1 <= len(cases) <= 2, place, "cases")
    for case in cases:
        title = case.first("h3").text
        match = re.search(r'案例 "' + re.escape(title) + r'".*?期望 ([^案]*)', own(script), re.S)
        rows = dict(map(tuple, table_rows(case.first("table", "bill"))))
        check(match is not None, place, title)
        expected = dict(re.findall(r"(\S+?) = ([\d.]+)(?=(?:元|万元))", re.sub(r"[，,]", " ", match[1])))
        units = dict(re.findall(r"(\S+?) = [\d.]+(万?元)", re.sub(r"[，,]", " ", match[1])))
        for name, value in rows.items():
            if name in expected: # what the example itself expects
                wanted = round(float(expected[name]) * (1000000 if units[name] == "万元" else 100))
                check(fen(value) == wanted, place, title, name, value, expected[name])
    check(not root.all("a"), place, "links on paper")


def check_languages(folder):
    """A page of an English script in English holds no Chinese, one of a Chinese script in Chinese no English."""
    scripts_of = {}
    for lang in ("zh", "en"):
        with open(os.path.join(SOURCE, "docs", f"handover.{lang}.md"), encoding="utf-8") as file:
            scripts_of[lang] = re.search(r"```pol-file aid-2024\.pol\n(.*?)```", file.read(), re.S)[1]
    alien = {"zh": r"(?<![A-Za-z])(?!JSON|aid)[A-Za-z]{2,}", "en": r"[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]"}
    for lang, text in scripts_of.items():
        script = os.path.join(folder, f"language-{lang}.pol")
        with open(script, "w", encoding="utf-8") as file:
            file.write(text)
        for audience in ("officer", "citizen"):
            root = sound(lang, page_of(script, folder, "--lang", lang, "--for", audience))
            body = root.first("body").text
            for record in root.all("pre", "record"):  # keys of records are Chinese in both,
                body = body.replace(record.text, "")
            for code in ("输入矛盾", "不在执行期"):  # and so are codes of errors
                body = body.replace(code, "") if lang == "en" else body
            found = re.findall(alien[lang], body)
            check(not found, lang, audience, "words of the other language:", found[:5])


def main():
    compared = curves = 0
    with tempfile.TemporaryDirectory() as folder:
        for script in scripts():
            place = os.path.basename(script)
            text = page_of(script, folder, "--lang", "zh")
            root = sound(place, text)
            check(text == page_of(script, folder, "--lang", "zh"), place, "another page the second time")
            check_content(place, script, root)
            records = check_examples(place, script, root, folder)
            for figure in root.all("figure", "curve"):
                check_curve(place, script, figure, records)
                curves += 1
            compared += check_persons(place, script, root, records)
            english = sound(place + " en", page_of(script, folder, "--lang", "en"))
            for cls in ("points", "bill"): # figures are the same in both languages
                check([[r[-1] for r in table_rows(t)] for t in root.all("table", cls)] ==
                      [[r[-1] for r in table_rows(t)] for t in english.all("table", cls)], place, "figures differ by language")
            check_card(place + " card", script, page_of(script, folder, "--lang", "zh", "--for", "citizen"))
            sound(place + " card en", page_of(script, folder, "--lang", "en", "--for", "citizen"))
        check_languages(folder)
    check(curves >= 10 and compared >= 50, "curves", curves, "persons", compared)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
