#!/usr/bin/env bash
# Scripts that extend those of superior/: what check and test say of each, in both languages. may-* are right and their
# examples hold; the others are wrong or deserve a warning. `--update` writes the goldens anew: read the difference first.
set -u
cd "$(dirname "$0")" || exit 2
: "${POL:?the program to test}"
passed=0 failed=0
pass() { passed=$((passed + 1)); }
fail() { failed=$((failed + 1)); printf '%s\n' "$@"; }

said() { # SCRIPT LANGUAGE
  "$POL" check --lang "$2" --color never "$1" 2>&1
  local status=$?
  echo "check: status $status"
  [ $status -eq 0 ] && grep -q '^案例 ' "$1" || return 0
  "$POL" test --lang "$2" --color never "$1" 2>&1
  echo "test: status $?"
}

for script in *.pol; do
  for lang in zh en; do
    expected=${script%.pol}.$lang.txt
    actual=$(said "$script" $lang)
    if [ "${1:-}" = --update ]; then
      printf '%s\n' "$actual" >"$expected"
    elif [ -f "$expected" ] && [ "$actual" = "$(cat "$expected")" ]; then
      pass
    else
      fail "$script ($lang)" "$(diff <(cat "$expected" 2>/dev/null) <(printf '%s\n' "$actual"))"
    fi
  done
  found=$(cat "${script%.pol}.en.txt" 2>/dev/null)
  case $script in
    may-*) case $found in *'status 1'*) fail "$script should be right" ;; *) pass ;; esac ;;
    not-*) case $found in *'check: status 1'*) pass ;; *) fail "$script should be an error" ;; esac ;;
  esac
done

# A chain has at most 16 scripts, and none of them lies outside the root folder.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed 's/"loop" "绕回去的办法"  沿用 "[^"]*"/"level0" "第零级"/' superior/loop.pol >"$work/level0.pol"
for n in $(seq 16); do
  printf '政策 "level%d" "级"  沿用 "level%d.pol"  施行 自 2021-07-01 起\n' "$n" $((n - 1)) >"$work/level$n.pol"
done
for n in 1 14 15 16; do
  wanted=0
  [ "$n" -gt 15 ] && wanted=1
  "$POL" check --lang en "$work/level$n.pol" >"$work/out" 2>&1
  if [ $? -eq $wanted ]; then pass; else fail "a chain of $((n + 1)): status is not $wanted" "$(cat "$work/out")"; fi
done
if grep -qF '[E0241]' "$work/out"; then pass; else fail "a chain of 17: no E0241" "$(cat "$work/out")"; fi

mkdir "$work/region"
printf '政策 "r" "县"  沿用 "../level0.pol"  施行 自 2021-07-01 起\n' >"$work/region/r.pol"
"$POL" check --lang en --root "$work/region" "$work/region/r.pol" >"$work/out" 2>&1
if [ $? -eq 1 ] && grep -qF '[E0239]' "$work/out"; then pass; else fail "left the root folder" "$(cat "$work/out")"; fi
if "$POL" check --lang en --root "$work" "$work/region/r.pol" >"$work/out" 2>&1; then pass; else fail "inside the root folder" "$(cat "$work/out")"; fi

# What the extending script fixes is no parameter of records any more; what it leaves open still is.
claim='{"出院日期": "2022-05-01", "人员": "低保", "费用": "10000", "医保支付": "3000", "业务类型": "住院救助"'
settles() { # SCRIPT PARAMETERS TEXT
  printf '%s, "参数": %s}\n' "$claim" "$2" | "$POL" run --lang zh "$1" - >"$work/out" 2>/dev/null
  if grep -qF -- "$3" "$work/out"; then pass; else fail "$1 with $2 does not answer $3" "$(cat "$work/out")"; fi
}
settles may-set-parameters.pol '{"年度限额": "1"}' '"错误":"未知字段","字段":"参数"'
settles may-tighten.pol '{"年度限额": "1", "救助比例": "0.8"}' '"错误":"未知字段","字段":"参数.年度限额"'
settles may-tighten.pol '{"救助比例": "0.8"}' '{"付款方":"救助","金额":"3200.00"}'
settles may-tighten.pol '{"救助比例": "0.799999"}' '"错误":"参数越限","字段":"参数.救助比例"'
settles may-tighten.pol '{}' '"错误":"缺少字段","字段":"参数.救助比例"'
settles may-chain.pol '{"大额分段": [{"上限": null, "比例": "0.5"}]}' '{"付款方":"大额补助","金额":"1800.00"}'
settles may-chain.pol '{"大额分段": [{"上限": null, "比例": "0.499999"}]}' '"错误":"参数越限","字段":"参数.大额分段"'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
