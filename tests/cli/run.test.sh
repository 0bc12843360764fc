#!/usr/bin/env bash
# pol run: formats, encodings, files that appear complete or not at all, rejected claims, exit status.
. "$POL_SOURCE/tests/cli/common.sh" || exit 2

claims=$banan.claims.jsonl
count=$(wc -l <"$claims")

# ---- formats

run 0 run "$banan.pol" "$claims"
cp out results.jsonl
holds "one result a claim" test "$(wc -l <out)" = "$count"
says err "claims: $count, settled: $count, rejected: 0"
run 0 run "$banan.pol" "$claims" --lang zh
says err "共 $count 笔：结算 $count 笔，拒绝 0 笔"
same out results.jsonl

# From standard input, with and without "-".
"$POL" run "$banan.pol" <"$claims" >out 2>err
same out results.jsonl
"$POL" run "$banan.pol" - <"$claims" >out 2>err
same out results.jsonl

# Bytecode in place of the script.
run 0 build "$banan.pol" -o banan.polc
says out "banan.polc: written"
run 0 run banan.polc "$claims"
same out results.jsonl
cp "$banan.pol" beside.pol
run 0 build beside.pol
holds "build writes beside the script" cmp -s beside.polc banan.polc
run 0 disasm banan.polc
run 2 build banan.polc
says err "is bytecode already"
head -c 1000 banan.polc >cut.polc
run 2 run cut.polc "$claims"
says err "cut.polc: not a usable .polc file"

# The same claims as CSV give the same results, as JSON Lines and as CSV.
python3 - "$claims" <<'PY'
import csv, json, sys
claims = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
names = list(dict.fromkeys(name for claim in claims for name in claim))
def cell(value): return {True: "是", False: "否"}.get(value, value) if isinstance(value, bool) else value
with open("claims.csv", "w", encoding="utf-8", newline="") as file:
    table = csv.DictWriter(file, names)
    table.writeheader()
    table.writerows({name: cell(value) for name, value in claim.items()} for claim in claims)
PY
run 0 run "$banan.pol" claims.csv --out jsonl
same out results.jsonl
run 0 run "$banan.pol" claims.csv
cp out results.csv
holds "CSV in, CSV out" test "$(head -n 1 out | grep -c '总费用')" = 1
run 0 run "$banan.pol" "$claims" --out csv
same out results.csv
cp claims.csv claims.data
run 0 run "$banan.pol" claims.data --in csv --out jsonl
same out results.jsonl
run 0 run "$banan.pol" "$claims" --bill
says out '贫困人口医疗救助基金'

# ---- encodings: UTF-8 with a mark, GB18030; found out piece by piece

{ printf '\357\273\277'; cat claims.csv; } >marked.csv
run 0 run "$banan.pol" marked.csv --out jsonl
same out results.jsonl
iconv -f UTF-8 -t GB18030 claims.csv >gb.csv
run 0 run "$banan.pol" gb.csv
same out results.csv

# Many pieces, broken within characters.
python3 - <<'PY'
lines = open("claims.csv", encoding="utf-8").read().splitlines()
with open("many.csv", "w", encoding="utf-8") as file:
    file.write(lines[0] + "\n")
    for i in range(3000):
        file.write("\n".join(lines[1:]) + "\n")
PY
iconv -f UTF-8 -t GB18030 many.csv >many.gb.csv
run 0 run "$banan.pol" many.csv --out jsonl --any-order
cp out many.jsonl
run 0 run "$banan.pol" many.gb.csv --out jsonl --any-order
same out many.jsonl
python3 -u - <<'PY' | "$POL" run "$banan.pol" - --in csv --out jsonl >out 2>err
import sys
data = open("gb.csv", "rb").read()
for i in range(0, len(data), 7):
    sys.stdout.buffer.write(data[i:i + 7])
    sys.stdout.buffer.flush()
PY
same out results.jsonl

# A damaged character is one rejected claim, in either encoding; the others are settled.
python3 - <<'PY'
data = open("claims.csv", "rb").read().replace("逐级转诊".encode(), b"\xff\xfe", 1)
open("damaged.csv", "wb").write(data)
data = open("gb.csv", "rb").read().replace("逐级转诊".encode("gb18030"), b"\xff\xff", 1)
open("damaged.gb.csv", "wb").write(data)
PY
for file in damaged.csv damaged.gb.csv; do
    run 1 run "$banan.pol" $file --out jsonl
    says err "settled: $((count - 1)), rejected: 1"
done

# ---- rejected claims

{
    head -n 1 "$claims"
    echo '{"编号": "bad-1", "业务类型": "医疗费用结算"}'
    echo 'not JSON'
    tail -n 1 "$claims"
} >mixed.jsonl
run 1 run "$banan.pol" mixed.jsonl
says err "claims: 4, settled: 2, rejected: 2"
holds "every claim has its line" test "$(wc -l <out)" = 4
says out '"错误":"缺少字段"'
says out '"错误":"取值错误"'
cp out mixed.out
run 1 run "$banan.pol" mixed.jsonl --rejects rejects.jsonl
holds "results without the rejected" test "$(wc -l <out)" = 2
holds "the rejected by themselves" test "$(wc -l <rejects.jsonl)" = 2
says rejects.jsonl 'not JSON'
run 0 run "$banan.pol" "$claims" --rejects rejects.jsonl
holds "no rejected claims: an empty file" test ! -s rejects.jsonl

# ---- output files appear under their name only when they are complete

run 0 run "$banan.pol" "$claims" -o result.out
silent out
same result.out results.jsonl
holds "nothing else is left" test ! -e result.out.partial
run 1 run "$banan.pol" mixed.jsonl -omixed.file
same mixed.file mixed.out

mkfifo slow
echo old >later.out
"$POL" run "$banan.pol" slow --in jsonl -o later.out --rejects later.rejects 2>err &
exec 9>slow
cat "$claims" >&9
sleep 0.5
holds "while it runs there is the old file" grep -qx old later.out
holds "and the new one has another name" test -e later.out.partial
holds "likewise the rejects" test ! -e later.rejects
exec 9>&-
wait $!
holds "exit status of the run" test $? = 0
same later.out results.jsonl
holds "the rejects are there" test -e later.rejects
holds "no partial files are left" test ! -e later.out.partial -a ! -e later.rejects.partial

run 0 run "$banan.pol" "$claims" -o /dev/null
run 0 run "$banan.pol" "$claims" -o -
same out results.jsonl
run 2 run "$banan.pol" "$claims" -o no/such/folder
says err 'no/such/folder: cannot be written'
run 2 run "$banan.pol" "$claims" -o .
says err 'it is a folder'
run 2 run "$banan.pol" "$claims" -o same --rejects same
says err 'named twice'
run 2 run "$banan.pol" nowhere.jsonl -o kept.out
holds "no file without claims" test ! -e kept.out -a ! -e kept.out.partial

# ---- outputs that cannot take it

"$POL" run "$banan.pol" many.csv --any-order 2>err | head -n 1 >first
holds "a reader that leaves ends the run" test "${PIPESTATUS[0]}" = 2
holds "what it read is right" test "$(wc -l <first)" = 1
silent err
"$POL" run "$banan.pol" "$claims" >&- 2>err
holds "a closed standard output" test $? = 2
says err 'standard output: cannot be written'
if [ -e /dev/full ]; then
    for verb in "run $banan.pol $claims" "check $banan.pol" "disasm $banan.pol" "test $banan.pol" "--help"; do
        # shellcheck disable=SC2086 # words of the command line
        "$POL" $verb >/dev/full 2>err
        holds "pol ${verb%% *}: a full disk" test $? = 2
        says err 'no space left'
    done
    run 2 run "$banan.pol" "$claims" --rejects /dev/full -o /dev/full
fi

# ---- the matter

policy=$policies/guangdong/jiangmen-2019.pol
echo '{"就医日期":"2020-02-01","重点帮扶对象":true,"定点零售药店":true,"药品原价":"99.95"}' >drug.jsonl
run 1 run "$policy" drug.jsonl
run 0 run "$policy" drug.jsonl --matter 药店购药
says out '"个人负担":"89.95"'
run 2 run "$policy" drug.jsonl --matter 没有的业务
says err 'has no matter "没有的业务"'

# ---- scripts with errors settle nothing

sed 's/结算 总费用 = 目录内费用/结算 总费用 = 目录内费/' "$banan.pol" >bad.pol
run 1 run bad.pol "$claims"
silent out
says err 'bad.pol:'
says err 'has errors, nothing was done'

# ---- constant memory: 20 times the claims take no more

for i in $(seq 20); do cat many.csv; done | grep -v '^编号' | cat <(head -n 1 many.csv) - >most.csv
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:quarantine_size_mb=1 # what it keeps is no memory of pol
peak() { { /usr/bin/time -f %M "$POL" run "$banan.pol" "$1" --any-order >/dev/null; } 2>&1 | tail -n 1; }
if [ -x /usr/bin/time ]; then
    small=$(peak many.csv)
    large=$(peak most.csv)
    holds "memory does not grow: $small kB, $large kB" test "$large" -lt $((small + 4000))
fi
finish
