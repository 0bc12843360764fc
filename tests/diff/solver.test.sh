#!/usr/bin/env bash
# The solver is a library that is loaded when a comparison has a question for it. With it two formulas over two
# amounts are the same, without it that stays open and the report says why; nothing else needs the library.
set -eu
: "${POL:?}" "${POL_CC:?}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

fail() { echo "$*" >&2; exit 1; }

# policy FORMULA
policy() {
    printf '%s\n' '政策 "a" "甲"  施行 自 2024-01-01 起' '业务 医疗费用结算' '输入' '  甲 : 金额' '  乙 : 金额' \
        '结算 总费用 = 甲 + 乙' "先付 救助 = $1"
}
policy '较小(甲, 乙)' >old.pol
policy '甲 + 乙 - 较大(甲, 乙)' >new.pol

if command -v readelf >/dev/null && readelf -d "$POL" | grep 'NEEDED.*libz3'; then
    fail "libz3 is loaded at every start"
fi
said=$("$POL" diff old.pol new.pol --lang en) || true # 1: they differ, as texts
case $said in
*"built without the solver"*) echo "no Z3"; exit 77 ;;
*"not decided"* | *"was not found"*) fail "the solver has no answer: $said" ;;
esac

# A library of that name that is something else.
name=$(strings -a "$POL" | grep -x 'libz3\.so[.0-9]*' | head -1)
echo 'int nothing;' >nothing.c
"$POL_CC" -shared -fPIC -o "$name" nothing.c
said=$(LD_LIBRARY_PATH=$scratch "$POL" diff old.pol new.pol --lang en) || true
[[ $said == *"not decided (the solver Z3 ($name) was not found)"* ]] || fail "$said"
said=$(LD_LIBRARY_PATH=$scratch "$POL" diff old.pol new.pol --lang zh) || true
[[ $said == *"没有找到求解器 Z3（$name）"* ]] || fail "$said"
