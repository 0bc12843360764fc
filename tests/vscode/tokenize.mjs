// tokenize.mjs PACKAGES GRAMMAR: a text on standard input as vscode-textmate tokenizes it: a JSON array for each line, of
// [start, end, innermost scope], in UTF-16 units.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [packages, grammarPath] = process.argv.slice(2);
const require = createRequire(`${packages}/package.json`);
const oniguruma = require("vscode-oniguruma");
const { INITIAL, parseRawGrammar, Registry } = require("vscode-textmate");

await oniguruma.loadWASM(readFileSync(`${packages}/node_modules/vscode-oniguruma/release/onig.wasm`));
const registry = new Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async (scope) => (scope === "source.pol" ? parseRawGrammar(readFileSync(grammarPath, "utf8"), grammarPath) : null),
});
const grammar = await registry.loadGrammar("source.pol");
let state = INITIAL;
for (const line of readFileSync(0, "utf8").split("\n")) {
  const result = grammar.tokenizeLine(line, state);
  state = result.ruleStack;
  console.log(JSON.stringify(result.tokens.map((t) => [t.startIndex, Math.min(t.endIndex, line.length), t.scopes.at(-1)])));
}
