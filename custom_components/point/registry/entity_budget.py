"""Which entities of an account are enabled at first: as many as Home Assistant has room for. Pure.

An account that has 10,000 enabled entities gets no more, and nobody is told. So the planning stops
well before: what would not fit is there, but disabled.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MOST: Final = 10_000
"""Home Assistant's limit of enabled entities of an account."""
ROOM: Final = 9_000
"""So many are planned for; a person may enable others."""
OF_ACCOUNT: Final = 10
"""The account's own entities are fewer. They are there as long as Home Assistant adds any."""

FULL_SET_UP_TO: Final = 10
"""Accounts with more Points get the small set."""
OTHERS_OF_HOME: Final = 6
OTHERS_OF_POINT: Final = 30
"""So many entities, at most, the full set enables beside the small one."""

PANEL: Final = "home.alarm_control_panel.alarm"
STAYS: Final = ("home.calendar.stays", "home.binary_sensor.occupied")

PRECEDENCE: Final[tuple[tuple[str, ...], ...]] = (
    (
        PANEL,
        "point.sensor.temperature",
        "point.sensor.humidity",
        "point.sensor.sound_pressure",
    ),
    ("home.sensor.disturbance", "home.binary_sensor.noise"),
    STAYS,
    ("point.binary_sensor.connectivity", "point.binary_sensor.battery"),
    ("point.binary_sensor.alarm", "point.binary_sensor.motion"),
    ("point.event.button",),
)
"""The small set, row by row: one is enabled for all homes and Points if it fits with those above.

A name tells of what it is an entity, its platform and its key.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is enabled at first.

    `names` of the small set, and all else where `is_full`. `left_out`: so many entities of the
    small set have no room. `is_short`: there is no room for all that is usual.
    """

    enabled: int
    names: frozenset[str]
    is_full: bool
    left_out: int

    @property
    def is_short(self) -> bool:
        """Tell whether a person should make room."""
        return self.left_out > 0 or self.enabled > ROOM

    def enables(self, name: str) -> bool:
        """Tell whether an entity that is new is enabled."""
        if name.startswith("account."):
            return self.enabled <= MOST - OF_ACCOUNT
        return self.is_full or name in self.names


def plan(*, enabled: int, lacking: Mapping[str, int], homes: int, points: int) -> Plan:
    """Plan for so many homes and Points.

    `enabled`: so many entities are enabled, or will be whatever is planned. `lacking`: so many of
    each name are not, because they are new or had no room until now.
    """
    names: set[str] = set()
    needed = enabled
    for row in PRECEDENCE:
        needed += sum(lacking.get(name, 0) for name in row)
        if needed <= ROOM:
            names.update(row)
    others = points * OTHERS_OF_POINT + homes * OTHERS_OF_HOME
    return Plan(
        enabled=enabled,
        names=frozenset(names),
        is_full=points <= FULL_SET_UP_TO and needed + others <= ROOM,
        left_out=sum(count for name, count in lacking.items() if name not in names),
    )
