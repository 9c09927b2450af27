"""What the benchmarks share that compare this integration with core's `point`."""

from benchmarks.cloud import Account

CORE, OURS, FLOOR = "core", "this integration", "floor"
SAME_STATES = "floor with the same states"
"""Names of what is measured."""

FEW = Account(homes=1, points=2)
MANY = Account(homes=40, points=80)
JUDGED = Account(homes=280, points=560)
LARGEST = Account(homes=500, points=1000)

BEYOND_CORE = 281
"""Homes with two Points each for which core exceeds Home Assistant's limit of entities."""
