#!/usr/bin/env bash
# Dependencies point one way: base, grammar, interp, tools. Each room includes only what it may use.
set -eu
cd "$POL_SOURCE"
bad=0

# check WHAT ALLOWED FILE...: every include of pol's own headers in the files must match ALLOWED.
check() {
    local what=$1 allowed=$2
    shift 2
    [ $# -gt 0 ] || return 0
    local found
    found=$(grep -nHE '^[[:space:]]*#[[:space:]]*include[[:space:]]*("|<pol/)' "$@" |
        grep -vE "#[[:space:]]*include[[:space:]]*[\"<]($allowed)" || true)
    if [ -n "$found" ]; then
        printf '%s must not include:\n%s\n' "$what" "$found"
        bad=1
    fi
}

sources() { find "$1" -name '*.[chly]' -o -name '*.def'; }

mapfile -t base < <(sources interp/base)
mapfile -t grammar < <(sources grammar)
mapfile -t interp < <(sources interp | grep -v '^interp/base/')
mapfile -t tools < <(sources tools)
check interp/base 'pol/|interp/base/' "${base[@]}"
check grammar 'pol/|interp/base/|grammar/' "${grammar[@]}"
check interp 'pol/|interp/|grammar/' "${interp[@]}"
check tools 'pol/pol\.h[">]|tools/' "${tools[@]}"
exit $bad
