#!/usr/bin/env bash
# Installs into an empty prefix, moves it, and builds a consumer against it: through CMake (shared and
# static), through pkg-config (shared and static).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
consumer=$POL_SOURCE/tests/packaging/consumer

cmake --install "$POL_BUILD" --prefix "$work/first" >"$work/log" || { cat "$work/log"; exit 1; }
mv "$work/first" "$work/prefix"
prefix=$work/prefix

for file in bin/pol include/pol/pol.h include/pol/version.h; do
    [ -f "$prefix/$file" ] || { echo "not installed: $file"; exit 1; }
done
library=$(dirname "$(find "$prefix" -name libpol.so)")
expected=$("$prefix/bin/pol" --version | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1)

# expect_run WHAT COMMAND…: the command must print the version of the installed program.
expect_run() {
    local what=$1
    shift
    local got
    got=$("$@")
    [ "$got" = "$expected" ] || { echo "$what: printed '$got', not '$expected'"; exit 1; }
    echo "ok: $what"
}

cmake -S "$consumer" -B "$work/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$POL_CC" \
    -DCMAKE_C_FLAGS="$POL_CFLAGS" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
cmake --build "$work/build" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
expect_run "CMake, pol::pol" "$work/build/consumer_pol"
expect_run "CMake, pol::static" "$work/build/consumer_static"

# An embedder need not have utf8proc's development files to use the shared library.
export PKG_CONFIG_PATH=$library/pkgconfig
flags=$(pkg-config --define-prefix --cflags --libs pol)
case " $flags " in
*utf8proc*) echo "pol.pc asks users of the shared library for utf8proc: $flags"; exit 1 ;;
esac
# shellcheck disable=SC2086 # lists of words
"$POL_CC" -std=c11 $POL_CFLAGS -o "$work/by_pc" "$consumer/consumer.c" $flags
LD_LIBRARY_PATH=$library expect_run "pkg-config, shared" "$work/by_pc"
# shellcheck disable=SC2046,SC2086
"$POL_CC" -std=c11 $POL_CFLAGS -o "$work/by_pc_static" "$consumer/consumer.c" \
    $(pkg-config --define-prefix --cflags pol) "$library/libpol.a" $(pkg-config --libs libutf8proc)
expect_run "pkg-config, static" "$work/by_pc_static"

# Sanitizers and coverage add names and paths of their own.
[ -z "$POL_CFLAGS" ] || exit 0

# Only the public interface is visible.
extra=$(nm -D --defined-only "$library/libpol.so" | awk '{ print $3 }' | while read -r name; do
    grep -qE "POL_API[^;]*\b$name\(" "$prefix/include/pol/pol.h" || echo "$name"
done)
[ -z "$extra" ] || { printf 'exported, but not in pol.h:\n%s\n' "$extra"; exit 1; }
echo "ok: exports"

# Nothing of this machine's paths in what is shipped.
if grep -qF "$POL_SOURCE" "$prefix/bin/pol" "$library/libpol.so"; then
    echo "the binaries contain $POL_SOURCE"
    exit 1
fi
echo "ok: paths"
