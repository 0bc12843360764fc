#!/usr/bin/env bash
# The tokens and trees of the scripts beside this file, as they were approved. `--update` writes them anew:
# read the difference before you commit it. NAME.en.pol and NAME.mixed.pol say the same as NAME.pol with
# other keywords: their trees must not differ.
set -u
cd "$(dirname "$0")" || exit 2
: "${POL:?the program to test}"
passed=0 failed=0

# compare SCRIPT STAGE EXPECTED
compare() {
  local actual
  actual=$("$POL" check --dump="$2" "$1" 2>&1)
  if [ "$(cat "$3" 2>/dev/null)" = "$actual" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf '%s: the %s differ from %s\n' "$1" "$2" "$3"
    diff <(cat "$3" 2>/dev/null) <(printf '%s\n' "$actual") | head -40
  fi
}

for stage in tokens tree; do
  for script in "$stage"/*.pol; do
    case $script in *.en.pol | *.mixed.pol) continue ;; esac
    expected=${script%.pol}.txt
    if [ "${1:-}" = --update ]; then
      "$POL" check --dump="$stage" "$script" > "$expected" 2>&1
    fi
    compare "$script" "$stage" "$expected"
    for twin in "${script%.pol}.en.pol" "${script%.pol}.mixed.pol"; do
      if [ -f "$twin" ]; then compare "$twin" "$stage" "$expected"; fi
    done
  done
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
