#!/usr/bin/env bash
# pol explain: the tree of one settlement, in both languages and as JSON; rejected claims; choosing a claim.
# POL_UPDATE=1 writes the golden files anew; read the difference before you commit it.
. "$POL_SOURCE/tests/cli/common.sh" || exit 2

golden=$POL_SOURCE/tests/golden/explain
for lang in zh en; do
    for id in poor plain refused broken; do
        "$POL" explain "$golden/demo.pol" "$golden/claims.jsonl" --id $id --lang $lang >out 2>err
        [ "${POL_UPDATE:-}" = 1 ] && cp out "$golden/$id.$lang.txt"
        silent err
        same out "$golden/$id.$lang.txt"
    done
done
"$POL" explain "$golden/demo.pol" "$golden/claims.jsonl" --id poor --format json --lang zh >out
[ "${POL_UPDATE:-}" = 1 ] && python3 -m json.tool --no-ensure-ascii out >"$golden/poor.json"
python3 -m json.tool --no-ensure-ascii out >pretty
same pretty "$golden/poor.json"

# The first claim, one by its name, one from standard input, one spread over lines.
run 0 explain "$golden/demo.pol" "$golden/claims.jsonl"
says out '编号 poor'
run 0 explain "$golden/demo.pol" "$golden/claims.jsonl" --id plain
says out '编号 plain'
says_not out '编号 poor'
"$POL" explain "$golden/demo.pol" - --id plain <"$golden/claims.jsonl" >from_input
same out from_input
grep '"plain"' "$golden/claims.jsonl" | python3 -m json.tool >spread.json # 编号 written with \u escapes
run 0 explain "$golden/demo.pol" spread.json --id plain
same out from_input
run 2 explain "$golden/demo.pol" "$golden/claims.jsonl" --id nobody
says err 'holds no claim whose 编号 is nobody'
printf ' \n\n' >blank
run 2 explain "$golden/demo.pol" blank
says err 'holds no claim'

# Rejected claims: exit status 1, the reason in the tree.
run 1 explain "$golden/demo.pol" "$golden/claims.jsonl" --id broken
echo '{"编号": "cut", "业务类型"' >cut.jsonl
run 1 explain "$golden/demo.pol" cut.jsonl --lang zh
says out '取值错误'
echo '{"业务类型": "医疗费用结算", "没有": 1}' >unknown.jsonl
run 1 explain "$golden/demo.pol" unknown.jsonl --lang zh
says out '缺少字段'

# It needs a script without errors.
run 0 build "$golden/demo.pol" -o demo.polc
run 2 explain demo.polc "$golden/claims.jsonl"
says err 'needs the script'
sed 's/^结算 总费用 = /结算 总费用 = 无名 + /' "$golden/demo.pol" >bad.pol
run 1 explain bad.pol "$golden/claims.jsonl"
silent out
says err '无名'
finish
