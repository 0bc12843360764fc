// The client: starts `pol lsp` and lets the editor speak to it.
"use strict";

const { commands, env, window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

function language() {
  const wish = workspace.getConfiguration("pol").get("language");
  if (wish === "zh" || wish === "en") return wish;
  return env.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

async function start() {
  const command = workspace.getConfiguration("pol").get("path") || "pol";
  const server = { command, args: ["lsp", "--lang", language()] };
  client = new LanguageClient("pol", "pol", server, {
    documentSelector: [{ language: "pol" }],
    initializationOptions: { lang: language() },
    synchronize: { fileEvents: workspace.createFileSystemWatcher("**/*.pol") },
  });
  try {
    await client.start();
  } catch (error) {
    const text = language() === "zh" ? `无法启动 ${command}：请在设置中填写 pol.path` : `${command} cannot be started: set pol.path`;
    window.showErrorMessage(`${text} (${error.message})`);
  }
}

async function stop() {
  const running = client;
  client = undefined;
  if (running && running.isRunning()) await running.stop();
}

exports.activate = async (context) => {
  const restart = async () => {
    await stop();
    await start();
  };
  context.subscriptions.push(
    commands.registerCommand("pol.restart", restart),
    workspace.onDidChangeConfiguration((event) => (event.affectsConfiguration("pol") ? restart() : undefined)),
  );
  await start();
};

exports.deactivate = stop;
