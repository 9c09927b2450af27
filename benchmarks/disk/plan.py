"""How long the disk benchmark measures."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """Simulated hours. `warm_up`: not measured; the first import of the history ends meanwhile."""

    hours: float = 24
    warm_up: float = 4
