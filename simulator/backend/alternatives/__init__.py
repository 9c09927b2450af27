"""Alternatives: other ways in which Minut may behave, each of which can be switched on by name.

What is believed most likely is the simulator's default. An alternative changes the JSON of answers
and deliveries, or answers a request in place of its endpoint. The table is in `table.py`.
"""

from simulator.backend.alternatives.engine import Alternatives
from simulator.backend.alternatives.model import ApiRequest
from simulator.backend.alternatives.table import ALTERNATIVES, GROUPS

__all__ = ["ALTERNATIVES", "GROUPS", "Alternatives", "ApiRequest"]
