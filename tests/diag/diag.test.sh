#!/usr/bin/env bash
# Every broken script gives exactly the messages beside it, in both languages. `--update` writes them
# anew: read the difference before you commit it.
set -u
cd "$(dirname "$0")" || exit 2
: "${POL:?the program to test}"
passed=0 failed=0
for script in *.pol; do
  for lang in zh en; do
    expected=${script%.pol}.$lang.txt
    actual=$("$POL" check --lang "$lang" --color never "$script" 2>&1; echo "status $?")
    if [ "${1:-}" = --update ]; then
      printf '%s\n' "$actual" > "$expected"
    elif [ -f "$expected" ] && [ "$actual" = "$(cat "$expected")" ]; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
      printf '%s (%s)\n' "$script" "$lang"
      diff <(cat "$expected" 2>/dev/null) <(printf '%s\n' "$actual")
    fi
  done
  # a script named after a code has that code among its messages
  code=$(printf '%s' "$script" | grep -oE '^[EW][0-9]{4}')
  if [ -n "$code" ] && ! grep -q "\[$code\]" "${script%.pol}.zh.txt"; then
    failed=$((failed + 1))
    printf '%s: no message %s\n' "$script" "$code"
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
