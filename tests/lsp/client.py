"""A client of `pol lsp` in plain Python: framing, requests, what the server sends by itself."""
import json
import os
import select
import subprocess
import time

POL = os.environ["POL"]


class Refused(Exception):
    def __init__(self, error):
        super().__init__(error["message"])
        self.code = error["code"]


class Server:
    def __init__(self, *arguments, initialize=True, root=None, lang="zh", markdown=True):
        self.process = subprocess.Popen([POL, "lsp", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.held = b""
        self.next_id = 0
        self.published = {}
        self.errors = []  # with id null
        if initialize:
            self.capabilities = self.request("initialize", {
                "processId": None, "rootUri": root, "initializationOptions": {"lang": lang},
                "capabilities": {"textDocument": {"hover": {"contentFormat": ["markdown"] if markdown else []}}},
            })["capabilities"]
            self.notify("initialized", {})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    # ---- the wire ----

    def write(self, data):
        self.process.stdin.write(data)

    def send(self, message):
        body = message if isinstance(message, bytes) else json.dumps(message, ensure_ascii=False).encode()
        self.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def receive(self, seconds=60):
        """The next message; None when none comes in time or the stream has ended."""
        end = time.monotonic() + seconds
        while True:
            head, mark, rest = self.held.partition(b"\r\n\r\n")
            if mark:
                length = int(head.split(b":")[1])
                if len(rest) >= length:
                    self.held = rest[length:]
                    return json.loads(rest[:length])
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                return None
            data = os.read(self.process.stdout.fileno(), 1 << 20)
            if not data:
                return None
            self.held += data

    def take(self, message):
        if message.get("method") == "textDocument/publishDiagnostics":
            self.published[message["params"]["uri"]] = message["params"]
        elif message.get("id") is None:
            self.errors.append(message["error"])

    # ---- requests ----

    def request(self, method, params=None):
        self.next_id += 1
        self.send({"jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params})
        while True:
            message = self.receive()
            assert message is not None, f"no answer to {method}"
            if message.get("id") == self.next_id:
                break
            self.take(message)
        if "error" in message:
            raise Refused(message["error"])
        return message["result"]

    def notify(self, method, params=None):
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def open(self, uri, text, version=1):
        self.notify("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "pol", "version": version, "text": text}})

    def change(self, uri, version, *events):
        self.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": list(events)})

    def findings(self, uri, version=None):
        """What the server finds in the document, awaited."""
        while uri not in self.published or (version is not None and self.published[uri].get("version") != version):
            message = self.receive()
            assert message is not None, "no findings"
            self.take(message)
        return self.published[uri]["diagnostics"]

    def at(self, method, uri, place, **more):
        line, character = place
        return self.request("textDocument/" + method,
                            {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}, **more})

    def whole(self, method, uri, **more):
        return self.request("textDocument/" + method, {"textDocument": {"uri": uri}, **more})


# ---- places in a text, counted here in UTF-16 ----

def units(text):
    return len(text.encode("utf-16-le")) // 2


def place(text, needle, shift=0, nth=0):
    """Line and UTF-16 column of `needle`, `shift` characters into it."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(needle, at + 1)
    at += shift
    line = text.count("\n", 0, at)
    return line, units(text[text.rfind("\n", 0, at) + 1:at])


def span(text, start, end):
    """The text of a range of the protocol."""
    lines = text.split("\n")

    def offset(position):
        line = lines[position["line"]].encode("utf-16-le")
        return sum(len(l) + 1 for l in lines[:position["line"]]) + len(line[:position["character"] * 2].decode("utf-16-le"))
    return text[offset(start):offset(end)]


def covered(text, value):
    return span(text, value["start"], value["end"])


def apply(text, edits):
    for edit in sorted(edits, key=lambda e: (e["range"]["start"]["line"], e["range"]["start"]["character"]), reverse=True):
        start, end = edit["range"]["start"], edit["range"]["end"]
        whole = span(text, {"line": 0, "character": 0}, start)
        text = whole + edit["newText"] + text[len(whole) + len(span(text, start, end)):]
    return text
