#!/usr/bin/env python3
"""The oracles give the published examples."""

import sys

import selftest

sys.exit(selftest.main())
