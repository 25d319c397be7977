"""Starts, tests and packs the mall; no part of the shop, so it imports nothing from `app` at module level."""
