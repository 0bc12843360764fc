#!/usr/bin/env bash
# Stepping adds nothing to the batch path: what settles claims by the block does not know of the stepper, and the
# program that the debugger looks into has the same instructions for a statement as the one that pol run executes.
set -eu
failed=0
archive=$POL_BUILD/libpol.a
for object in vm.c.o vm_blame.c.o record.c.o record_value.c.o json.c.o csv.c.o runner.c.o ledger.c.o lanes.c.o result.c.o; do
    symbols=$(nm "$archive" --undefined-only 2>/dev/null | awk -v wanted="$object:" '/:$/ { inside = $0 == wanted } inside { print $2 }')
    if [ -z "$symbols" ]; then echo "$object: not in the library"; failed=1; fi
    if grep -E 'pol_stepper|pol_question|pol_explain|pol_script' <<<"$symbols"; then echo "$object: knows of the stepper"; failed=1; fi
done
kernels=$(nm "$archive" --undefined-only 2>/dev/null | awk '/:$/ { inside = $0 ~ /^kernels_/ } inside' | grep -cE 'stepper|question|explain|hook' || true)
if [ "$kernels" != 0 ]; then echo "kernels know of the stepper"; failed=1; fi
cd "$POL_SOURCE/stdlib-policies/chongqing"
code=$("$POL" disasm banan-2018.pol --lang zh | grep -E '^ +109 +[0-9]+  ')
shown=$(printf 'goto 贫困人口医疗救助基金\ndisasm\n' | "$POL" repl banan-2018.pol banan-2018.claims.jsonl --lang zh | sed 's/^    //' | grep -E '^ +109 +[0-9]+  ')
if [ "$(tr -s ' ' <<<"$code")" != "$(tr -s ' ' <<<"$shown")" ]; then
    printf 'instructions differ:\n%s\n%s\n' "$code" "$shown"
    failed=1
fi
echo "failed: $failed"
exit $failed
