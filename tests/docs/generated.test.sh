#!/usr/bin/env bash
# The generated pages say what the tables say: diagnostics, keywords and marks.
set -eu
"$POL_SOURCE/tools/gen_diagdoc" --check "$POL_SOURCE"
"$POL_SOURCE/tools/gen_worddoc" --check "$POL_SOURCE"
"$POL_SOURCE/tools/gen_repldoc" --check "$POL_SOURCE"
