#!/usr/bin/env bash
# pol check --deep: expectations from the documents and from small scripts whose faults are put in by hand.
. "$POL_SOURCE/tests/cli/common.sh" || exit 2

# Document 003, 三（二）1: from 1000 yuan on, the insurer bears what is above a tenth; below it nobody does.
run 1 check --deep "$banan.pol" --lang zh
says out '悬崖：目录内费用 由 999.99 增到 1000.00，个人负担由 999.99 降到 100.00'
says out '三（二）1·门槛'
grep -o '{"业务类型.*}' out >claims.jsonl
"$POL" run "$banan.pol" claims.jsonl 2>/dev/null | grep -o '"个人负担":"[0-9.]*"' >burdens
printf '"个人负担":"%s"\n' 999.99 100.00 4400.00 1000.00 >wanted
same burdens wanted

# 三（二）1·合规: beyond a tenth of the bill outside the catalogue the insurer pays nothing.
says out '悬崖：目录内费用 由 8999.99 增到 9000.00，个人负担由 4400.00 降到 1000.00'

# Document 004, 一·对象: 其他 are none of those who are supported (brute force: deep_oracle.test.py).
run 1 check --deep "$policies/sichuan/guangan-2018.pol" --lang zh
says out '参保资助：没有任何一方支付： 人员类别 = 其他   依据 一·对象'
holds "its only finding" test "$(grep -c 依据 out)" = 1

cat >faults.pol <<'POL'
政策 "f" "有毛病的办法"  施行 自 2024-01-01 起
类别 人员类别 { 低保, 边缘, 其他 }
业务 医疗费用结算
输入 费用 : 金额  人员类别 : 人员类别
要求 费用 不超过 10万元  "费用不超过10万元"
结算 总费用 = 费用
待遇 救助
  条件 人员类别 ≠ 其他
  基数 余额
  分段 { [0元, 5万元) : 50%; [5万元, 20万元) : 60%; [20万元, 不限) : 70% }
  封顶 15万元
待遇 补充  条件 人员类别 = 边缘  金额 当 费用 不低于 2万元 则 5000元 否则 0元
状态 高额   当 费用 超过 10万元
状态 有费用 当 费用 不低于 0元
POL
run 1 check --deep faults.pol --lang zh
says out '永远不会出现的状态： 高额'
says out '总是出现的状态： 有费用'
says out '封顶永远达不到： 救助'
says out '第3档永远达不到'
says_not out '第2档永远达不到'
says out '没有任何一方支付： 人员类别 = 其他'
says_not out '没有任何一方支付： 人员类别 = 低保'
says out '悬崖：费用 由 19999.99 增到 20000.00，个人负担由 9999.99 降到 5000.00'
says_not out '从不支付'
run 1 check --deep faults.pol --format json --lang en
holds "JSON Lines" python3 -c '
import json
kinds = [json.loads(l)["种类"] for l in open("out", encoding="utf-8")]
assert sorted(set(kinds)) == ["always", "cap", "category", "cliff", "never", "tier"], kinds'

cat >capped.pol <<'POL'
政策 "c" "总是封顶的办法"  施行 自 2024-01-01 起
条款 "三" "救助"
条款 "四" "限额"
业务 医疗费用结算
输入 费用 : 金额
要求 费用 不低于 1万元  "费用不低于1万元"
结算 总费用 = 费用
待遇 救助  依据 "三"
  基数 费用
  比例 50%
  封顶 3000元  依据 "四"
待遇 补充  依据 "三"
  基数 费用
  比例 10%
  封顶 3000元
POL
run 1 check --deep capped.pol --lang zh
says out '支付的总是封顶额： 救助（封顶 3000元）   依据 四'
says_not out '补充'
run 1 check --deep capped.pol --lang en
says out 'whatever is paid is as much as the cap: 救助 (cap 3000 yuan)   basis 四'

cat >sound.pol <<'POL'
政策 "s" "没有毛病的办法"  施行 自 2024-01-01 起
业务 医疗费用结算
输入 费用 : 金额
结算 总费用 = 费用
待遇 救助  基数 余额  起付 1000元  比例 70%  封顶 3万元
状态 达到限额 当 救助.达到封顶
POL
run 0 check --deep sound.pol --lang zh
finish
