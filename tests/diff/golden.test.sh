#!/usr/bin/env bash
# Comparisons among the five documents and the two regional illustrations, as they were approved: summary and
# text of every pair, three pairs as JSON and HTML too (golden_packed.full.test.sh has those of every pair). `--update`
# writes them anew: read the difference before you commit it. What behaviour says beyond the reach of pieces
# comes from Z3: without it only the summaries are compared.
set -u
: "${POL:?}" "${POL_SOURCE:?}"
. "$(dirname "$0")/golden.sh"

each_pair summary
if with_z3; then
    each_pair text
    for pair in zhanjiang-2018:guangdong-2021 guangdong-2021:illustration-east-2022 illustration-east-2022:illustration-west-2023; do
        for format in json html; do
            compare "${pair/:/--}.$format" "guangdong/${pair%:*}" "guangdong/${pair#*:}" --format $format
        done
    done
fi
conclude
