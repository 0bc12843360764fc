#!/usr/bin/env bash
# pol diff: declarations compared as what they are. Every expectation is written by hand from the edit made.
. "$POL_SOURCE/tests/cli/common.sh" || exit 2

# ---- what is no change: keywords of the other language, layout, comments, order of declarations ----
for twin in "$POL_SOURCE"/tests/lang/twins/*.en.pol; do
    name=$(basename "$twin" .en.pol)
    run 0 diff "$(find "$policies" -name "$name.pol")" "$twin" --lang zh
    says out '条文：没有变化。'
done
run 0 diff "$banan.pol" "$banan.pol" --lang en
says out 'Declarations: no change.'
python3 - "$banan.pol" >laid_out.pol <<'PY'
import re, sys
text = open(sys.argv[1], encoding="utf-8").read()
text = re.sub(r"(?m)^ +", " ", text)
parts = re.sub(r"(?m)^#.*$", "", text).split('"')  # what stands in quotation marks stays
parts[::2] = [p.replace("，", ", ").replace("条件 ", "\n# 说明\n   条件 ") for p in parts[::2]]
print("# 另一种排版\n" + '"'.join(parts))
PY
run 0 diff "$banan.pol" laid_out.pol

# edit NAME SED-SCRIPT: a changed copy of banan-2018.
edit() {
    sed "$2" "$banan.pol" >"$1.pol"
    if cmp -s "$1.pol" "$banan.pol"; then fail "the edit of $1 changes nothing"; fi
}
# changed NAME SED-SCRIPT LINE…: the edit gives these lines, and as many changes.
changed() {
    local name=$1
    edit "$1" "$2"
    shift 2
    run 1 diff "$banan.pol" "$name.pol" --lang zh
    says out "条文：变化 $#"
    for line in "$@"; do says out "$line"; done
}

changed ratio 's/\[1万元,  5万元) : 85%/[1万元,  5万元) : 90%/' \
    '    ~ 分段 第2档 [1万元, 5万元) 比例：85% → 90%   依据 三（一）·分段'
changed edge 's/\[1000元, 1万元) : 70%/[1000元, 1.2万元) : 70%/; s/\[1万元,  5万元)/[1.2万元,  5万元)/' \
    '第1档 [1000元, 1万元) 范围：[1000元, 1万元) → [1000元, 1.2万元)' \
    '第2档 [1万元, 5万元) 范围：[1万元, 5万元) → [1.2万元, 5万元)'
changed tier 's/\[5万元,  不限)  : 95%/[5万元, 10万元) : 95%; [10万元, 不限) : 98%/' \
    '第3档 [5万元, 不限) 范围：[5万元, 不限) → [5万元, 10万元)' \
    '    + 分段 第4档 [10万元, 不限)：98%'
changed cap 's/封顶 20万元 累计于 基金/封顶 25万元 累计于 基金/' \
    '封顶（累计于 基金本年已付）：20万元 → 25万元   依据 三（一）·封顶'
changed compare 's/目录外费用 ≤ 总费用 × 10%/目录外费用 < 总费用 × 10%/' \
    '    ~ 目录外费用 ≤ 总费用 × 10% → 目录外费用 < 总费用 × 10%'
changed condition 's/条件 纳入 且 规范就诊/条件 纳入/' \
    '    - 条件 且：规范就诊'
changed label 's/{ 建档立卡贫困人口, 脱贫人口, 其他 }/{ 建档立卡贫困人口, 脱贫人口, 边缘人口, 其他 }/' \
    '    + 类：边缘人口'
changed member 's/苯丙酮尿症, 非小细胞癌/苯丙酮尿症/' \
    '    - 成员：非小细胞癌'
changed date 's/施行 自 2018-10-21 起 期外照算/施行 自 2018-11-01 起 期外照算/' \
    '    ~ 施行：自 2018-10-21 起 → 自 2018-11-01 起'
changed parameter 's/日期 = 2020-12-31 由统筹区定/日期 = 2021-12-31 由统筹区定/' \
    '    ~ 2020-12-31 → 2021-12-31'
changed default 's/可刷医保卡         : 是否 = 是/可刷医保卡         : 是否 = 否/' \
    '    ~ 缺省：是 → 否'
changed reason 's/当 非 医保定点机构  /当 非 医保定点机构 且 就医地 = 市外 /' \
    '    + 不予支付(非定点) 且：就医地 = 市外   依据 二'
changed clause 's/"保险公司应赔金额"/"保险公司应赔的金额"/' \
    '    ~ 内容：保险公司应赔金额 → 保险公司应赔的金额'

# The same in another order is no change; payers are no independent declarations.
changed renamed 's/规范就诊/按规定就诊/g' '    → 改名：规范就诊 → 按规定就诊'
python3 - "$banan.pol" >reordered.pol <<'PY'
import re, sys
text = open(sys.argv[1], encoding="utf-8").read()
lines = text.split("\n")
block = [i for i, l in enumerate(lines) if l.startswith("附加 ")]
assert len(block) == 3
lines[block[0]], lines[block[2]] = lines[block[2]], lines[block[0]]
definitions = [i for i, l in enumerate(lines) if re.match("定义 (合规|规范就诊)", l)]
lines[definitions[0]], lines[definitions[1]] = lines[definitions[1]], lines[definitions[0]]
print("\n".join(lines))
PY
run 0 diff "$banan.pol" reordered.pol
python3 - "$banan.pol" >payers.pol <<'PY'
import sys
text = open(sys.argv[1], encoding="utf-8").read()
a = text.index("先付 民政医疗救助"); b = text.index("先付 民政扶贫济困基金"); c = text.index("待遇 贫困人口")
print(text[:a] + text[b:c] + text[a:b] + text[c:])
PY
run 1 diff "$banan.pol" payers.pol --lang en
says out '  ~ order'
says out '民政医疗救助, 民政扶贫济困基金, 贫困人口医疗救助基金, 精准脱贫保, 区级医疗救助 → 城乡居民医保'

# Tables by category: labels that change alike are said together.
cat >table.pol <<'POL'
政策 "t" "表"  施行 自 2024-01-01 起
类别 人员类别 { 特困, 低保, 边缘, 其他 }
业务 医疗费用结算
输入 费用 : 金额  人员类别 : 人员类别
结算 总费用 = 费用
待遇 救助  基数 余额  比例 按 人员类别 { 特困 : 100%; 低保、边缘 : 70%; 其余 : 0% }
POL
sed 's/低保、边缘 : 70%; 其余 : 0%/低保 : 75%; 其余 : 50%/' table.pol >table2.pol
run 1 diff table.pol table2.pol --lang zh
says out '条文：变化 3'
says out '比例 低保：70% → 75%'
says out '比例 边缘：70% → 50%'
says out '比例 其他：0% → 50%'
sed 's/{ 特困 : 100%; 低保、边缘 : 70%; 其余 : 0% }/{ 特困 : 100%; 边缘 : 70%; 低保 : 70%; 其他 : 0% }/' table.pol >table3.pol
run 0 diff table.pol table3.pol

# The paragraph of a notice; JSON; editions of a folder; bytecode; trouble.
run 1 diff "$banan.pol" ratio.pol --summary --lang zh
says out '三（一）·分段：待遇 贫困人口医疗救助基金的分段 第2档 [1万元, 5万元) 比例由“85%”改为“90%”。'
run 1 diff "$banan.pol" ratio.pol --summary --lang en
says out 'changes from "85%" to "90%".'
run 1 diff "$banan.pol" ratio.pol --format json --lang zh
holds "JSON says the same" python3 - <<'PY'
import json
d = json.load(open("out", encoding="utf-8"))
assert (d["格式"], d["版本"], d["相同"]) == ("pol-diff", 1, False)
[c] = d["条文"]
assert (c["变化"], c["种类"], c["名称"], c["方面"], c["旧"], c["新"]) == (
    "改变", "benefit", "贫困人口医疗救助基金", "tier.ratio", "85%", "90%"), c
assert c["旧依据"] == c["新依据"] == ["三（一）·分段"]
PY
mkdir editions
sed 's/施行 自 2024-01-01 起/系列 "s" 施行 自 2024-01-01 起/' table.pol >editions/a.pol
sed 's/施行 自 2024-01-01 起/系列 "s" 施行 自 2025-01-01 起/' table2.pol >editions/b.pol
run 1 diff editions@2024-12-31 editions@2025-01-01 --lang zh
says out '比例 低保：70% → 75%'
run 2 diff editions@2023-12-31 editions@2025-01-01 --lang zh
says err '没有在 2023-12-31 施行的版本'
"$POL" build table.pol -o table.polc >/dev/null 2>&1
run 0 diff table.polc table.polc --lang zh
says out '字节码没有条文'
run 2 diff table.pol nowhere.pol
run 2 diff table.pol table2.pol --corrections list.csv --lang en
says err 'option --corrections needs --claims'
echo '政策' >broken.pol
run 2 diff table.pol broken.pol
finish
