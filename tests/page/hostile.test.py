#!/usr/bin/env python3
"""Texts of a script are texts on its page, whatever they look like; so are names of files."""

import os
import subprocess
import sys
import tempfile
import unicodedata
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import tree  # noqa: E402

POL = os.environ["POL"]
passed = failed = 0

HOSTILE = [
    "</title><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</style><style>body{display:none}",
    "a & b &amp; &lt;c&gt; &#60;",
    "' onclick='alert(1)",
    "--><!-- ]]> <![CDATA[",
    "</pre></details></main></body></html>",
    "javascript:alert(1)",
    "{{7*7}} ${7*7} %s %n %1$s",
    "𠮷 😀 ﷽ e\u0301",
]

SCRIPT = """政策 "{0}" "{0}"  文号 "{0}"  地区 "{0}"  施行 自 2024-01-01 起  依据 "{0}"
条款 "{0}" "{0}"
条款 "理由{0}" "{0}" 不计算 "{0}"
类别 「类{0}」 {{ "{0}", "乙{0}" }} 依据 "{0}"
集合 「集{0}」 : 文字 {{ "{0}" }} 依据 "{0}"
业务 「业{0}」 按 日子
输入 日子 : 日期  「人{0}」 : 「类{0}」  「费{0}」 : 金额  「病{0}」 : 文字 = "{0}"
要求 「费{0}」 ≤ 100万元 "{0}" 依据 "{0}"
参数 「参{0}」 : 比例 = 50% 由统筹区定 {{ 不低于 10% 依据 "{0}" }} 依据 "{0}"
累计 「累{0}」 : 金额 每人 每年 增加 「付{0}」 依据 "{0}"
定义 「定{0}」 = 「病{0}」 属于 「集{0}」 依据 "{0}"
结算 总费用 = 「费{0}」 依据 "{0}"
待遇 「付{0}」 条件 「定{0}」 基数 余额
  分段 {{ [100元, 1000元) : 「参{0}」; [1000元, 不限) : 70% }} 封顶 2000元 累计于 「累{0}」 依据 "{0}"
待遇 「补{0}」 基数 余额 比例 按 「人{0}」 {{ "{0}" : 10%; "乙{0}" : 20% }} 依据 "{0}"
垫付 "{0}" 代 「付{0}」 依据 "{0}"
状态 "{0}" 当 「费{0}」 超过 5000元 依据 "{0}"
状态 「组{0}」 当 非 「定{0}」 则 "理{0}" 依据 "{0}"
附加 "{0}" = 当 「定{0}」 则 "{0}" 否则 "否{0}" 依据 "{0}"
案例 "{0}" 依据 "{0}"
  给定 日子 = 2024-05-01，「人{0}」 = "{0}"，「费{0}」 = 3000元
  期望 「付{0}」 = 1850元
"""


def check(good, *what):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED:", *what)


def run(*arguments, cwd=None):
    done = subprocess.run([POL, *arguments], capture_output=True, encoding="utf-8", check=False, cwd=cwd)
    return done.stdout, done.stderr, done.returncode


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def check_page(text, hostile, officer):
    root, problems = tree.read(text)
    check(not problems, hostile, problems[:3])
    tags = {node.tag for node in root.walk()}
    check(not tags & {"script", "img", "iframe", "object", "embed", "link", "form"}, hostile, tags)
    names = {name for node in root.walk() for name in node.attributes}
    check(not any(name.startswith("on") or name in ("src", "style") for name in names), hostile, names)
    check(len(root.all("style")) == 1, hostile, "one style sheet")
    check(root.first("title").text == hostile and root.first("h1").text == hostile, hostile, root.first("h1").text)
    for node in root.all("a"):
        check(node.attributes["href"].startswith("#"), hostile, node.attributes["href"])
    cells = unicodedata.normalize("NFKC", root.first("body").text)  # names are folded, texts are not
    for word in ("人", "付", "补") + (("类", "集", "参", "累", "定", "组", "理", "理由", "费") if officer else ()):
        check(unicodedata.normalize("NFKC", word + hostile) in cells, hostile, "lost:", word)


def check_texts(folder):
    for number, hostile in enumerate(HOSTILE):
        path = os.path.join(folder, f"s{number}.pol")
        with open(path, "w", encoding="utf-8") as file:
            file.write(SCRIPT.format(hostile))
        out, errors, status = run("check", path)
        check(status == 0, hostile, errors[:400])
        for audience in ("officer", "citizen"):
            for lang in ("zh", "en"):
                out, errors, status = run("doc", path, "-o", folder, "--for", audience, "--lang", lang)
                check(status == 0, hostile, errors[:400])
                check_page(read(path[:-4] + ".html"), hostile, audience == "officer")


PLAIN = '政策 "p" "名"  施行 自 2024-01-01 起\n输入 费 : 金额\n结算 总费用 = 费\n待遇 救助 基数 余额 比例 50%\n'
NAMES = ['a"b<c>&d.pol', "index.pol", "空 格.pol", ".hidden.pol", "same.pol", "sub/same.pol", "%41.pol", "-o.pol", "x'y.pol", "no-ending"]


def check_names(folder):
    os.mkdir(os.path.join(folder, "sub"))
    for name in NAMES:
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(PLAIN)
    out, errors, status = run("doc", *("./" + name for name in NAMES), "-o", "out/", "--lang", "en", cwd=folder)
    check(status == 0, "names", errors)
    made = sorted(os.listdir(os.path.join(folder, "out")))
    check(len(made) == len(NAMES) + 1 and "index.html" in made, made)
    for name in made:
        check(name.endswith(".html") and not set(name) & set("\"'<>&% \\/") and not name.startswith("."), "a name", name)
    root, problems = tree.read(read(os.path.join(folder, "out", "index.html")))
    check(not problems, problems)
    links = sorted(urllib.parse.unquote(a.attributes["href"]) for a in root.all("a"))
    check(links == sorted(set(made) - {"index.html"}), links, made)


def main():
    with tempfile.TemporaryDirectory() as folder:
        check_texts(folder)
    with tempfile.TemporaryDirectory() as folder:
        check_names(folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
