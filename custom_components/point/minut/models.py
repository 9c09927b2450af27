"""Objects of Minut's API as frozen dataclasses.

Every `from_json` is lenient: it raises ValueError only if the id (of an event: the type) is
missing. Other fields that are missing or of the wrong type get their default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
import re
from types import MappingProxyType
from typing import Self

from .alarm import Alarm
from .event_types import EVENT_TYPES
from .parsing import (
    Json,
    JsonObject,
    flag,
    has_zone,
    items,
    mapping,
    moment,
    number,
    parse_each,
    quantity,
    text,
    unwrap,
    written,
)
from .thresholds import Thresholds

ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
"""Ids that are safe in a URL path and a unique id. Minut's have 24 hex digits (API notes 3)."""


def object_id(data: JsonObject, *keys: str) -> str:
    """Return the id of an object, under the first of these names. Raises ValueError without one."""
    if found := _id_in(data, *keys):
        return found
    raise ValueError(f"no {keys[0]}")


def _id_in(data: JsonObject, *keys: str) -> str | None:
    found = (text(data.get(key)) for key in keys)
    return next((key for key in found if key and ID.fullmatch(key)), None)


def _reference(data: JsonObject, name: str) -> str | None:
    """Return the id of a home, a device or a user: as text, or in an object."""
    own = f"{name}_id"
    value = data.get(own) or data.get(name)
    return text(value) or _id_in(mapping(value), own, "id")


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """The account (API notes 3.1)."""

    id: str
    name: str | None = None

    @classmethod
    def from_json(cls, data: JsonObject) -> Self:
        """Parse `GET /users/me`."""
        data = unwrap(data, "user")
        names = (text(data.get(key)) for key in ("fullname", "nick"))
        return cls(id=object_id(data, "user_id", "id"), name=next(filter(None, names), None))


@dataclass(frozen=True, slots=True)
class Reading:
    """A measured value. `time`: when the device measured it, if known."""

    value: float
    time: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """A Point (API notes 3.2).

    `mount_status`, `charge_status`, `mould_risk`: raw values; their meaning is not public.
    `readings`: by Minut's names: `temperature` °C, `humidity` %, `sound` dB(A), `pressure` Pa.
    `unreadable`: number of readings whose value is no number.
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
    unreadable: int = 0

    @classmethod
    def from_json(cls, data: JsonObject) -> Self:
        """Parse an element of `GET /devices`, or `GET /devices/{id}`."""
        data = unwrap(data, "device")
        values = mapping(data.get("latest_sensor_values"))
        readings = _readings(values)
        return cls(
            id=object_id(data, "device_id", "id"),
            home_id=_reference(data, "home"),
            name=text(data.get("description")) or text(data.get("device_name")),
            mac=text(data.get("device_mac")),
            active=flag(data.get("active")) is not False,
            offline=flag(data.get("offline")) is True or flag(data.get("online")) is False,
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
            readings=MappingProxyType(readings),
            unreadable=sum(_has_value(raw) for name, raw in values.items() if name not in readings),
        )

    @property
    def is_summary(self) -> bool:
        """Return whether there are no readings, as in a list that has only names."""
        return not self.readings


def _readings(values: JsonObject) -> dict[str, Reading]:
    readings = {}
    for name, raw in values.items():
        data = raw if isinstance(raw, dict) else {"value": raw}
        value = quantity(data.get("value"), data.get("unit"))
        if value is not None and name == text(name):
            readings[name] = Reading(value, moment(data.get("time")))
    return readings


def _has_value(raw: Json) -> bool:
    """Return whether a reading that cannot be parsed has a value, perhaps under another name."""
    return raw is not None if not isinstance(raw, dict) else raw.get("value", raw) is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """A home (API notes 4.1).

    `alarm_status`: off, on, on_grace_period, off_grace_period, critical_event, or an unknown value;
    None if the home has no alarm. `timezone`: Olson name. `noise_monitoring`: None if Minut does
    not report it. `alarm_options`: see `Alarm`. `members`: names by user id.
    """

    id: str
    name: str | None = None
    timezone: str | None = None
    alarm_status: str | None = None
    noise_monitoring: bool | None = None
    grace_period_expires_at: datetime | None = None
    alarm_options: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))
    members: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def from_json(cls, data: JsonObject) -> Self:
        """Parse an element of `GET /homes`, or `GET /homes/{id}`."""
        data = unwrap(data, "home")
        alarm = Alarm.from_json(data)
        return cls(
            id=object_id(data, "home_id", "id"),
            name=text(data.get("name")),
            timezone=text(data.get("timezone")),
            alarm_status=alarm.status,
            noise_monitoring=flag(data.get("disturbance_monitoring_active")),
            grace_period_expires_at=alarm.grace_period_expires_at,
            alarm_options=alarm.options,
            members=MappingProxyType(
                {
                    user.id: user.name
                    for user in parse_each(data.get("members"), User.from_json)
                    if user.name
                }
            ),
        )

    @property
    def is_summary(self) -> bool:
        """Return whether there is no alarm, as in a list that has only names."""
        return self.alarm_status is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """An event of a delivery (API notes 6.3) or of a list (API notes 7).

    `type`: home events have names of their own (API notes 7.1). `value`, `threshold`: in the unit
    of the reading that crossed a limit. `has_zone`: whether `created_at` is certainly in UTC.
    `digest`: of the body of its delivery.
    """

    id: str | None
    type: str
    created_at: datetime | None = None
    has_zone: bool = True
    user_id: str | None = None
    home_id: str | None = None
    device_id: str | None = None
    value: float | None = None
    threshold: float | None = None
    digest: str | None = field(default=None, repr=False)

    @property
    def key(self) -> str | None:
        """Return what identifies the event in all deliveries: its id, else the digest."""
        return self.id or self.digest

    def as_json(self) -> dict[str, Json]:
        """Return the event as in a delivery, without members that are None."""
        members: dict[str, Json] = {
            "id": self.id,
            "type": self.type,
            "created_at": written(self.created_at),
            "user_id": self.user_id,
            "home_id": self.home_id,
            "device_id": self.device_id,
            "sensor_value": self.value,
            "sensor_threshold": self.threshold,
        }
        return {name: value for name, value in members.items() if value is not None}

    @classmethod
    def from_json(cls, data: JsonObject) -> Self:
        """Parse the `event` of a delivery, or an element of a list of events."""
        if (kind := text(data.get("type")) or text(data.get("event_type"))) is None:
            raise ValueError("no type")
        created_at = data.get("created_at") or data.get("event_time")
        if kind not in EVENT_TYPES:  # drafts of the API had prefixes (API notes 8)
            last = re.split("[:.]", kind)[-1].lower().replace("-", "_")
            kind = last if last in EVENT_TYPES else kind
        return cls(
            id=text(data.get("id")) or text(data.get("event_id")),
            type=kind,
            created_at=moment(created_at),
            has_zone=has_zone(created_at),
            user_id=_reference(data, "user"),
            home_id=_reference(data, "home"),
            device_id=_reference(data, "device"),
            value=quantity(data.get("sensor_value"), data.get("unit")),
            threshold=quantity(data.get("sensor_threshold"), data.get("unit")),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Hook:
    """A webhook at Minut (API notes 6). `secret`: only returned when it is created."""

    id: str
    url: str | None = None
    events: frozenset[str] = frozenset()
    secret: str | None = field(default=None, repr=False)

    @classmethod
    def from_json(cls, data: JsonObject) -> Self:
        """Parse the answer to `POST /webhooks`, or an element of `GET /webhooks`."""
        data = unwrap(data, "hook")
        return cls(
            id=object_id(data, "hook_id", "id"),
            url=text(data.get("url")),
            events=frozenset(filter(None, map(text, items(data.get("events"))))),
            secret=text(data.get("hook_secret")),
        )
