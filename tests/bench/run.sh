#!/bin/sh
# run.sh [CLAIMS]: builds, generates the claims (200,000 unless told), checks every result against
# hand-written C and prints how long each takes, as ratios within this one run.
set -eu
cd "$(dirname "$0")/../.."
export LC_ALL=C.UTF-8

count=${1:-200000}
data=build/bench
programs=build/release/tests/bench

mkdir -p "$data"
cmake --preset release >"$data/build.log" 2>&1 &&
    cmake --build --preset release --target pol_bench -j "$(nproc)" >>"$data/build.log" 2>&1 ||
    { cat "$data/build.log" >&2; exit 2; }
"$programs/bench_gen" "$count" "$data"
exec python3 tests/bench/measure.py "$programs" build/release/pol \
    stdlib-policies/chongqing/banan-2018.pol "$data" "$count"
