#!/usr/bin/env python3
"""pol and the oracle settle a million random claims alike."""

import sys

import suite

sys.exit(suite.main({"jsonl": 140000, "csv": 30000, "ledger": 30000}, seed="full"))
