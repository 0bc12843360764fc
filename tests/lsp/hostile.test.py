"""Whatever a client sends, pol lsp answers or passes over, and goes on: malformed frames and messages, and long
random sessions whose edits are made here too (the seed is fixed)."""
import json
import os
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from client import Refused, Server, units  # noqa: E402

SOURCE = Path(os.environ["POL_SOURCE"])
SCRIPT = (SOURCE / "stdlib-policies/chongqing/banan-2018.pol").read_text("utf-8")


def alive(server):
    """The server still answers, and in order."""
    try:
        server.request("textDocument/foldingRange", {"textDocument": {"uri": "untitled:nowhere"}})
        raise AssertionError("an unknown document was answered for")
    except Refused as why:
        assert why.code == -32602


def frame(body):
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def test_malformed_frames():
    with Server() as server:
        for data in [b"\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"Content-Length: x\r\n\r\n", b"Content-Length: -5\r\n\r\n",
                     b"Content-Length: 99999999999999999999\r\n\r\n", b"Content-Length:\r\n\r\n", b"no header at all\n",
                     b"X: " + b"y" * 100000 + b"\r\n\r\n", b"\x00\xff\xfe\r\n", b"Content-Type: a; charset=utf-8\r\n\r\n",
                     b"content-length: 2\r\n\r\n{}", b"Content-Length: 2\n\n{}", b"Content-Length: 0\r\n\r\n"]:
            server.write(data)
            alive(server)
        body = json.dumps({"jsonrpc": "2.0", "id": 7777, "method": "shutdown"}).encode()
        for byte in frame(body):  # in single bytes
            server.write(bytes([byte]))
        while (message := server.receive()).get("id") != 7777:
            server.take(message)
        assert message["result"] is None


def test_a_message_that_is_too_large():
    with Server() as server:
        size = (64 << 20) + 1
        server.write(b"Content-Length: %d\r\n\r\n" % size)
        piece = b" " * (1 << 20)
        for _ in range(size >> 20):
            server.write(piece)
        server.write(b" " * (size & ((1 << 20) - 1)))
        alive(server)
        assert server.errors[-1]["code"] == -32600


def test_malformed_messages():
    with Server() as server:
        parse, invalid = -32700, -32600
        for body, code in [(b"", parse), (b"{", parse), (b"\xff\xfe", parse), (b"nonsense", parse), (b'{"a":"\\ud800"}', parse),
                           (b"[" * 100000, parse), (b'{"id":1e999}', parse), (b'{"a":"\xe4\xb8"}', parse), (b"[]", invalid), (b"3", parse),
                           (b'[{"jsonrpc":"2.0","id":1,"method":"shutdown"}]', invalid), (b"{}", invalid), (b'{"id":[]}', invalid),
                           (b'{"id":{},"method":"shutdown"}', invalid), (b'{"id":null,"method":"shutdown"}', invalid),
                           (b'{"method":3}', invalid)]:
            server.errors.clear()
            server.write(frame(body))
            alive(server)
            assert server.errors and server.errors[0]["code"] == code, (body[:40], server.errors)
        server.errors.clear()
        for body in [b'{"id":3,"result":null}', b'{"method":"$/setTrace"}', b'{"method":"no/such"}', b'{"method":"textDocument/didOpen"}',
                     b'{"method":"textDocument/didOpen","params":[]}', b'{"method":"textDocument/didChange","params":{"textDocument":3}}',
                     b'{"method":"textDocument/didClose","params":{"textDocument":{"uri":"untitled:never"}}}',
                     b'{"method":"workspace/didChangeWorkspaceFolders","params":{"event":{"added":[{"uri":"file://a/%00"},7]}}}',
                     b'{"method":"workspace/didChangeWatchedFiles"}']:
            server.write(frame(body))
            alive(server)
        assert server.errors == []


def test_places_that_are_none():
    with Server() as server:
        uri = "untitled:a"
        server.open(uri, SCRIPT)
        for position in [None, {}, [], {"line": -1, "character": 0}, {"line": 1.5, "character": 0}, {"line": "1", "character": 2},
                         {"line": 0}]:
            try:
                server.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": position})
                raise AssertionError(position)
            except Refused as why:
                assert why.code == -32602
        for line, character in [(0, 10**9), (10**9, 0), (2**62, 2**62), (5, 10**9)]:
            for method in ("hover", "completion", "definition", "documentHighlight"):
                server.at(method, uri, (line, character))
        backwards = {"start": {"line": 9, "character": 0}, "end": {"line": 1, "character": 0}}
        server.change(uri, 2, {"range": backwards, "text": "x"}, {"text": 3}, {}, {"range": None, "text": "y"}, 7)
        assert len(server.whole("documentSymbol", uri)) > 20


def test_strange_texts():
    with Server() as server:
        deep = "政策 \"a\" \"b\" 施行 自 2020-01-01 起\n定义 甲 = " + "(" * 5000 + "1" + ")" * 5000
        for number, text in enumerate(["", "\x00", "\ufeff" + SCRIPT, "\u202e", "政策", "「" * 3000, "{" * 5000, deep, "#" * 100000,
                                       "a" * (5 << 20), SCRIPT.replace("\n", "\r"), SCRIPT.replace("\n", "\r\n"), "\"\n" * 5000,
                                       "按 " * 20000, "😀" * 10000]):
            uri = f"untitled:{number}"
            server.open(uri, text)
            end = text.count("\n")
            for method in ("completion", "hover", "definition"):
                server.at(method, uri, (end, 3))
            for method in ("documentSymbol", "foldingRange", "semanticTokens/full"):
                server.whole(method, uri)
            server.findings(uri, 1)
            server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


# ---- random sessions ----

PIECES = ["", "\n", "\r\n", "\r", "待遇 ", "基数 余额 ", "{ ", "} ", "\"", "「", "」", "𠮷", "🏥", "# ", "定义 甲 = ", "当 ", "则 ", "、", "70%", "3万元 ",
          "依据 \"三\"", "按 人员类别 { ", "其余 : ", "目录内费用", "(", ")", "自 2024-01-01 起 ", "沿用 \"x.pol\" ", "a" * 300, "业务 乙\n"]


def lines_of(text):
    """The starts of lines, as the protocol counts them."""
    starts, i = [0], 0
    while i < len(text):
        if text[i] == "\r" and text[i + 1:i + 2] == "\n":
            i += 1
        if text[i] in "\r\n":
            starts.append(i + 1)
        i += 1
    return starts


def position(text, starts, at):
    line = max(i for i, start in enumerate(starts) if start <= at)
    return {"line": line, "character": units(text[starts[line]:at])}


def random_edit(chance, text):
    starts = lines_of(text)
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice([0, 0, 1, 2, 5, 40, 400]))
    for at in (start, end):  # no place lies between CR and LF
        if text[at - 1:at + 1] == "\r\n":
            return None
    new = "".join(chance.choice(PIECES) for _ in range(chance.randrange(4)))
    event = {"range": {"start": position(text, starts, start), "end": position(text, starts, end)}, "text": new}
    return event, text[:start] + new + text[end:]


def ask_something(chance, server, uri):
    place = (chance.randrange(300), chance.randrange(60))
    method = chance.choice(["completion", "completion", "hover", "definition", "references", "documentHighlight", "prepareRename",
                            "rename", "documentSymbol", "foldingRange", "semanticTokens/full", "formatting", "inlayHint", "codeAction"])
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 999, "character": 0}}
    try:
        server.at(method, uri, place, newName=chance.choice(["甲", "「", "新 名", ""]), range=whole, context={"diagnostics": []},
                  options={})
    except Refused as why:
        assert why.code == -32803, (method, why)


def test_random_sessions():
    chance = random.Random(20240101)
    for session in range(3):
        uri, text, version = f"untitled:{session}", SCRIPT[:chance.randrange(2000, len(SCRIPT))], 1
        with Server() as server:
            server.open(uri, text)
            for _ in range(150):
                made = [random_edit(chance, text)]
                if made[0] is not None:
                    version += 1
                    text = made[0][1]
                    server.change(uri, version, made[0][0])
                if chance.randrange(3) == 0:
                    ask_something(chance, server, uri)
            # A document opened with the text as it was edited here is the same to the server.
            server.open("untitled:copy", text)
            for method in ("semanticTokens/full", "documentSymbol", "foldingRange"):
                assert server.whole(method, uri) == server.whole(method, "untitled:copy"), method
            assert server.findings(uri, version) == server.findings("untitled:copy", 1)
            alive(server)
            assert server.errors == []


def main():
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print("ok", name, flush=True)


main()
