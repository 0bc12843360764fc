#!/usr/bin/env bash
# CSV under other names: --columns, in UTF-8 and GB18030; what a map may not say. Options that do not fit.
. "$POL_SOURCE/tests/cli/common.sh" || exit 2
policy=$POL_SOURCE/tests/accumulators/periods.pol

cat >plain.csv <<'END'
编号,参保人,业务类型,就医日期,费用
1,甲,报销,2022-01-01,1000
2,乙,报销,2022-01-02,"1000.50"
3,甲,报销,2022-01-03,bad
END
run 1 run "$policy" plain.csv
cp out wanted

cat >map.csv <<'END'
结算流水号,编号
"姓名,证件",参保人

 就诊时间 , 就医日期
总金额,费用
END
sed '1s/.*/结算流水号,"姓名,证件",业务类型, 就诊时间,总金额/' plain.csv >other.csv
run 1 run "$policy" other.csv --columns map.csv
same out wanted
cut -d, -f1 out | grep -q bad && fail "values are not renamed"

# GB18030 claims, GB18030 map, a mark and CRLF: the same
iconv -f UTF-8 -t GB18030 other.csv >other.gb.csv
iconv -f UTF-8 -t GB18030 map.csv >map.gb.csv
run 1 run "$policy" other.gb.csv --columns map.gb.csv
same out wanted
{ printf '\357\273\277'; sed 's/$/\r/' map.csv; } >map.dos.csv
{ printf '\357\273\277'; sed 's/$/\r/' other.csv; } >other.dos.csv
run 1 run "$policy" other.dos.csv --columns map.dos.csv
same out wanted
gzip -k other.csv
run 1 run "$policy" other.csv.gz --columns map.csv --jobs 2 --sort
same out wanted

# Two that change places; a column that is not read
printf '%s\n' '费用,编号' '编号,费用' >swap.csv
sed '1s/.*/费用,参保人,业务类型,就医日期,编号/' plain.csv >swapped.csv
run 1 run "$policy" swapped.csv --columns swap.csv
same out wanted
sed 's/$/,see file/; 1s/see file/备注/' plain.csv >notes.csv
printf '备注,-\n' >notes.map
run 1 run "$policy" notes.csv --columns notes.map
same out wanted
run 1 run "$policy" notes.csv
says out '未知字段'

# What a map may not say
refused() {
    printf '%b' "$1" >bad.map
    run 2 run "$policy" other.csv --columns bad.map --lang zh
    says err "$2"
    silent out
}
refused '没有这一列,费用\n' '没有“没有这一列”这一列'
refused '总金额\n' '第 1 行'
refused '\n总金额,费用,多余\n' '第 2 行'
refused '总金额,费用\n总金额,编号\n' '第 2 行'
refused ',费用\n' '第 1 行'
refused '总金额,\n' '第 1 行'
refused '"总金额,费用\n' '第 1 行'
run 2 run "$policy" other.csv --columns nowhere.map
run 2 run "$policy" claims.jsonl --columns map.csv
says err 'for CSV claims only'
sed '1s/.*/"结算流水号,姓名/' plain.csv >unclosed.csv
run 2 run "$policy" unclosed.csv --columns map.csv
says err 'first row'

# Options that do not go together
run 2 run "$policy" plain.csv --sort --any-order
says err 'exclude each other'
run 2 run "$policy" plain.csv --sort-memory 8
says err '--sort-memory needs --sort'
run 2 run "$policy" plain.csv --sort --sort-memory 0
says err 'from 1 to'
run 2 run "$policy" plain.csv --resume
says err '--resume needs --output'

# Records longer than the library reads, in the middle of others, however long
python3 - <<'PY'
claim = '{"编号": "%s", "参保人": "甲", "业务类型": "报销", "就医日期": "2022-01-%02d", "费用": "10"%s}\n'
with open("long.jsonl", "w") as file:
    for i, size in enumerate((0, 1 << 20, 0, 5 << 20, 0, 9 << 20, 3000000, 0)):
        file.write(claim % (i, i + 1, ', "x": "' + "y" * size + '"' if size else ""))
with open("long.csv", "w") as file:
    file.write("编号,参保人,业务类型,就医日期,费用\n")
    for i, size in enumerate((0, 6 << 20, 0, 5 << 20, 0)):
        file.write('%d,"甲%s",报销,2022-01-01,1\n' % (i, "乙,\n" * (size // 5)))
PY
for more in "" "--jobs 3" "--sort"; do
    # shellcheck disable=SC2086 # words
    run 1 run "$policy" long.jsonl $more
    says err 'claims: 8, settled: 4, rejected: 4'
    holds "lines of long records $more" test "$(grep -o '"行":[0-9]*' out | tr '\n' ' ')" = '"行":2 "行":4 "行":6 "行":7 '
    # shellcheck disable=SC2086
    run 1 run "$policy" long.csv $more --out jsonl
    says err 'claims: 5, settled: 3, rejected: 2'
    holds "lines of long rows $more" test "$(grep -o '"行":[0-9]*' out | tr '\n' ' ')" = "\"行\":3 \"行\":$((3 + 1 + 6 * 1048576 / 5 + 1)) "
done
finish
