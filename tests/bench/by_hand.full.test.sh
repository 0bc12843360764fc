#!/usr/bin/env bash
# pol writes byte for byte what the hand-written C of the benchmark writes, as JSON Lines and as CSV.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
programs=$POL_BUILD/tests/bench

cmake --build "$POL_BUILD" --target pol_bench >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
"$programs/bench_gen" 50000 "$work"
python3 "$POL_SOURCE/tests/bench/measure.py" "$programs" "$POL" \
    "$POL_SOURCE/stdlib-policies/chongqing/banan-2018.pol" "$work" 50000 check
"$programs/bench_vm" "$POL_SOURCE/stdlib-policies/chongqing/banan-2018.pol" "$work/claims.bin" \
    "$work/reference.csv" 512 1 >/dev/null
"$programs/bench_memory" "$POL_SOURCE/stdlib-policies/chongqing/banan-2018.pol" "$work/claims.bin" 1 >/dev/null
"$programs/bench_engine" "$POL_SOURCE/stdlib-policies/chongqing/banan-2018.pol" "$work/claims.csv" csv 1 1 >/dev/null
