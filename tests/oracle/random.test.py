#!/usr/bin/env python3
"""pol and the oracle settle a few thousand random claims of every document alike."""

import sys

import suite

sys.exit(suite.main({"jsonl": 4000, "csv": 1500, "ledger": 1500}))
