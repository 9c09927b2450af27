"""What happened in a home or at a Point: events, noise, the loudest moment, stays."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.util.json import JsonObjectType, JsonValueType

from ..errors import translated_errors
from ..minut.event_types import EVENT_TYPES, EventType, Lasting, Momentary
from ..minut.models import Event
from ..minut.rate_limit import Priority
from ..state.noise import LEVEL_NAMES
from ..state.noise_periods import NoisePeriod, noise_periods
from .places import Place
from .readings import SOUND_LEVEL, async_buckets

MAX_EVENTS: Final = 40
"""Maximum number of events that are listed one by one, the newest ones."""
COUNTED_ONLY: Final = frozenset({"pir_motion"})
"""Types of events that are too frequent to be listed."""

NOISE: Final = ("sensor.disturbance", "binary_sensor.noise")
STAYS: Final = ("calendar.stays", "binary_sensor.occupied")
ALL: Final = "event.activity"
"""The entity that shows every event of its home or Point."""

CONDITIONS: Final[Mapping[Lasting, str]] = MappingProxyType(
    {
        Lasting.BATTERY_LOW: "binary_sensor.battery",
        Lasting.COLD: "binary_sensor.cold",
        Lasting.DRY: "binary_sensor.dry",
        Lasting.HEAT: "binary_sensor.heat",
        Lasting.HUMID: "binary_sensor.moisture",
        Lasting.OFFLINE: "binary_sensor.connectivity",
    }
)
"""The entity that shows a lasting condition."""


async def async_look_up_events(
    hass: HomeAssistant, place: Place, period: tuple[datetime, datetime], zone: tzinfo
) -> JsonObjectType:
    """Return what happened in a period, as far as it is exposed. Raises HomeAssistantError."""
    start, end = period
    home = place.home
    if home is None:
        return {"error": "Minut keeps events of homes, and this Point is in none."}
    with translated_errors(hass, place.account.coordinator.config_entry, "look_up"):
        listed = await place.account.client.home_events(
            home.polled.id, start_at=start, end_at=end, priority=Priority.COMMAND
        )
    events = [event for event in listed.items if is_exposed(place, home.polled.id, event)]
    answer: JsonObjectType = {
        "is_complete": listed.is_complete,
        "counts": dict(Counter(event.type for event in events)),
        "events": _newest(place, events, zone),
    }
    if is_noise_exposed(place, home.polled.id):
        noises = noise_periods(listed.items)
        answer["noise"] = {"now": home.disturbance.stage, **_noise(noises, period, zone)}
    if loudest := await _async_loudest(hass, place, period, zone):
        answer["loudest"] = loudest
    if place.is_exposed(home.polled.id, *STAYS):
        answer["stays"] = _stays(place, home.polled.id, period, zone)
    return answer


def is_noise_exposed(place: Place, home_id: str) -> bool:
    """Return whether an entity is exposed that shows the noise of the home."""
    return any(place.is_exposed(key, *NOISE, ALL) for key in (home_id, *place.points))


def is_exposed(place: Place, home_id: str, event: Event) -> bool:
    """Return whether an entity is exposed that shows this event, and the place has it."""
    kind = EVENT_TYPES.get(event.type, EventType())
    if kind.disturbance is not None or kind.noise is not None:
        return is_noise_exposed(place, home_id)
    if kind.alarm is not None:
        return place.is_exposed(home_id, Platform.ALARM_CONTROL_PANEL, ALL)
    if event.device_id is None:
        return place.key == home_id and place.is_exposed(home_id, ALL)
    if event.device_id not in place.points:
        return False
    return place.is_exposed(event.device_id, ALL, *_entities(kind))


def _entities(kind: EventType) -> Iterable[str]:
    """Yield the entities of a Point that show an event."""
    for momentary in filter(None, (kind.starts, kind.stops)):
        yield f"binary_sensor.{momentary}"
    if kind.starts is Momentary.BUTTON_PRESS:
        yield "event.button"
    if kind.starts is Momentary.MOTION:
        yield "sensor.last_motion"
    for lasting in filter(None, (kind.opens, kind.closes)):
        yield CONDITIONS[lasting]
    if kind.reading == SOUND_LEVEL.reading:
        yield SOUND_LEVEL.entity


def _newest(place: Place, events: list[Event], zone: tzinfo) -> list[JsonValueType]:
    coordinator = place.account.coordinator
    timed = [
        (event.created_at, event)
        for event in events
        if event.created_at and event.type not in COUNTED_ONLY
    ]
    found: list[JsonValueType] = []
    for at, event in sorted(timed, key=lambda pair: pair[0])[-MAX_EVENTS:]:
        home = coordinator.data.homes.get(event.home_id or "") or place.home
        kind = EVENT_TYPES.get(event.type)
        entry: JsonObjectType = {
            "time": at.astimezone(zone).isoformat(),
            "type": event.type,
            "point": coordinator.devices.name(event.device_id),
            "value": event.value,
            "limit": event.threshold,
            "person": home.person(event, kind) if home else None,
        }
        found.append({name: value for name, value in entry.items() if value is not None})
    return found


def _noise(
    noises: list[NoisePeriod], period: tuple[datetime, datetime], zone: tzinfo
) -> JsonObjectType:
    """Return the disturbances, the number of each notice, and the longest one."""
    start, end = period
    notices: Counter[int] = Counter()
    for noise in noises:
        notices.update(noise.notices)
    disturbances: list[JsonValueType] = [
        {
            "start": (noise.start or start).astimezone(zone).isoformat(),
            "end": noise.end.astimezone(zone).isoformat() if noise.end else None,
            "minutes": round(noise.duration(start, end).total_seconds() / 60),
            "highest_notice": noise.level or None,
            "began_before_period": noise.start is None,
        }
        for noise in noises
    ]
    longest = max((noise.duration(start, end) for noise in noises), default=None)
    return {
        "disturbances": disturbances,
        "notices": {name: notices[level] for name, level in LEVEL_NAMES.items()},
        "longest_minutes": round(longest.total_seconds() / 60) if longest is not None else 0,
    }


async def _async_loudest(
    hass: HomeAssistant, place: Place, period: tuple[datetime, datetime], zone: tzinfo
) -> JsonObjectType | None:
    """Return the highest sound level of the Points whose sound level is exposed."""
    found = [
        (bucket, point)
        for point in place.points
        if place.is_exposed(point, SOUND_LEVEL.entity)
        for bucket in await async_buckets(hass, place, point, SOUND_LEVEL, period)
    ]
    if not found:
        return None
    bucket, point = max(found, key=lambda pair: pair[0].highest)
    return {
        "sound_level": round(bucket.highest, SOUND_LEVEL.decimals),
        "unit": SOUND_LEVEL.unit,
        "time": bucket.start.astimezone(zone).isoformat(),
        "point": place.account.coordinator.devices.name(point),
    }


def _stays(
    place: Place, home_id: str, period: tuple[datetime, datetime], zone: tzinfo
) -> list[JsonValueType]:
    """Return the stays, with names of guests only if the user's option allows it."""
    shows_names = place.account.stays.shows_names
    return [
        {
            "check_in": visit.start.astimezone(zone).isoformat(),
            "check_out": (
                visit.stay.check_out.astimezone(zone).isoformat() if visit.stay.check_out else None
            ),
            **({"guest": visit.stay.name} if shows_names and visit.stay.name else {}),
        }
        for visit in place.account.stays.of(home_id).between(*period)
    ]
