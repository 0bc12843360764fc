# Golden files of comparisons: for golden.test.sh and golden_packed.full.test.sh, which source it. They lie in golden/,
# as they are or, where there are many large ones, packed.
cd "$POL_SOURCE/tests/diff/golden" || exit 2
policies=$POL_SOURCE/stdlib-policies
scripts="guangdong/zhanjiang-2018 guangdong/jiangmen-2019 sichuan/guangan-2018 chongqing/banan-2018 guangdong/guangdong-2021
guangdong/illustration-east-2022 guangdong/illustration-west-2023"
passed=0 failed=0 update=no
if [ "${1:-}" = --update ]; then update=yes; fi

with_z3() {
    if "$POL" diff "$policies/guangdong/zhanjiang-2018.pol" "$policies/guangdong/guangdong-2021.pol" --lang en | grep -q 'built without'; then
        echo "no Z3: behaviour not compared"
        return 1
    fi
}

# What the file holds, packed or not.
content() { if [ "${1%.gz}" = "$1" ]; then cat "$1" 2>/dev/null; else gzip -dc "$1" 2>/dev/null; fi; }

# compare FILE OLD NEW OPTIONS…: what pol diff prints is the file.
compare() {
    local file=$1 old=$policies/$2.pol new=$policies/$3.pol actual
    shift 3
    actual=$("$POL" diff "$old" "$new" "$@" --lang zh 2>&1)
    if [ "$update" = yes ]; then
        if [ "${file%.gz}" = "$file" ]; then printf '%s\n' "$actual" >"$file"; else printf '%s\n' "$actual" | gzip -9n >"$file"; fi
    fi
    if [ "$(content "$file")" = "$actual" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s differs\n' "$file"
        diff <(content "$file") <(printf '%s\n' "$actual") | head -20 | cut -c1-300
    fi
}

# each_pair summary|text|json|html
each_pair() {
    local old new past name
    for old in $scripts; do
        past=no
        for new in $scripts; do
            if [ "$new" = "$old" ]; then past=yes; continue; fi
            [ $past = yes ] || continue
            name=$(basename "$old")--$(basename "$new")
            case $1 in
            summary) compare "$name.txt" "$old" "$new" --summary ;;
            text) compare "$name.text" "$old" "$new" --format text ;;
            *) compare "packed/$name.$1.gz" "$old" "$new" --format "$1" ;;
            esac
        done
    done
}

conclude() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
    exit
}
