"""The alarm of a home in Minut's answers (API notes 4.1), and the ways to command a home (4.2)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final, Self

from .parsing import Json, JsonObject, mapping, moment, text

URGENT_STATUSES: Final = ("critical_event", "off_grace_period", "on_grace_period")
"""Statuses that take precedence over a plain on or off, most urgent first."""
STATUS_KEYS: Final = ("alarm_status", "detailed_alarm_status")
NESTED_STATUS_KEYS: Final = (*STATUS_KEYS, "status", "detailed_status")
"""Names of the status in the object `alarm`."""
DEFAULT_OPTIONS: Final[JsonObject] = MappingProxyType(
    {"alarm_mode": "manual", "silent_alarm": False, "scheduled_alarm_active": False}
)
"""Further members of a command that Minut's own widget sends (API notes 4.2)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """The alarm of a home.

    `status`: in lower case; None if the home shows none. `options`: further settings of the alarm,
    by Minut's names, as far as the home shows them.
    """

    status: str | None = None
    grace_period_expires_at: datetime | None = None
    options: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def from_json(cls, home: JsonObject) -> Self:
        """Parse the alarm of a home: its own members, or those of `alarm` or `alarm_info`."""
        nested = mapping(home.get("alarm"))
        info = mapping(home.get("alarm_info")) or mapping(nested.get("alarm_info"))
        statuses = [*_statuses(home, STATUS_KEYS), *_statuses(nested, NESTED_STATUS_KEYS)]
        ends = (moment(part.get("grace_period_expires_at")) for part in (info, home, nested))
        settings = {**nested, **home}
        options: dict[str, Json] = {
            name: value
            for name, default in DEFAULT_OPTIONS.items()
            if isinstance(value := settings.get(name), type(default))
        }
        return cls(
            status=_most_urgent(statuses or [*_statuses(info, ["alarm_info_type"])]),
            grace_period_expires_at=next(filter(None, ends), None),
            options=MappingProxyType(options),
        )


def _statuses(data: JsonObject, keys: Iterable[str]) -> Iterator[str]:
    return (status.lower() for key in keys if (status := text(data.get(key))))


def _most_urgent(statuses: list[str]) -> str | None:
    """Return the most urgent status: either of two fields may hold it (API notes 12.5)."""
    urgent = (status for status in URGENT_STATUSES if status in statuses)
    return next(urgent, statuses[0] if statuses else None)


@dataclass(frozen=True, slots=True)
class CommandWay:
    """A request that commands a home. `path`: below the home.

    `sends_options`: whether the body has all settings of the alarm, not only the one to change.
    """

    method: str
    path: str = ""
    sends_options: bool = False


ALARM_WAYS: Final[Mapping[str, CommandWay]] = MappingProxyType(
    {
        "patch": CommandWay("PATCH", "/alarm"),
        "patch_all": CommandWay("PATCH", "/alarm", sends_options=True),
        "put_home": CommandWay("PUT"),
        "put": CommandWay("PUT", "/alarm"),
    }
)
"""Ways to arm and disarm, the most likely one first. One setting alone leaves the others alone."""
ALARM_OPTION_WAYS: Final[Mapping[str, CommandWay]] = MappingProxyType(
    {"patch": CommandWay("PATCH", "/alarm")}
)
"""The way to change an option of the alarm. Other ways would repeat the status as well."""
NOISE_WAYS: Final[Mapping[str, CommandWay]] = MappingProxyType(
    {"put": CommandWay("PUT"), "patch": CommandWay("PATCH")}
)
"""Ways to turn noise monitoring on and off (API notes 4.1, 4.3)."""
UNSUPPORTED: Final = frozenset({200, 400, 404, 405, 501})
"""Statuses of a rejection after which another way may work. 200: an `error` in the answer."""
