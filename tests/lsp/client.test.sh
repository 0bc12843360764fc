#!/usr/bin/env bash
# pol lsp through the protocol library that editors use. Skipped without npm.
set -eu
packages=$("$POL_SOURCE/tools/vscode/packages" "$POL_SOURCE/build") || exit $?
node "$POL_SOURCE/tests/lsp/client.mjs" "$packages" "$POL"
