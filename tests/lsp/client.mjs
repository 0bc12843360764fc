// client.mjs PACKAGES POL: speaks to `pol lsp` through vscode-languageserver-protocol, the library that editors use, and holds
// every answer against that library's own idea of the type.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createRequire } from "node:module";

const [packages, pol] = process.argv.slice(2);
const lsp = createRequire(`${packages}/package.json`)("vscode-languageserver-protocol/node");

const uri = "untitled:某县.pol";
const text = `政策 "demo" "某县医疗救助办法 𠮷"  施行 自 2024-01-01 起
条款 "三" "救助标准"
类别 人员类别 { 特困人员, 低保对象 }  依据 "三"
业务 医疗费用结算 按 出院日期
输入
  出院日期 : 日期
  人员类别 : 人员类别
  费用     : 金额
参数 「🏥线」 : 金额 = 1500元  依据 "三"
结算 总费用 = 费用
待遇 救助  依据 "三"
  基数 余额
  起付 「🏥线」
  比例 按 人员类别 { 特困人员 : 100%; 其余 : 50% }
案例 "甲"
  给定 出院日期 = 2024-05-01, 人员类别 = 特困人员, 费用 = 5000元
  期望 救助 = 3500元
`;

const server = spawn(pol, ["lsp", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
const ended = new Promise((resolve) => server.on("exit", resolve));
const connection = lsp.createProtocolConnection(
  new lsp.StreamMessageReader(server.stdout), new lsp.StreamMessageWriter(server.stdin), console);
const waiting = new Map();
const published = new Map();
connection.onNotification(lsp.PublishDiagnosticsNotification.type, (params) => {
  published.set(params.version, params.diagnostics);
  waiting.get(params.version)?.(params.diagnostics);
});
const findings = (version) =>
  published.has(version) ? published.get(version) : new Promise((resolve) => waiting.set(version, resolve));
connection.listen();

// Places are UTF-16 units, as JavaScript counts too.
const position = (needle, shift = 0, source = text) => {
  const at = source.indexOf(needle) + shift;
  assert.ok(at >= shift, needle);
  const before = source.slice(0, at).split("\n");
  return { line: before.length - 1, character: before.at(-1).length };
};
const offset = (at, source = text) => source.split("\n").slice(0, at.line).reduce((sum, l) => sum + l.length + 1, 0) + at.character;
const covered = (range, source = text) => source.slice(offset(range.start, source), offset(range.end, source));
const at = (needle, shift) => ({ textDocument: { uri }, position: position(needle, shift) });
const all = (list, type) => {
  assert.ok(Array.isArray(list) && list.length > 0);
  for (const item of list) assert.ok(type.is(item), JSON.stringify(item));
  return list;
};

const { capabilities } = await connection.sendRequest(lsp.InitializeRequest.type, {
  processId: process.pid, rootUri: null, workspaceFolders: null, initializationOptions: { lang: "zh" },
  capabilities: {
    general: { positionEncodings: [lsp.PositionEncodingKind.UTF16] },
    textDocument: { hover: { contentFormat: [lsp.MarkupKind.Markdown] }, documentSymbol: { hierarchicalDocumentSymbolSupport: true } },
  },
});
assert.equal(capabilities.positionEncoding, lsp.PositionEncodingKind.UTF16);
assert.equal(capabilities.textDocumentSync.change, lsp.TextDocumentSyncKind.Incremental);
await connection.sendNotification(lsp.InitializedNotification.type, {});
await connection.sendNotification(lsp.DidOpenTextDocumentNotification.type,
  { textDocument: { uri, languageId: "pol", version: 1, text } });
assert.deepEqual(await findings(1), []);

const line = position("「🏥线」");
const broken = text.replace("起付 「🏥线」", "起付 「🏥钱」");
await connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
  textDocument: { uri, version: 2 },
  contentChanges: [{ range: { start: position("起付 「🏥线", 6), end: position("起付 「🏥线", 7) }, text: "钱" }],
});
const [finding] = all(await findings(2), lsp.Diagnostic).filter((d) => d.severity === lsp.DiagnosticSeverity.Error);
assert.equal(covered(finding.range, broken), "「🏥钱」");
const [action] = all(await connection.sendRequest(lsp.CodeActionRequest.type,
  { textDocument: { uri }, range: finding.range, context: { diagnostics: [finding] } }), lsp.CodeAction);
assert.equal(action.kind, lsp.CodeActionKind.QuickFix);
assert.ok(lsp.WorkspaceEdit.is(action.edit));
const [fix] = action.edit.changes[uri];
assert.equal(broken.slice(0, offset(fix.range.start, broken)) + fix.newText + broken.slice(offset(fix.range.end, broken)), text);
await connection.sendNotification(lsp.DidChangeTextDocumentNotification.type,
  { textDocument: { uri, version: 3 }, contentChanges: [{ text }] });
assert.deepEqual(await findings(3), []);

const completion = await connection.sendRequest(lsp.CompletionRequest.type, at("  起付", 2));
assert.ok(completion.items.some((i) => i.label === "起付" && i.kind === lsp.CompletionItemKind.Keyword));
assert.ok(completion.items.every((i) => lsp.TextEdit.is(i.textEdit) && typeof i.label === "string"));

const hover = await connection.sendRequest(lsp.HoverRequest.type, at("起付 「🏥线", 5));
assert.ok(lsp.Hover.is(hover));
assert.equal(covered(hover.range), "「🏥线」");
assert.match(hover.contents.value, /1500\.00/);

const [definition] = all(await connection.sendRequest(lsp.DefinitionRequest.type, at("起付 「🏥线", 5)), lsp.Location);
assert.deepEqual(definition.range.start, line);
assert.equal(all(await connection.sendRequest(lsp.ReferencesRequest.type,
  { ...at("起付 「🏥线", 5), context: { includeDeclaration: true } }), lsp.Location).length, 2);
const highlights = await connection.sendRequest(lsp.DocumentHighlightRequest.type, at("起付 「🏥线", 5));
assert.deepEqual(highlights.map((h) => [covered(h.range), h.kind]),
  [["「🏥线」", lsp.DocumentHighlightKind.Write], ["「🏥线」", lsp.DocumentHighlightKind.Read]]);

const prepared = await connection.sendRequest(lsp.PrepareRenameRequest.type, at("起付 「🏥线", 5));
assert.equal(prepared.placeholder, "🏥线");
const rename = await connection.sendRequest(lsp.RenameRequest.type, { ...at("起付 「🏥线", 5), newName: "起付线" });
assert.ok(lsp.WorkspaceEdit.is(rename));
assert.deepEqual(rename.changes[uri].map((e) => [covered(e.range), e.newText]), [["「🏥线」", "起付线"], ["「🏥线」", "起付线"]]);
await assert.rejects(connection.sendRequest(lsp.RenameRequest.type, { ...at("起付 「🏥线", 5), newName: "费用" }), lsp.ResponseError);

const whole = { textDocument: { uri } };
const symbols = all(await connection.sendRequest(lsp.DocumentSymbolRequest.type, whole), lsp.DocumentSymbol);
assert.ok(symbols.some((s) => s.name === "医疗费用结算" && s.children.length > 3));
all(await connection.sendRequest(lsp.FoldingRangeRequest.type, whole), lsp.FoldingRange);
const tokens = await connection.sendRequest(lsp.SemanticTokensRequest.type, whole);
assert.ok(lsp.SemanticTokens.is(tokens) && tokens.data.length % 5 === 0 && tokens.data.length > 100);
const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
const hints = all(await connection.sendRequest(lsp.InlayHintRequest.type, { ...whole, range }), lsp.InlayHint);
assert.ok(hints.some((h) => h.label === "= 3500.00"));
const edits = await connection.sendRequest(lsp.DocumentFormattingRequest.type, { ...whole, options: { tabSize: 2, insertSpaces: true } });
for (const edit of edits) assert.ok(lsp.TextEdit.is(edit));
await assert.rejects(connection.sendRequest("no/such", {}), lsp.ResponseError);

await connection.sendRequest(lsp.ShutdownRequest.type);
await connection.sendNotification(lsp.ExitNotification.type);
assert.equal(await ended, 0);
connection.dispose();
