#!/usr/bin/env bash
# pol doc: what it writes and where, what it refuses. What the pages hold is tests/page's business.
. "$(dirname "$0")/common.sh"

run 0 doc "$banan.pol" -o site --lang zh
says out 'site/banan-2018.html：已写出'
silent err
holds "one page, no index" test -f site/banan-2018.html -a ! -e site/index.html
holds "nothing half written" test -z "$(find site -name '*.partial*')"

run 0 doc "$banan.pol" "$policies/guangdong/illustration-east-2022.pol" -o site --lang en
says out 'site/index.html: written'
says site/index.html '<a href="banan-2018.html">'
says site/illustration-east-2022.html 'guangdong-2021.pol'

# The folder may be left out; both languages; a card is another page.
cp "$banan.pol" here.pol
run 0 doc here.pol --lang en
says here.html '<html lang="en">'
cp here.html officer.html
run 0 doc here.pol --lang en --for citizen
holds "a card is shorter" test "$(wc -c <here.html)" -lt "$(wc -c <officer.html)"
run 2 doc here.pol --for nobody
says err 'officer|citizen'

# A script with errors: nothing is written, what was there stays.
printf '政策 "x" "坏"  施行 自 2024-01-01 起\n结算 总费用 = 没有这个\n' >bad.pol
cp here.html before.html
run 1 doc here.pol bad.pol
same here.html before.html
holds "no page of a bad script" test ! -e bad.html -a ! -e index.html
says err 'bad.pol'
run 2 doc missing.pol
run 2 doc
run 2 doc here.pol -o here.html
"$POL" build here.pol -o here.polc >/dev/null 2>&1
run 2 doc here.polc
holds "no page of bytecode" test ! -e here.polc.html

# A folder that cannot be written into.
run 2 doc here.pol -o nowhere/deep
says err 'nowhere/deep'

# A matter without a bill, a policy without examples, without clauses, with nothing at all.
printf '政策 "x" "认定"  施行 自 2024-01-01 起\n输入 甲 : 是否\n附加 乙 = 甲\n' >none.pol
run 0 doc none.pol --lang zh
says none.html '附加的结果'
says_not none.html 'id="clauses"'
run 0 doc none.pol --lang zh --for citizen
says none.html '要带什么'
printf '政策 "x" "空"  施行 自 2024-01-01 起\n' >empty.pol
run 0 doc empty.pol --lang zh
run 0 doc empty.pol --lang zh --for citizen

finish
