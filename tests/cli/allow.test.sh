#!/usr/bin/env bash
# Warnings that a comment switches off, with the warning's name and a reason; keywords of two languages.
. "$POL_SOURCE/tests/cli/common.sh" || exit 2

script() {
    cat <<POL
政策 "demo" "某县医疗救助办法"  施行 自 2024-01-01 起
业务 医疗费用结算
输入 费用 : 金额
结算 总费用 = 费用
$1
待遇 救助  基数 费用  分段 { [0元, 1万元) : 70%; [1万元, 2万元) : 60% }$2
POL
}

script '' '' >plain.pol
run 1 check plain.pol --warnings error
says out 'W0401'
says out 'W0402'

# On the line above or behind the line; by Chinese or English name or by code; several at once.
for comment in '比例下降、分段有上限：第五条' 'falling-ratio, bounded-tiers: clause 5' 'W0401，W0402：第五条'; do
    word=允许
    [ "${comment#falling}" != "$comment" ] && word=allow
    script "# $word $comment" '' >above.pol
    run 0 check above.pol --warnings error
    script '' "  ＃ $word $comment" >behind.pol
    run 0 check behind.pol --warnings error
done
script '# 允许 比例下降：第五条
# 允许 分段有上限：第六条
' '' >both.pol
run 0 check both.pol --warnings error

# Only the one named, only there.
script '# 允许 比例下降：第五条' '' >one.pol
run 1 check one.pol --warnings error
says_not out 'W0401'
says out 'W0402'
script '' '' | sed '1i # 允许 比例下降：第五条' >elsewhere.pol
run 1 check elsewhere.pol --warnings error
says out 'W0401'
says out 'W0419'

# Without a reason, with a name that does not exist, for an error: not at all.
script '# 允许 比例下降' '' >reason.pol
run 0 check reason.pol --lang zh
says out '没有写理由'
says out 'W0401'
script '# 允许 比例上升：第五条' '' >name.pol
run 0 check name.pol --lang zh
says out '不是警告的名称'
script '# 允许 E0201：第五条' '' | sed 's/基数 费用/基数 无此名/' >error.pol
run 1 check error.pol
says out 'E0201'

# A comment that only speaks of allowing, or a text, is none.
script '# 允许的比例见第五条' '' >prose.pol
run 0 check prose.pol
says_not out 'W0418'

# Every warning's page tells its name.
run 0 help W0401 --lang zh
says out '# 允许 比例下降：理由'
run 0 help W0401 --lang en
says out '# allow falling-ratio: REASON'

# Keywords of two languages.
script '' '' | sed 's/基数/base/' >mixed.pol
run 0 check mixed.pol
says out 'W0417'
"$POL" fmt --keywords zh mixed.pol
run 0 check mixed.pol
says_not out 'W0417'

finish
