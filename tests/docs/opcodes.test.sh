#!/usr/bin/env bash
# The reference of the instructions says what the opcode table says.
set -eu
exec "$POL_SOURCE/tools/gen_opdoc" --check "$POL_SOURCE"
