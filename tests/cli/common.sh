# Sourced by the tests of the program. Needs POL and POL_SOURCE; works in an empty folder of its own.
# Every check counts; `finish` prints "N passed, M failed" and sets the exit status.
set -u
: "${POL:?}" "${POL_SOURCE:?}"
[ -x "$POL" ] || { echo "no program: $POL"; exit 2; }
unset POL_LANG NO_COLOR
export LC_ALL=C.UTF-8 TERM=dumb
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
policies=$POL_SOURCE/stdlib-policies
banan=$policies/chongqing/banan-2018
passed=0
failed=0

pass() { passed=$((passed + 1)); }
fail() {
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$1"
    shift
    for line in "$@"; do printf '    %s\n' "$line"; done
}

# run STATUS ARGUMENTS…: runs pol, keeps what it wrote in `out` and `err`, and checks its exit status.
run() {
    local wanted=$1
    shift
    "$POL" "$@" >out 2>err </dev/null
    local status=$?
    if [ $status -eq "$wanted" ]; then pass; else fail "pol $*: exit status $status, not $wanted" "$(cat err)"; fi
}

# says FILE TEXT: the file holds the text.  silent FILE: it holds nothing.
says() { if grep -qF -- "$2" "$1"; then pass; else fail "'$2' is not in $1:" "$(cat "$1")"; fi; }
says_not() { if grep -qF -- "$2" "$1"; then fail "'$2' is in $1:" "$(cat "$1")"; else pass; fi; }
silent() { if [ -s "$1" ]; then fail "$1 should be empty:" "$(cat "$1")"; else pass; fi; }
# same A B: two files with the same bytes.
same() { if cmp -s "$1" "$2"; then pass; else fail "$1 and $2 differ" "$(diff "$1" "$2" | head -n 10)"; fi; }
# holds TEXT COMMAND…: the command succeeds.
holds() {
    local what=$1
    shift
    if "$@"; then pass; else fail "$what"; fi
}

finish() {
    echo "$passed passed, $failed failed"
    [ $failed -eq 0 ]
}
