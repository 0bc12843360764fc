#!/usr/bin/env bash
# Help, languages, the errors of the command line and their exit status.
. "$POL_SOURCE/tests/cli/common.sh" || exit 2

verbs="check run explain test diff disasm build help"

run 0 --version
holds "--version prints the version" grep -qE '^pol [0-9]+\.[0-9]+\.[0-9]+$' out
run 0 check --version
holds "--version works behind a command" grep -qE '^pol [0-9]' out

# Every command stands in the help and has help of its own, in both languages.
for lang in zh en; do
    run 0 --help --lang $lang
    for verb in $verbs; do
        says out "  $verb "
    done
    silent err
    for verb in $verbs; do
        run 0 $verb --help --lang $lang
        cp out by_option
        run 0 help $verb --lang=$lang
        same out by_option
        says out "pol $verb "
    done
done

# Columns are aligned by what is seen: all explanations of one help begin in one column.
cat >aligned.py <<'PY'
import sys, unicodedata, re
def width(text): return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
columns = {width(m.group(1)) for line in open(sys.argv[1], encoding="utf-8")
           if (m := re.match(r"(  (?:-\w, |    )--\w+.*?  +)\S", line.rstrip("\n")))}
sys.exit(len(columns) != 1)
PY
for lang in zh en; do
    for verb in $verbs; do
        "$POL" $verb --help --lang $lang >out
        holds "help of $verb is aligned ($lang)" python3 aligned.py out
    done
done

# The language: --lang, then POL_LANG, then the locale; Chinese when nothing is set.
language() { # WANTED ENVIRONMENT… -- ARGUMENTS…
    local wanted=$1 first
    shift
    first=$(env -u LC_ALL -u LC_MESSAGES -u LANG -u POL_LANG "$@" 2>&1 | head -n 1)
    case $first in
    *精确结算*) first=zh ;;
    *exactly*) first=en ;;
    esac
    if [ "$first" = "$wanted" ]; then pass; else fail "language of '$*' is '$first', not $wanted"; fi
}
language zh "$POL" --help
language zh LANG=zh_CN.UTF-8 "$POL" --help
language en LANG=en_US.UTF-8 "$POL" --help
language en LANG=C "$POL" --help
language zh LANG=en_US.UTF-8 LC_ALL=zh_CN.UTF-8 "$POL" --help
language en LANG=zh_CN.UTF-8 LC_MESSAGES=en_US.UTF-8 "$POL" --help
language zh LC_ALL=C POL_LANG=zh "$POL" --help
language en POL_LANG=zh "$POL" --lang en --help
language en POL_LANG=zh "$POL" --help --lang=en
language zh POL_LANG=en "$POL" help --lang zh

# Unusable command lines: exit status 2, nothing on standard output, the nearest word proposed.
unusable() { # TEXT ARGUMENTS…
    local text=$1
    shift
    run 2 "$@"
    says err "$text"
    silent out
}
unusable 'did you mean check?' chek
unusable 'there is no command "frobnicate"' frobnicate
unusable 'did you mean --output?' run --outptu x policy.pol
unusable 'did you mean --format?' check --formt=json x.pol
unusable 'unknown option --frobnicate' check --frobnicate x.pol
unusable 'unknown option -x' check -x y
unusable 'did you mean --version?' --versoin
unusable 'an argument is missing: pol run POLICY' run
unusable 'an argument is missing: pol explain POLICY CLAIM' explain one.pol
unusable 'one argument too many: d' run a.pol b.jsonl d
unusable 'option --format needs a value: text|json' check x.pol --format
unusable 'option --format cannot be "xml"' check --format xml x.pol
unusable 'option --format cannot be "tex"' check --format tex x.pol
unusable 'option --bill takes no value' run --bill=yes x.pol
unusable 'options --bill and --out exclude each other' run --bill --out csv "$banan.pol"
unusable 'there is no such file' check nowhere.pol
unusable 'holds no script' check .
unusable 'it is a folder' disasm .
unusable '没有命令“chek”；您是否想写 check？' --lang zh chek
unusable '没有这个文件' check nowhere.pol --lang zh
unusable '选项 --in 不能是“xml”，只能是：jsonl|csv' run --in xml a b --lang zh
run 2
says err "Commands"
silent out

# Options may follow operands; behind -- everything is an operand.
run 0 check "$banan.pol" --format json
run 2 check -- --format
says err '--format: cannot be read'

# A code instead of a command.
run 0 help E0404 --lang zh
says out '错误[E0404]: 表中没有行对应'
says out '错误的写法：'
silent err
run 0 help w0401
says out 'warning[W0401]'
run 2 help E0999
says err 'there is no code E0999; did you mean E0599?'

# Colours: only where asked for, or on a terminal.
run 0 --help
holds "no colours into a file" test "$(grep -c $'\033' out)" = 0
run 0 --help --color always
holds "colours when asked for" grep -q $'\033' out
finish
