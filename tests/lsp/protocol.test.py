"""pol lsp, request by request, as the protocol says (LSP 3.17)."""
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from client import Refused, Server, apply, covered, place, units  # noqa: E402

URI = "untitled:a"
POLICY = """# 说明：𠮷 和 🏥 各占两个单元
政策 "demo" "某县医疗救助办法"  施行 自 2024-01-01 起

条款 "三" "救助标准𠮷"

类别 人员类别 { 特困人员, 低保对象 }  依据 "三"

业务 医疗费用结算 按 出院日期

输入
  出院日期 : 日期
  人员类别 : 人员类别
  费用     : 金额

参数 门槛 : 金额 = 1000元 + 500元  依据 "三"

要求 费用 ≤ 100万元  "𠮷🏥 超过"  依据 "三"  # 🏥

累计 本年 : 金额 每人 每年 增加 救助  依据 "三"

结算 总费用 = 费用

待遇 救助  依据 "三"
  基数 余额
  起付 门槛
  比例 按 人员类别 { 特困人员 : 100%; 其余 : 50% }
  封顶 3万元 累计于 本年

状态 「𠮷到顶」 当 救助.达到封顶  依据 "三"

案例 "甲🏥"
  给定 出院日期 = 2024-05-01, 人员类别 = 特困人员, 费用 = 5000元
  期望 救助 = 3500元, 「𠮷到顶」 = 否
"""


def test_capabilities():
    with Server() as server:
        c = server.capabilities
        assert c["positionEncoding"] == "utf-16"
        assert c["textDocumentSync"] == {"openClose": True, "change": 2}
        for name in ("hover", "definition", "references", "documentHighlight", "documentSymbol", "foldingRange",
                     "documentFormatting", "inlayHint"):
            assert c[name + "Provider"] is True, name
        assert c["renameProvider"]["prepareProvider"] and c["semanticTokensProvider"]["full"]


def test_findings_come_and_go():
    with Server() as server:
        server.open(URI, POLICY)
        assert server.findings(URI, 1) == []
        bad = POLICY.replace("起付 门槛", "起付 门坎")
        server.change(URI, 2, {"text": bad})
        finding, = [d for d in server.findings(URI, 2) if d["severity"] == 1]
        assert covered(bad, finding["range"]) == "门坎" and finding["source"] == "pol" and finding["code"][0] == "E"
        line, column = place(bad, "门坎")
        at = {"start": {"line": line, "character": column}, "end": {"line": line, "character": column}}
        action, = server.whole("codeAction", URI, range=at, context={"diagnostics": []})
        assert action["kind"] == "quickfix" and "门槛" in action["title"]
        assert apply(bad, action["edit"]["changes"][URI]) == POLICY
        assert server.whole("codeAction", URI, range=at, context={"diagnostics": [], "only": ["refactor"]}) == []
        server.change(URI, 3, {"range": finding["range"], "text": "门槛"})
        assert server.findings(URI, 3) == []
        server.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
        server.published.clear()
        assert server.findings(URI) == []
        try:
            server.whole("documentSymbol", URI)
            raise AssertionError("a closed document was answered for")
        except Refused as why:
            assert why.code == -32602


def test_languages_of_messages():
    bad, messages = POLICY.replace("起付 门槛", "起付 全然不知"), {}
    for lang in ("zh", "en"):
        with Server(lang=lang) as server:
            server.open(URI, bad)
            messages[lang] = next(d["message"] for d in server.findings(URI, 1) if covered(bad, d["range"]) == "全然不知")
    assert all("全然不知" in m for m in messages.values())
    assert any("\u4e00" <= c <= "\u9fff" for c in messages["zh"].replace("全然不知", ""))
    assert not any("\u4e00" <= c <= "\u9fff" for c in messages["en"].replace("全然不知", "")), messages["en"]


def test_incremental_changes_count_utf16():
    """Each change is also made here, on a Python string; the server must see the same text."""
    with Server() as server:
        text = POLICY
        server.open(URI, text)
        version = 1
        for needle, new in [("𠮷 和", "🏥🏥"), ("🏥 各", "𠮷"), ("超过", "𠮷超过了"), ("5000元", "6000元"), ("  # 🏥\n", "\n"), ("甲🏥", "乙𠮷")]:
            version += 1
            start = place(text, needle)
            end = place(text, needle, len(needle))
            server.change(URI, version, {"range": {"start": {"line": start[0], "character": start[1]},
                                                   "end": {"line": end[0], "character": end[1]}}, "text": new})
            text = text.replace(needle, new, 1)
            line, column = place(text, "门槛", nth=1)
            hover = server.at("hover", URI, (line, column))
            assert covered(text, hover["range"]) == "门槛"
        assert [covered(text, r["range"]) for r in server.at("documentHighlight", URI, place(text, "𠮷到顶"))] == ["「𠮷到顶」"] * 2
        # Two changes in one notification, the second on the result of the first; a column beyond the line's end.
        server.change(URI, version + 1,
                      {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 9999}}, "text": "# 𠮷"},
                      {"range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 4}}, "text": "🏥"})
        lines = text.split("\n")
        lines[0] = "# 𠮷🏥"
        text = "\n".join(lines)
        hover = server.at("hover", URI, place(text, "基数 余额", 3))
        assert covered(text, hover["range"]) == "余额"


def test_hover():
    with Server() as server:
        server.open(URI, POLICY)
        value = server.at("hover", URI, place(POLICY, "起付 门槛", 4))["contents"]["value"]
        for part in ("**门槛**", "参数", "金额", "1500.00", "```pol\n参数 门槛", "依据 三 救助标准𠮷"):
            assert part in value, value
        value = server.at("hover", URI, place(POLICY, "增加 救助", 3))["contents"]["value"]
        assert "3500.00" in value
        value = server.at("hover", URI, place(POLICY, "封顶 3", 1))["contents"]["value"]
        assert "关键字" in value and "cap" in value
        assert server.at("hover", URI, place(POLICY, "100万元", 1)) is None
    with Server(lang="en", markdown=False) as server:
        server.open(URI, POLICY)
        contents = server.at("hover", URI, place(POLICY, "起付 门槛", 4))["contents"]
        assert contents["kind"] == "plaintext" and "parameter" in contents["value"] and "**" not in contents["value"]


def labels(result):
    return [item["label"] for item in sorted(result["items"], key=lambda i: i["sortText"])]


def test_completion():
    with Server() as server:
        text = POLICY + "待遇 补助  基数 余额  条件 人员类别 = "
        server.open(URI, text)
        end = (text.count("\n"), units(text.split("\n")[-1]))
        result = server.at("completion", URI, end)
        assert labels(result)[:2] == ["特困人员", "低保对象"] and "门槛" in labels(result)
        text = POLICY + "待遇 补助  # 🏥\n  起"
        server.change(URI, 2, {"text": text})
        result = server.at("completion", URI, (text.count("\n"), 3))
        item, = [i for i in result["items"] if i["label"] == "起付"]
        assert covered(text, item["textEdit"]["range"]) == "起" and "deductible" in item["filterText"]
        text = POLICY + "状态 「𠮷新」 当 救助."
        server.change(URI, 3, {"text": text})
        assert labels(server.at("completion", URI, (text.count("\n"), units(text.split("\n")[-1]))))[0] == "实付"
        text = POLICY + "待遇 补助 依据 \"\""
        server.change(URI, 4, {"text": text})
        item, = server.at("completion", URI, (text.count("\n"), units(text.split("\n")[-1]) - 1))["items"]
        assert apply(text, [item["textEdit"]]) == POLICY + "待遇 补助 依据 \"三\"" and "救助标准𠮷" in item["detail"]


def test_definition_and_references():
    with Server() as server:
        server.open(URI, POLICY)
        found, = server.at("definition", URI, place(POLICY, "起付 门槛", 4))
        assert found["uri"] == URI and covered(POLICY, found["range"]) == "门槛"
        assert found["range"]["start"]["line"] == place(POLICY, "参数 门槛")[0]
        where = place(POLICY, "起付 门槛", 4)
        assert len(server.at("references", URI, where, context={"includeDeclaration": True})) == 2
        assert len(server.at("references", URI, where, context={"includeDeclaration": False})) == 1
        clause = server.at("references", URI, place(POLICY, "条款 \"三", 3), context={"includeDeclaration": True})
        assert len(clause) == POLICY.count("\"三\"")
        assert server.at("definition", URI, place(POLICY, "# 说明", 1)) is None


def test_rename():
    with Server() as server:
        server.open(URI, POLICY)
        where = place(POLICY, "状态 「𠮷到顶", 5)
        prepared = server.at("prepareRename", URI, where)
        assert covered(POLICY, prepared["range"]) == "「𠮷到顶」" and prepared["placeholder"] == "𠮷到顶"
        edits = server.at("rename", URI, where, newName="达到 限额🏥")["changes"][URI]
        assert apply(POLICY, edits) == POLICY.replace("「𠮷到顶」", "「达到 限额🏥」")
        for name in ("费用", "", "甲\n乙"):
            try:
                server.at("rename", URI, where, newName=name)
                raise AssertionError(name)
            except Refused as why:
                assert why.code == -32803
        try:
            server.at("prepareRename", URI, place(POLICY, "基数 余额", 4))
            raise AssertionError("a word of the language was renamed")
        except Refused:
            pass


def test_outline_and_folds():
    with Server() as server:
        server.open(URI, POLICY)

        def names(items):
            return [(i["name"], names(i["children"])) if i["children"] else i["name"] for i in items]

        def inside(outer, inner):
            def key(p):
                return p["line"], p["character"]
            return key(outer["start"]) <= key(inner["start"]) and key(inner["end"]) <= key(outer["end"])

        def check(items):
            for i in items:
                assert inside(i["range"], i["selectionRange"]), i["name"]
                for child in i["children"]:
                    assert inside(i["range"], child["range"]), child["name"]
                check(i["children"])
        items = server.whole("documentSymbol", URI)
        check(items)
        assert names(items) == ["某县医疗救助办法", "三", "人员类别", ("医疗费用结算", [
            ("输入", ["出院日期", "人员类别", "费用"]), "门槛", "𠮷🏥 超过", "本年", "总费用", "救助", "𠮷到顶", "甲🏥"])]
        folds = server.whole("foldingRange", URI)
        lines = POLICY.split("\n")
        starts = {lines[f["startLine"]].split()[0] for f in folds}
        assert starts == {"业务", "输入", "待遇", "案例"}, starts


def test_semantic_tokens():
    with Server() as server:
        server.open(URI, POLICY)
        legend = server.capabilities["semanticTokensProvider"]["legend"]["tokenTypes"]
        data = server.whole("semanticTokens/full", URI)["data"]
        line = column = 0
        found, lines = {}, POLICY.split("\n")
        for i in range(0, len(data), 5):
            line, column = line + data[i], data[i + 1] if data[i] else column + data[i + 1]
            word = lines[line].encode("utf-16-le")[column * 2:(column + data[i + 2]) * 2].decode("utf-16-le")
            found.setdefault(word, []).append(legend[data[i + 3]])
        assert set(found["特困人员"]) == {"enumMember"} and set(found["待遇"]) == {"keyword"}
        assert set(found["费用"]) == {"parameter"} and set(found["「𠮷到顶」"]) == {"property"}
        assert found["# 🏥"] == ["comment"] and found["3万元"] == ["number"] and found["\"𠮷🏥 超过\""] == ["string"]
        assert set(found["人员类别"]) == {"parameter", "enum"}


def test_inlay_hints():
    with Server() as server:
        server.open(URI, POLICY)
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9999, "character": 0}}
        lines = POLICY.split("\n")
        shown = {lines[h["position"]["line"]].strip(): h["label"] for h in server.whole("inlayHint", URI, range=whole)}
        assert shown["基数 余额"] == "= 5000.00" and shown["起付 门槛"] == "= 1500.00"
        assert shown["待遇 救助  依据 \"三\""] == "= 3500.00"
        few = {"start": {"line": 0, "character": 0}, "end": {"line": 5, "character": 0}}
        assert server.whole("inlayHint", URI, range=few) == []


def test_formatting():
    with Server() as server:
        messy = POLICY.replace("  基数 余额", "      基数    余额").replace("，", ",")
        server.open(URI, messy)
        edits = server.whole("formatting", URI, options={"tabSize": 2, "insertSpaces": True})
        once = apply(messy, edits)
        assert "\n  基数 余额\n" in once and once != messy
        server.change(URI, 2, {"text": once})
        assert server.whole("formatting", URI, options={"tabSize": 2, "insertSpaces": True}) == []
        server.change(URI, 3, {"text": POLICY + "待遇 = =\n"})
        try:
            server.whole("formatting", URI, options={"tabSize": 2, "insertSpaces": True})
            raise AssertionError("a broken script was formatted")
        except Refused as why:
            assert why.code == -32803


SUPERIOR = """政策 "上级" "办法"  施行 自 2020-01-01 起
条款 "一" "标准"
业务 报销 按 日期
输入 日期 : 日期  费用 : 金额
参数 救助比例 : 比例 由统筹区定 { 不低于 50% 依据 "一" }  依据 "一"
结算 总费用 = 费用
待遇 救助  依据 "一"  基数 余额  比例 救助比例
"""
OWN = """政策 "下级" "细则"  沿用 "../上 级.pol"  施行 自 2021-01-01 起
业务 报销
参数 救助比例 = 60%
"""


def test_superiors_from_disk_and_from_documents():
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder).resolve()
        (top / "县").mkdir()
        (top / "上 级.pol").write_text(SUPERIOR, "utf-8")
        own, superior = (top / "县" / "下级.pol").as_uri(), (top / "上 级.pol").as_uri()
        with Server(root=top.as_uri()) as server:
            server.open(own, OWN)
            assert server.findings(own, 1) == []
            found, = server.at("definition", own, place(OWN, "救助比例", 1))
            assert found["uri"] == superior and covered(SUPERIOR, found["range"]) == "救助比例"
            found, = server.at("definition", own, place(OWN, "../", 1))
            assert found["uri"] == superior and found["range"]["start"] == {"line": 0, "character": 0}
            try:
                server.at("rename", own, place(OWN, "救助比例", 1), newName="甲")
                raise AssertionError("a superior's name was changed")
            except Refused as why:
                assert why.code == -32803
            # The open text of the superior counts, saved or not, and what it changes is checked again below it.
            changed = SUPERIOR.replace("救助比例", "补助比例")
            server.open(superior, changed)
            server.published.pop(own)
            assert any(covered(OWN, d["range"]) == "救助比例" for d in server.findings(own))
            server.notify("textDocument/didClose", {"textDocument": {"uri": superior}})
            server.published.pop(own)
            assert server.findings(own) == []
            # Wrong in the superior: shown where it is named, with its own place beside.
            server.open(superior, SUPERIOR.replace("基数 余额", "基数 余"))
            server.published.pop(own)
            finding, = server.findings(own)
            assert covered(OWN, finding["range"]) == '"../上 级.pol"'
            assert finding["relatedInformation"][0]["location"]["uri"] == superior
            server.notify("textDocument/didClose", {"textDocument": {"uri": superior}})
            (top / "上 级.pol").write_text(changed, "utf-8")
            server.published.pop(own)
            server.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": superior, "type": 2}]})
            while not server.findings(own):
                server.published.pop(own)
        with Server(root=(top / "县").as_uri()) as server:  # outside the workspace nothing is read
            server.open(own, OWN)
            assert server.findings(own, 1) != []


def test_life_cycle():
    with Server(initialize=False) as server:
        try:
            server.request("textDocument/hover", {})
            raise AssertionError("answered before initialize")
        except Refused as why:
            assert why.code == -32002
        server.request("initialize", {"capabilities": {}})
        for method, code in (("initialize", -32600), ("no/such", -32601), ("textDocument/didOpen", -32601)):
            try:
                server.request(method, {})
                raise AssertionError(method)
            except Refused as why:
                assert why.code == code, method
        assert server.request("shutdown") is None
        try:
            server.request("textDocument/hover", {})
            raise AssertionError("answered after shutdown")
        except Refused as why:
            assert why.code == -32600
        server.notify("exit")
        assert server.process.wait(60) == 0
    with Server() as server:
        server.notify("exit")
        assert server.process.wait(60) == 1
    with Server() as server:
        server.process.stdin.close()
        assert server.process.wait(60) == 1


def main():
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print("ok", name)


main()
