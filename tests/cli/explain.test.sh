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

# 就高: every category is shown with what the person would pay; the best is explained.
mkdir city
cat >best.pol <<'POL'
政策 "b" "就高" 施行 自 2020-01-01 起
条款 "一" "上级的一"
类别 类 { 甲, 乙, 丙 }
业务 结 按 日
输入 日 : 日期  类 : 多选 类 就高  费 : 金额
参数 线 : 金额 由统筹区定 { 不低于 100元 当 类 = 乙 依据 "一" } 依据 "一"
结算 总费用 = 费 依据 "一"
待遇 救助 依据 "一" 基数 费 起付 线 比例 按 类 { 甲 : 50%; 乙 : 60%; 丙 : 20% }
POL
cat >city/city.pol <<'POL'
政策 "c" "某市" 沿用 "../best.pol" 施行 自 2021-01-01 起
条款 "一" "本级的一"
业务 结
待遇 再救 依据 "一" 基数 余额 比例 10%
POL
claim() { printf '{"业务类型":"结","日":"2021-05-05","类":["丙","甲","乙"],"费":"1000","参数":{"线":"%s"}}' "$1" >claim.json; }
claim 100
run 0 explain best.pol claim.json --lang zh
says out '├─ 类 就高   乙  取个人负担最小的一种'
says out '│  ├─ 甲  550.00  （未用）'
says out '│  ├─ 乙  460.00'
says out '│  └─ 丙  820.00  （未用）'
says out '540.00  = 超过起付的部分 × 比例  = 900.00 × 60%'

# A clause is that of the script that cites it; a line of a superior script says whose it is.
run 0 explain city/city.pol claim.json --lang zh --root .
says out '救助  540.00  依据 一“上级的一”'
says out '再救   46.00  依据 一“本级的一”'
claim 99
run 1 explain city/city.pol claim.json --lang zh --root .
says out '错误  参数越限'
says out '界限  不低于 100元 当 类 = 乙  依据 一“上级的一”'
says out 'best.pol 第 6 行  参数 线'

# It needs a script without errors.
run 0 build "$golden/demo.pol" -o demo.polc
run 2 explain demo.polc "$golden/claims.jsonl"
says err 'needs the script'
sed 's/^结算 总费用 = /结算 总费用 = 无名 + /' "$golden/demo.pol" >bad.pol
run 1 explain bad.pol "$golden/claims.jsonl"
silent out
says err '无名'
finish
