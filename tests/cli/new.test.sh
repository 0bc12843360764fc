#!/usr/bin/env bash
# pol new: a blank script, one that extends another, one around a table of a spreadsheet.
. "$POL_SOURCE/tests/cli/common.sh" || exit 2

# clean FILE: without errors and warnings, in canonical layout, its examples pass.
clean() {
    run 0 check -W error "$1"
    run 0 fmt --check "$1"
    run 0 test "$1"
}

# Blank: clean in both languages, every section there.
for lang in zh en; do
    run 0 new --lang $lang -o blank-$lang.pol
    silent out
    silent err
    clean blank-$lang.pol
    "$POL" new --lang $lang >out
    same out blank-$lang.pol
done
for section in 政策 条款 类别 业务 输入 要求 累计 结算 先付 待遇 状态 案例; do
    holds "blank has $section" grep -q "^$section" blank-zh.pol
done
holds "each of ten sections is explained" test "$(grep -cE '^# (十|[一二三四五六七八九])、' blank-zh.pol)" = 10
holds "each of ten sections is explained" test "$(grep -cE '^# [0-9]+ ' blank-en.pol)" = 10
says blank-en.pol 'benefit aid'
run 2 new -o blank-zh.pol
says err 'there is a file of this name already'

# From a superior script: clean as it is; with the parameters filled in, clean too.
cp "$POL_SOURCE/tests/diag/pages/province.pol" .
mkdir city
for lang in zh en; do
    run 0 new --from province.pol -o city/$lang.pol --lang $lang
    silent err
    says city/$lang.pol '"../province.pol"'
    run 0 check --root . -W error city/$lang.pol
    run 0 fmt --check city/$lang.pol
done
says city/zh.pol '# 救助比例：比例（依据 "三"）'
says city/zh.pol '#   须 不低于 60% 依据 "三"'
says city/zh.pol '# 参数 救助比例 = 60%'
says_not city/zh.pol '参数 起付标准'
says city/en.pol '# parameter 救助比例 = 60%'
sed 's/^# 参数/参数/' city/zh.pol >city/filled.pol
run 0 check --root . -W error city/filled.pol
sed 's/= 60%/= 50%/' city/filled.pol >city/low.pol
run 1 check --root . city/low.pol
says out 'E0446'
# Every open parameter of the province of Guangdong, by its own clause.
cp "$policies/guangdong/guangdong-2021.pol" .
run 0 new --from guangdong-2021.pol -o local.pol --lang zh
holds "all open parameters" test "$(grep -c '^# 参数' local.pol)" = "$(grep -c '^参数.*由统筹区定' guangdong-2021.pol)"
says local.pol '#   须 不低于 80% 当 人员类别 属于 甲组 依据 "二（二）6·特困孤儿"'
clean local.pol
printf '政策 "a" "b"\n定义 = 1\n' >broken.pol
run 1 new --from broken.pol
run 2 new --from nowhere.pol

# Tables: tiers and categories; UTF-8 and GB18030, as spreadsheets here write them.
printf '\xef\xbb\xbf起（元）,止（元）,支付比例\r\n0,"10,000",60%%\r\n"10,000",50000.00,0.7\r\n"50,000",,80\r\n' >tiers.csv
run 0 new --from-csv tiers.csv -o tiers.pol --lang zh
says tiers.pol '  分段 { [0元,     10000元) : 60%;'
says tiers.pol '         [10000元, 50000元) : 70%;'
says tiers.pol '         [50000元, 不限)    : 80% }'
clean tiers.pol

printf '人员类别,比例\n特困人员,100%%\n低保对象,0.755\n其余,5%%\n' >groups.csv
run 0 new --from-csv groups.csv -o utf8.pol --lang zh
says utf8.pol '    低保对象 : 75.5%;'
clean utf8.pol
iconv -f UTF-8 -t GB18030 groups.csv >gb.csv
run 0 new --from-csv gb.csv -o gb.pol --lang zh
same <(tail -n +2 gb.pol) <(tail -n +2 utf8.pol)

# Words of the language and words that begin with a digit are quoted; one column a kind.
printf '类别,一级,二级\n60岁以上,100,200\n其他,50,1.5万\n' >wide.csv
run 0 new --from-csv wide.csv -o wide.pol --lang zh
says wide.pol '类别 「类别」 { "60岁以上", 其他 }'
says wide.pol '其他,       二级 : 1.5万元'
clean wide.pol
printf 'from,to,city,county\n0,50000,60%%,70%%\n50000,unlimited,70%%,80%%\n' >both.csv
run 0 new --from-csv both.csv -o both.pol --lang en
says both.pol '{ [0元,     50000元)   : 60%;'
clean both.pol

# A table with a gap is written and reported.
printf '人员,级别,比例\n甲,一级,70%%\n甲,二级,60%%\n乙,一级,50%%\n' >gap.csv
run 1 new --from-csv gap.csv -o gap.pol --lang zh
says err 'E0404'
says err '乙 × 二级'
holds "the script is there" test -s gap.pol

# What is no table.
printf 'a\n' >one.csv
run 2 new --from-csv one.csv
printf 'a,b\n1,2,3\n' >long.csv
run 2 new --from-csv long.csv
says err 'line 2'
head -c 4096 /dev/urandom >noise.csv
"$POL" new --from-csv noise.csv >/dev/null 2>&1
holds "noise does not crash it" test $? -le 2
run 2 new --from-csv a --from b
run 2 new extra

finish
