#!/usr/bin/env bash
# The mutants of mutation.test.py, 90 behavioural and 30 harmless ones a script.
POL_MUTANTS=90 exec python3 "$POL_SOURCE/tests/diff/mutation.test.py"
