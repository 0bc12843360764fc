#!/usr/bin/env bash
# The JSON and the HTML of every pair, packed (golden/packed): they are large and say what the text says.
# `--update` writes them anew.
set -u
: "${POL:?}" "${POL_SOURCE:?}"
. "$(dirname "$0")/golden.sh"

if ! with_z3; then exit 77; fi
each_pair json
each_pair html
conclude
