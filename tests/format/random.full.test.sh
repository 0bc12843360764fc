#!/usr/bin/env bash
# 10,000 random scripts, and every script of the project in twenty random layouts: formatted they stay formatted,
# have the same tree and the same comments.
POL_FORMAT_SCRIPTS=10000 exec "$POL_BUILD/tests/unit_test_grammar_format"
