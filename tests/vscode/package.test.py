"""The extension as a .vsix file: what it holds, and a client that loads and exports what an editor calls. Skipped without npm."""
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

SOURCE = Path(os.environ["POL_SOURCE"])

STUB = """
// An editor that is not there: any name of `vscode` is a function or a class that does nothing.
const Module = require("node:module");
const nothing = () => new Proxy(class {}, { get: (t, k) => (k in t || typeof k === "symbol" ? t[k] : nothing()), apply: nothing });
const load = Module._load;
Module._load = (name, ...more) => (name === "vscode" ? nothing() : load(name, ...more));
const extension = require(process.argv[2]);
console.log(typeof extension.activate, typeof extension.deactivate);
"""

with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)
    done = subprocess.run([SOURCE / "tools/vscode/package", SOURCE / "build", folder / "pol.vsix"], capture_output=True, text=True)
    if done.returncode == 77:
        sys.exit(77)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(folder / "pol.vsix") as vsix:
        vsix.extractall(folder)
        files = {n.removeprefix("extension/").lower() for n in vsix.namelist() if n.startswith("extension/")}
    root = folder / "extension"
    manifest = json.loads((root / "package.json").read_text("utf-8"))
    assert manifest["license"] == "MIT" and "license.txt" in files
    contributes = manifest["contributes"]
    named = [manifest["main"], contributes["languages"][0]["configuration"], contributes["grammars"][0]["path"],
             *(s["path"] for s in contributes["snippets"])]
    for path in named:
        assert path.removeprefix("./").lower() in files, path
    assert not any(n.startswith("node_modules") or n == "extension.js" for n in files), files
    for path in root.rglob("*.json"):
        json.loads(path.read_text("utf-8"))
    texts = [json.loads((root / f"package.nls{lang}.json").read_text("utf-8")) for lang in ("", ".zh-cn")]
    assert texts[0].keys() == texts[1].keys()
    used = {word for word in json.dumps(manifest).split('"') if word.startswith("%") and word.endswith("%")}
    assert used == {f"%{key}%" for key in texts[0]}, used
    (folder / "load.cjs").write_text(STUB)
    loaded = subprocess.run(["node", folder / "load.cjs", root / "dist/extension.js"], capture_output=True, text=True)
    assert loaded.stdout.strip() == "function function", loaded.stdout + loaded.stderr
