#!/usr/bin/env bash
# The grammar of the extension says what the tables of the language say.
set -eu
"$POL_SOURCE/tools/gen_tmgrammar" --check "$POL_SOURCE"
