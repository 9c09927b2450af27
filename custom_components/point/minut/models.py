"""What Minut's cloud tells, as frozen values.

Every `from_json` raises ValueError, and only where the id is missing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
import re
from types import MappingProxyType
from typing import Self

from .parsing import Json, JsonObject, flag, items, mapping, moment, number, text
from .thresholds import Thresholds

ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
"""What may become a part of a path or a unique id; Minut's ids are 24 hex digits (API notes)."""

SAYS_MORE = ("critical_event", "off_grace_period", "on_grace_period")
"""The words for an alarm that outweigh a plain on or off, the most urgent first."""


def _id(data: JsonObject, *keys: str) -> str:
    if found := _id_in(data, *keys):
        return found
    raise ValueError(f"no {keys[0]}")


def _id_in(data: JsonObject, *keys: str) -> str | None:
    found = (text(data.get(key)) for key in keys)
    return next((key for key in found if key and ID.fullmatch(key)), None)


def each[T](values: Json, read: Callable[[JsonObject], T]) -> tuple[T, ...]:
    """Read every object of a list; one that cannot be read never harms the others."""
    found = []
    for value in items(values):
        try:
            found.append(read(mapping(value)))
        except ValueError:
            continue
    return tuple(found)


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """The account (API notes 3.1)."""

    id: str
    name: str | None = None

    @classmethod
    def from_json(cls, data: JsonObject) -> Self:
        """Read `GET /users/me`."""
        names = (text(data.get(key)) for key in ("fullname", "nick"))
        return cls(id=_id(data, "user_id", "id"), name=next(filter(None, names), None))


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value. `time` is when the device measured it, where the cloud says so."""

    value: float
    time: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """A Point (API notes 3.2).

    `mount_status`, `charge_status`, `mould_risk`: Minut's words, which are not public.
    `readings` by Minut's names: `temperature` °C, `humidity` %, `sound` dB(A), `pressure` Pa.
    """

    id: str
    home_id: str | None = None
    name: str | None = None
    mac: str | None = None
    active: bool = True
    offline: bool = False
    last_heard_from_at: datetime | None = None
    next_heartbeat_at: datetime | None = None
    firmware: str | None = None
    hardware_version: str | None = None
    battery_percent: float | None = None
    mount_status: str | None = None
    charge_status: str | None = None
    mould_risk: str | None = None
    ongoing_events: frozenset[str] = frozenset()
    thresholds: Thresholds = field(default_factory=Thresholds)
    readings: Mapping[str, Reading] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def from_json(cls, data: JsonObject) -> Self:
        """Read one element of `GET /devices`, or `GET /devices/{id}`."""
        home = data.get("home_id") or data.get("home")
        return cls(
            id=_id(data, "device_id", "id"),
            home_id=text(home) or _id_in(mapping(home), "home_id", "id"),
            name=text(data.get("description")) or text(data.get("device_name")),
            mac=text(data.get("device_mac")),
            active=flag(data.get("active")) is not False,
            offline=flag(data.get("offline")) is True,
            last_heard_from_at=moment(data.get("last_heard_from_at")),
            next_heartbeat_at=moment(data.get("next_heartbeat_at")),
            firmware=text(mapping(data.get("firmware")).get("installed")),
            hardware_version=text(data.get("hardware_version")),
            battery_percent=number(mapping(data.get("battery")).get("percent")),
            mount_status=text(data.get("mount_status")),
            charge_status=text(data.get("charge_status")),
            mould_risk=text(data.get("mould_risk_level")),
            ongoing_events=frozenset(filter(None, map(text, items(data.get("ongoing_events"))))),
            thresholds=Thresholds.from_json(mapping(data.get("configuration"))),
            readings=MappingProxyType(_readings(mapping(data.get("latest_sensor_values")))),
        )


def _readings(values: JsonObject) -> dict[str, Reading]:
    readings = {}
    for name, raw in values.items():
        data = mapping(raw)
        value = number(data.get("value"))
        if value is not None and name == text(name):
            readings[name] = Reading(value, moment(data.get("time")))
    return readings


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """A home (API notes 4.1).

    `alarm_status` is Minut's word: off, on, on_grace_period, off_grace_period, critical_event, or
    one that we do not know; None where the home has no alarm. `members`: user id → name.
    `timezone` by its Olson name; `noise_monitoring` None where Minut does not show it.
    """

    id: str
    name: str | None = None
    timezone: str | None = None
    alarm_status: str | None = None
    noise_monitoring: bool | None = None
    grace_period_expires_at: datetime | None = None
    members: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def from_json(cls, data: JsonObject) -> Self:
        """Read one element of `GET /homes`, or `GET /homes/{id}`."""
        info = mapping(data.get("alarm_info"))
        ends = (moment(place.get("grace_period_expires_at")) for place in (info, data))
        return cls(
            id=_id(data, "home_id", "id"),
            name=text(data.get("name")),
            timezone=text(data.get("timezone")),
            alarm_status=_alarm_status(data),
            noise_monitoring=flag(data.get("disturbance_monitoring_active")),
            grace_period_expires_at=next(filter(None, ends), None),
            members=MappingProxyType(
                {
                    user.id: user.name
                    for user in each(data.get("members"), User.from_json)
                    if user.name
                }
            ),
        )


def _alarm_status(data: JsonObject) -> str | None:
    """Of the two places that may hold it, return the word that says more (API notes 12.5)."""
    coarse, detailed = (text(data.get(key)) for key in ("alarm_status", "detailed_alarm_status"))
    urgent = (word for word in SAYS_MORE if word in {coarse, detailed})
    return next(urgent, coarse or detailed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened (API notes 6.3 and 7), in the spelling of webhooks or of homes.

    `value` and `threshold` in the unit of the reading that crossed a limit.
    """

    id: str | None
    type: str
    created_at: datetime | None = None
    user_id: str | None = None
    home_id: str | None = None
    device_id: str | None = None
    value: float | None = None
    threshold: float | None = None

    @classmethod
    def from_json(cls, data: JsonObject) -> Self:
        """Read the `event` of a delivery, or an element of an events list."""
        if (kind := text(data.get("type")) or text(data.get("event_type"))) is None:
            raise ValueError("no type")
        return cls(
            id=text(data.get("id")) or text(data.get("event_id")),
            type=kind,
            created_at=moment(data.get("created_at") or data.get("event_time")),
            user_id=text(data.get("user_id")),
            home_id=text(data.get("home_id")),
            device_id=text(data.get("device_id")),
            value=number(data.get("sensor_value")),
            threshold=number(data.get("sensor_threshold")),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Hook:
    """A webhook registered at Minut (API notes 6). `secret` comes only with its creation."""

    id: str
    url: str | None = None
    events: frozenset[str] = frozenset()
    secret: str | None = field(default=None, repr=False)

    @classmethod
    def from_json(cls, data: JsonObject) -> Self:
        """Read the answer of `POST /webhooks`, or an element of `GET /webhooks`."""
        return cls(
            id=_id(data, "hook_id", "id"),
            url=text(data.get("url")),
            events=frozenset(filter(None, map(text, items(data.get("events"))))),
            secret=text(data.get("hook_secret")),
        )
