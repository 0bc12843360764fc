#!/usr/bin/env bash
# The proposals of broken scripts, put in place by pol check --fix:
#   those of the scripts in fixable.txt repair them, so that they have no errors left
#   no certain proposal is left in any script, a second time changes nothing, and no script gets worse
set -u
cd "$(dirname "$0")" || exit 2
: "${POL:?the program to test}"
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
passed=0 failed=0

expect() {
  local what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "$what"
  fi
}

for script in *.pol; do
  cp "$script" "$work/s.pol"
  "$POL" check --fix "$work/s.pol" >"$work/out" 2>&1
  status=$?
  if grep -qx "${script%.pol}" fixable.txt; then
    expect "$script: errors are left
$(cat "$work/out")" test $status -eq 0
    expect "$script: nothing was repaired" bash -c "! cmp -s '$script' '$work/s.pol'"
  fi
  "$POL" check --format json "$work/s.pol" >"$work/json" 2>/dev/null
  expect "$script: a certain proposal is left" bash -c "! grep -q '\"certain\":true' '$work/json'"
  cp "$work/s.pol" "$work/again.pol"
  "$POL" check --fix "$work/again.pol" >/dev/null 2>&1
  expect "$script: a second time changes something" cmp -s "$work/s.pol" "$work/again.pol"
done

# Every name of the list is a script.
while read -r name; do
  expect "fixable.txt: $name" test -f "$name.pol"
done <fixable.txt
expect "fixable.txt is short" test "$(wc -l <fixable.txt)" -ge 24

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
