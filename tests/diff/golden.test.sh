#!/usr/bin/env bash
# Comparisons among the five documents and the two regional illustrations, as they were approved: the summary
# of every pair, and three pairs in all formats. `--update` writes them anew: read the difference before you
# commit it. What behaviour says beyond the reach of pieces comes from Z3: without it those files are skipped.
set -u
cd "$(dirname "$0")/golden" || exit 2
: "${POL:?}" "${POL_SOURCE:?}"
policies=$POL_SOURCE/stdlib-policies
scripts="guangdong/zhanjiang-2018 guangdong/jiangmen-2019 sichuan/guangan-2018 chongqing/banan-2018 guangdong/guangdong-2021
guangdong/illustration-east-2022 guangdong/illustration-west-2023"
passed=0 failed=0

# compare FILE ARGUMENTS…: what pol diff prints is the file.
compare() {
    local file=$1 actual
    shift
    actual=$("$POL" diff "$@" 2>&1)
    if [ "$update" = yes ]; then printf '%s\n' "$actual" >"$file"; fi
    if [ "$(cat "$file" 2>/dev/null)" = "$actual" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s differs\n' "$file"
        diff <(cat "$file" 2>/dev/null) <(printf '%s\n' "$actual") | head -20 | cut -c1-300
    fi
}

update=no
if [ "${1:-}" = --update ]; then update=yes; fi
for old in $scripts; do
    past=no
    for new in $scripts; do
        if [ "$new" = "$old" ]; then past=yes; continue; fi
        [ $past = yes ] || continue
        compare "$(basename "$old")--$(basename "$new").txt" "$policies/$old.pol" "$policies/$new.pol" --summary --lang zh
    done
done
if "$POL" diff "$policies/guangdong/zhanjiang-2018.pol" "$policies/guangdong/guangdong-2021.pol" --lang en | grep -q 'built without'; then
    echo "no Z3: behaviour not compared"
else
    for pair in zhanjiang-2018:guangdong-2021 guangdong-2021:illustration-east-2022 illustration-east-2022:illustration-west-2023; do
        for format in text json html; do
            compare "${pair/:/--}.$format" "$policies/guangdong/${pair%:*}.pol" "$policies/guangdong/${pair#*:}.pol" --format $format --lang zh
        done
    done
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
