#!/usr/bin/env bash
# `pol bench`: the claims it makes settle, the same ones for the same seed; what it measures is said in both languages.
. "$(dirname "$0")/common.sh"

for policy in "$policies"/*/*.pol; do
    run 0 bench "$policy" -n 500 --seed 7 --write claims.jsonl
    holds "$policy: 500 claims" test "$(wc -l <claims.jsonl)" = 500
    # each settles by itself: without persons no ledger makes one depend on another
    sed 's/"参保人":"[^"]*","家庭":"[^"]*",//' claims.jsonl >single.jsonl
    run 0 run "$policy" single.jsonl --lang en
    says err 'rejected: 0'
done
mv claims.jsonl first.jsonl
run 0 bench "$policy" -n 500 --seed 7 --write again.jsonl
same first.jsonl again.jsonl
run 0 bench "$policy" -n 500 --seed 8 --write other.jsonl
holds "another seed, other claims" test "$(cmp -s first.jsonl other.jsonl; echo $?)" = 1
# by person, each person's claims by day
holds "by person" test "$(sed 's/.*"参保人":"\([^"]*\)".*/\1/' first.jsonl | uniq | sort | uniq -d | wc -l)" = 0

run 0 bench "$banan.pol" -n 300 --rounds 1 --lang zh
says out '300 笔（种子 1），1 轮的中位数'
for word in 编译 虚拟机 文本到文本; do says out "$word"; done
run 0 bench "$banan.pol" -n 300 --rounds 1 --lang en
for word in compiling engine 'text to text'; do says out "$word"; done
silent err
run 2 bench "$banan.pol" -n 0
says err 'whole number from 1'
run 2 bench "$banan.pol" --rounds x
run 2 bench "$banan.pol" --seed -1
run 2 bench nothing.pol
printf '政策 "x" "y" 施行 自 2020-01-01 起\n业务 结\n输入 甲 : 金额\n要求 甲 超过 100万元 且 甲 低于 1元 "永不"\n结算 总费用 = 甲\n' >never.pol
run 2 bench never.pol -n 10 --lang en
says err 'no claim was found that settles'
finish
