#!/usr/bin/env bash
# pol check --fix: certain proposals are put in place, round after round; guesses are not; nothing else changes.
. "$POL_SOURCE/tests/cli/common.sh" || exit 2

cat >slips.pol <<'POL'
政策 "demo" "某县医疗救助办法"  施行 自 2024-01-01 起
业务 医疗费用结算
输入
  费用   : 金额,
  人员类别 : { 特困人员, 低保对象, 其他 }
结算 总费用 = 费用
# 起付线 300，封顶 200,000元
待遇 救助
  条件 人员类别 = 特困人员 或 低保对象
  基数 费用
  起付线 300
  比例 7成
  封顶 200,000元。
POL
cat >repaired.pol <<'POL'
政策 "demo" "某县医疗救助办法"  施行 自 2024-01-01 起
业务 医疗费用结算
输入
  费用   : 金额
  人员类别 : { 特困人员, 低保对象, 其他 }
结算 总费用 = 费用
# 起付线 300，封顶 200,000元
待遇 救助
  条件 人员类别 属于 { 特困人员, 低保对象 }
  基数 费用
  起付 300元
  比例 70%
  封顶 20万元
POL

# A preview writes nothing.
cp slips.pol copy.pol
run 0 check --fix --diff copy.pol
says out '+  起付 300元'
says out 'copy.pol: no errors'
same copy.pol slips.pol

# The file itself; what the first repairs uncover is repaired too.
run 0 check --fix copy.pol
says out 'copy.pol: 7 proposals put in place'
says out 'copy.pol: no errors'
same copy.pol repaired.pol
run 0 check --fix copy.pol
says out 'copy.pol: 0 proposals put in place'
run 0 check --fix copy.pol --lang zh
says out 'copy.pol：已照建议改好 0 处'

# The nearest of several names is for a person to choose.
sed 's/基数 费用/基数 费用额/' repaired.pol >guess.pol
cp guess.pol kept.pol
run 1 check --fix guess.pol
says out 'E0201'
same guess.pol kept.pol
run 1 check --format json guess.pol
says out '"certain":false'

# Where not everything can be repaired, the rest is reported.
sed 's/总费用 = 费用/总费用 = 没有的/; s/比例 70%/比例 7成/' repaired.pol >part.pol
run 1 check --fix part.pol
says out 'E0201'
says part.pol '比例 70%'
says_not part.pol '7成'

# Only single files.
run 2 check --fix - <slips.pol
run 2 check --fix .
says err 'repairs single files'
run 2 check --diff copy.pol
says err '--diff goes with --fix'

finish
