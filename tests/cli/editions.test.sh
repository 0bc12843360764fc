#!/usr/bin/env bash
# The editions of a folder: each claim by the one in force on its day; days without one say which there are.
. "$(dirname "$0")/common.sh"

mkdir folder
# matter NAME RATIO: a matter whose 要求 speaks before the edition does
matter() {
    printf '业务 %s 按 日子\n输入 日子 : 日期  费用 : 金额\n要求 费用 ≤ 1000元 "太多"\n结算 总费用 = 费用\n' "$1"
    printf '待遇 救助 基数 余额 比例 %s\n' "$2"
}
{
    echo '政策 "old" "例" 系列 "s" 施行 自 2018-01-01 起'
    matter 甲 50%
    matter 乙 40%
} >folder/old.pol
{
    echo '政策 "new" "例" 系列 "s" 施行 自 2020-01-01 起'
    matter 甲 60%
} >folder/new.pol
claim() { printf '{"业务类型":"%s","日子":"%s","费用":"%s"}\n' "$1" "$2" "${3:-100}"; }

# 乙 stands in the old edition alone, which the new one ends on 2019-12-31 all the same.
{
    claim 甲 2019-12-31
    claim 甲 2020-01-01
    claim 乙 2019-12-31
    claim 乙 2020-01-01
    claim 乙 2020-01-01 1000.01
    claim 乙 2017-12-31
} >claims.jsonl
run 1 run folder claims.jsonl --lang zh
sed 's/,"支付明细":\[{"付款方":"救助"/,/; s/"总费用".*"金额":"\([0-9.]*\)".*/\1/; s/,"说明".*//; s/"业务类型"://' out >short
cat >wanted <<'END'
{"文件":"old","甲",50.00
{"文件":"new","甲",60.00
{"文件":"old","乙",40.00
{"乙","错误":"不在执行期","字段":"日子"
{"乙","错误":"输入矛盾","字段":"费用"
{"乙","错误":"不在执行期","字段":"日子"
END
same short wanted
says out '现有：old（2018-01-01 — 2019-12-31）、new（2020-01-01 起）'
says err '共 6 笔：结算 3 笔，拒绝 3 笔'

run 0 check folder --lang zh
sed 's/2020-01-01/2018-01-01/' folder/new.pol >folder/same.pol
run 1 check folder --lang zh
says err '施行期重叠'
run 2 run folder claims.jsonl --lang zh
finish
