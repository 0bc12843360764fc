#!/usr/bin/env bash
# A script and its twin with English keywords give the same bytecode, byte for byte, when both stand line
# for line; else the same but for the line numbers, which the listing without them shows.
set -u
cd "$(dirname "$0")" || exit 2
: "${POL:?the program to test}" "${POL_SOURCE:?the repository}"
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
passed=0 failed=0
listing() { # POLICY: the code without the column of source lines
  "$POL" disasm "$1" --lang en | sed -E 's/ +line [0-9]+//; s/ +; *[0-9]+$//'
}
for twin in *.en.pol; do
  name=${twin%.en.pol}
  original=$(find "$POL_SOURCE/stdlib-policies" -name "$name.pol")
  if "$POL" build "$original" -o "$work/zh.polc" >/dev/null 2>&1 && "$POL" build "$twin" -o "$work/en.polc" >/dev/null 2>&1 &&
    cmp -s "$work/zh.polc" "$work/en.polc"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf '%s: another bytecode\n' "$name"
    diff <(listing "$original") <(listing "$twin") | head -20
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
