#!/usr/bin/env bash
# pol test: examples that hold, examples that do not, what is said about them.
. "$POL_SOURCE/tests/cli/common.sh" || exit 2

for policy in "$policies"/*/*.pol; do
    written=$(grep -c '^案例 ' "$policy")
    run 0 test "$policy"
    says out "$written examples: $written passed, 0 failed"
    holds "$policy: one line when all is well" test "$(wc -l <out)" = 1
    run 0 test -v "$policy"
    holds "$policy: -v lists every example" test "$(wc -l <out)" = $((written + 1))
    run 0 test --format json "$policy"
    holds "$policy: one object an example" test "$(grep -c '"通过":true' out)" = "$written"
done

# Every kind of expectation, right and wrong.
cat >small.pol <<'POL'
政策 "t" "试" 施行 自 2020-01-01 起 期外照算
类别 人员 { 甲, 乙 }
业务 结 按 日子
输入 日子 : 日期  人 : 人员  费 : 金额  病 : 文字 = ""  迟 : 日期 可空
参数 线 : 金额 由统筹区定
参数 段 : 分段 由统筹区定 可空
要求 费 ≤ 100万元 "太多"
累计 已付 : 金额 每人 每年 增加 救助
定义 一半 = 费 × 50%
结算 总费用 = 费
先付 医保 = 一半
待遇 救助 条件 人 = 甲 且 执行期内 基数 余额 起付 线 比例 三成 封顶 1000元 累计于 已付
待遇 医院 由医院承担 条件 人 = 甲 金额 10元
定义 三成 = 30%
垫付 机构 代 救助 当 人 = 甲
状态 封了 当 救助.达到封顶
状态 不予 当 人 = 乙 则 "乙类(不予)" 当 非 执行期内 则 期外
附加 人 = 当 人 = 甲 则 "甲类" 否则 "乙类"
附加 迟日 = 迟
附加 封了 = 救助.封顶前
附加 段额 = 当 有值(段) 则 分段计算(段, 费) 否则 0元
案例 "全对" 给定 日子 = 2020-05-01, 人 = 甲, 费 = 2000元, 线 = 100元, 病 = "感冒 \"重\"", 已付 = 900元
  期望 总费用 = 2000元, 医保 = 1000元, 救助 = 100元, 救助.实付 = 100元, 救助.基数 = 1000元, 救助.起付 = 100元,
       救助.封顶前 = 270元, 救助.达到封顶 = 是, 救助.超出余额 = 否, 救助.余额 = 1000元, 救助.垫付 = 100元, 医院承担 = 10元,
       医院 = 10元, 个人负担 = 890元, 已付 = 1000元, 封了 = 是, 封了 = 270元, 不予 = 否, 期外 = 否, 一半 = 1000元, 人 = "甲类", 迟日 = 空, 三成 = 30%
案例 "乙类，带分段" 给定 日子 = 2019-05-01, 人 = 乙, 费 = 2000元, 线 = 100元, 迟 = 2019-06-01,
       段 = { [500元, 1000元) : 10%; [1000元, 不限) : 20% }
  期望 救助 = 0元, 个人负担 = 1000元, 「乙类(不予)」 = 是, 期外 = 否, 不予 = 是, 迟日 = 2019-06-01, 段额 = 250元
案例 "错误" 给定 日子 = 2020-05-01, 人 = 甲, 费 = 1000000.01元, 线 = 0元 期望 错误 输入矛盾 费
案例 "三位小数" 给定 日子 = 2020-05-01, 人 = 甲, 费 = 0.001元, 线 = 0元 期望 错误 bad_value 费
案例 "缺参数" 给定 日子 = 2020-05-01, 人 = 甲, 费 = 1元 期望 错误 缺少字段 "参数"
POL
sed -i 's/病 = "感冒 \\"重\\""/病 = “感冒 "重"”/' small.pol
run 0 test small.pol
says out '5 examples: 5 passed, 0 failed'
run 0 test -v small.pol --lang zh
says out '通过 small.pol:'
says out '案例“全对”'
says out 'small.pol：5 个案例：通过 5，失败 0'

# Each expectation alone, made wrong, fails and names itself, the expected and the actual value.
wrong() { # RIGHT WRONG NAME EXPECTED ACTUAL
    sed "s/$1/$2/" small.pol >wrong.pol
    if cmp -s small.pol wrong.pol; then fail "nothing was changed by $1"; fi
    run 1 test wrong.pol --lang zh
    says out "通过 4，失败 1"
    holds "wrong: $2" grep -qE "^    $3 +期望 $4 +实得 $5 +（第 [0-9]+ 行）$" out
    holds "only what differs: $2" test "$(grep -c 期望 out)" = 1
}
wrong '总费用 = 2000元, 医保' '总费用 = 2000.01元, 医保' 总费用 2000.01 2000.00
wrong '医保 = 1000元' '医保 = 1001元' 医保 1001.00 1000.00
wrong '救助 = 100元, 救助.实付' '救助 = 99.99元, 救助.实付' 救助 99.99 100.00
wrong '救助.实付 = 100元' '救助.实付 = 0元' 救助.实付 0.00 100.00
wrong '救助.基数 = 1000元' '救助.基数 = 1元' 救助.基数 1.00 1000.00
wrong '救助.起付 = 100元' '救助.起付 = 1元' 救助.起付 1.00 100.00
wrong '救助.封顶前 = 270元' '救助.封顶前 = 1元' 救助.封顶前 1.00 270.00
wrong '救助.达到封顶 = 是' '救助.达到封顶 = 否' 救助.达到封顶 否 是
wrong '救助.超出余额 = 否' '救助.超出余额 = 是' 救助.超出余额 是 否
wrong '救助.余额 = 1000元' '救助.余额 = 1元' 救助.余额 1.00 1000.00
wrong '救助.垫付 = 100元' '救助.垫付 = 0元' 救助.垫付 0.00 100.00
wrong '医院承担 = 10元' '医院承担 = 0元' 医院承担 0.00 10.00
wrong '个人负担 = 890元' '个人负担 = 900元' 个人负担 900.00 890.00
wrong ' 已付 = 1000元' ' 已付 = 100元' 已付 100.00 1000.00
wrong '封了 = 是' '封了 = 否' 封了 否 是
wrong '封了 = 270元' '封了 = 271元' 封了 271.00 270.00
wrong '不予 = 否' '不予 = 是' 不予 是 否
wrong '一半 = 1000元' '一半 = 1元' 一半 1.00 1000.00
wrong '人 = "甲类"' '人 = "乙类"' 人 乙类 甲类
wrong '迟日 = 空' '迟日 = 2020-01-01' 迟日 2020-01-01 空
wrong '空, 三成 = 30%' '空, 三成 = 31%' 三成 31% 30%
wrong '「乙类(不予)」 = 是' '「乙类(不予)」 = 否' '乙类\(不予\)' 否 是
wrong '迟日 = 2019-06-01' '迟日 = 空' 迟日 空 2019-06-01
wrong '段额 = 250元' '段额 = 249元' 段额 249.00 250.00
wrong '期望 错误 输入矛盾 费' '期望 错误 输入矛盾 人' 错误 '输入矛盾 人' '输入矛盾 费：太多'
wrong '期望 错误 输入矛盾 费' '期望 错误 计算越界 费' 错误 '计算越界 费' '输入矛盾 费：太多'
wrong '费 = 1000000.01元, 线 = 0元' '费 = 1000000元, 线 = 0元' 错误 '输入矛盾 费' 已结算
wrong '人 = 甲, 费 = 2000元, 线' '人 = 甲, 费 = 2000000元, 线' 结果 已结算 '输入矛盾 费：太多'

run 1 test wrong.pol "$banan.pol" --format json
holds "JSON names the difference" python3 - <<'PY'
import json
found = [json.loads(line) for line in open("out", encoding="utf-8")]
bad = [example for example in found if not example["通过"]]
assert len(bad) == 1 and bad[0]["案例"] == "全对" and bad[0]["脚本"] == "wrong.pol", bad
assert [d["名称"] for d in bad[0]["差异"]] == ["结果"], bad
PY
run 1 test wrong.pol "$banan.pol"
says out 'all scripts: '
run 2 test nowhere.pol
sed 's/^结算 /结算算 /' small.pol >bad.pol
run 1 test bad.pol
says err 'bad.pol:'
finish
