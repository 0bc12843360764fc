#!/usr/bin/env bash
# A script and its twin with English keywords give the same bytecode: every field, register, instruction, constant
# and result. Longer words break lines elsewhere, so the source lines of instructions are left out. (The file may differ in one thing: the text of a bound, which
# an error record quotes in the words of its script.)
set -u
cd "$(dirname "$0")" || exit 2
: "${POL:?the program to test}" "${POL_SOURCE:?the repository}"
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
passed=0 failed=0
for twin in *.en.pol; do
  name=${twin%.en.pol}
  original=$(find "$POL_SOURCE/stdlib-policies" -name "$name.pol")
  "$POL" disasm "$original" --lang en > "$work/zh.lines" && "$POL" disasm "$twin" --lang en > "$work/en.lines"
  for side in zh en; do
    sed -E 's/^ *[0-9]+( +[0-9]+  )/\1/' "$work/$side.lines" > "$work/$side"
  done
  if [ -s "$work/zh" ] && cmp -s "$work/zh" "$work/en"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf '%s: another bytecode\n' "$name"
    diff "$work/zh" "$work/en" | head -20
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
