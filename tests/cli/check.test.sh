#!/usr/bin/env bash
# pol check: findings as text and JSON, exit status, the stages of the compiler.
. "$POL_SOURCE/tests/cli/common.sh" || exit 2

run 0 check "$banan.pol"
says out "banan-2018.pol: no errors"
silent err
run 0 check "$banan.pol" --lang zh
says out "banan-2018.pol：没有错误"

# A name with a letter missing: the place, the line with a mark under it, a proposal.
sed 's/结算 总费用 = 目录内费用/结算 总费用 = 目录内费/' "$banan.pol" >bad.pol
line=$(grep -n '结算 总费用 = 目录内费 ' bad.pol | cut -d: -f1)
run 1 check bad.pol
says out "bad.pol:$line:10"
says out '^^^^^^^^'
says out '目录内费用"'
says out 'bad.pol: errors: 1, warnings: 0'
run 1 check bad.pol --lang zh
says out 'bad.pol：1 个错误，0 个警告'
run 1 check --format json bad.pol
holds "one JSON object with place and fix" python3 - "$line" <<'PY'
import json, sys
found = [json.loads(line) for line in open("out", encoding="utf-8")]
assert len(found) == 1, found
assert found[0]["severity"] == "error" and found[0]["line"] == int(sys.argv[1]) and found[0]["column"] == 10
assert found[0]["fix"]["text"] == "目录内费用"
PY

# Several files: the worst one decides; an unreadable one does not hide the others.
run 1 check "$banan.pol" bad.pol
says out "banan-2018.pol: no errors"
says out "bad.pol: errors: 1"
run 2 check nowhere.pol bad.pol
says out "bad.pol: errors: 1"
says err "nowhere.pol: cannot be read"

# Warnings are no findings, unless asked for.
sed 's/^输入$/输入\n  没人用的 : 金额/' "$banan.pol" >warned.pol
run 0 check warned.pol
says out 'no errors, warnings: 1'
run 1 check --warnings error warned.pol
run 1 check -W error warned.pol

# Standard input.
"$POL" check - <bad.pol >out
holds "a script from standard input" test $? -eq 1

# What is not a script.
printf '' >empty.pol
run 1 check empty.pol
head -c 4096 /dev/urandom >noise.pol
run 1 check noise.pol
head -c 6000000 /dev/zero | tr '\0' '#' >huge.pol
run 2 check huge.pol
says err 'huge.pol: larger than 5 MiB'
run 2 check some.polc
says err 'this needs the script'

# The stages, for people.
run 0 check --dump tokens "$banan.pol"
holds "tokens have a line each" test "$(wc -l <out)" -gt 500
run 0 check --dump=tree "$banan.pol"
says out 'benefit'
run 0 check --dump types "$banan.pol"
says out 'matter 医疗费用结算'
run 0 check --dump types "$banan.pol" --lang zh
says out '业务 医疗费用结算'
run 0 check --dump code "$banan.pol"
holds "code is what disasm shows" sh -c '"$POL" disasm "$1" >code && cmp -s out code' - "$banan.pol"
run 1 check --dump types bad.pol
says err 'bad.pol:'
run 0 check --dump tokens bad.pol
run 2 check --dump soup bad.pol
finish
