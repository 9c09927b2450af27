"""Writes the tables of docs/events.md: what each event type means, and its name."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
import json
from pathlib import Path

from custom_components.point.const import DOMAIN
from custom_components.point.minut.event_types import (
    DURATIONS,
    EVENT_TYPES,
    AlarmEffect,
    EventType,
    Lasting,
)
from custom_components.point.state.presence_rules import PresenceEvent
from custom_components.point.state.stays import StayEvent

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "events.md"
TEXTS = ROOT / "custom_components" / DOMAIN / "translations" / "en.json"

SENSORS: Mapping[Lasting, tuple[str, str, str]] = {
    Lasting.BATTERY_LOW: ("battery", "on", "off"),
    Lasting.COLD: ("cold", "on", "off"),
    Lasting.DRY: ("dry", "on", "off"),
    Lasting.HEAT: ("heat", "on", "off"),
    Lasting.HUMID: ("moisture", "on", "off"),
    Lasting.OFFLINE: ("connectivity", "off", "on"),
}
"""The binary sensor of a condition, and what it is while the condition lasts and afterwards."""


def length(duration: timedelta) -> str:
    """Return a duration in words."""
    seconds = round(duration.total_seconds())
    return f"{seconds} seconds" if seconds <= 60 else f"{seconds // 60} minutes"


def effects(kind: EventType) -> Iterator[str]:
    """Yield what an event does, in words."""
    if kind.starts:
        yield f"`{kind.starts}` on, for {length(DURATIONS[kind.starts])}"
    if kind.stops:
        yield f"`{kind.stops}` off"
    if kind.opens:
        key, state, _ = SENSORS[kind.opens]
        yield f"`{key}` {state}"
    if kind.closes:
        key, _, state = SENSORS[kind.closes]
        yield f"`{key}` {state}"
    if kind.reading:
        key = "sound_pressure" if kind.reading == "sound" else kind.reading
        yield f"the value goes to `{key}`"
    if kind.disturbance:
        noise = "on" if kind.disturbance.endswith("notice") else "off"
        yield f"`disturbance` *{kind.disturbance}*, `noise` {noise}"
    if kind.noise is not None:
        yield f"`noise` {'on' if kind.noise else 'off'}"
    match kind.alarm:
        case AlarmEffect.TRIGGERED:
            yield "the panel *triggered*"
        case AlarmEffect.SILENCED:
            yield "the panel is read again"


def table(rows: Mapping[str, str]) -> str:
    """Return a table of types, their names, and what they do."""
    texts = json.loads(TEXTS.read_text("utf-8"))["entity"]["event"]["activity"]
    names = texts["state_attributes"]["event_type"]["state"]
    head = ["| type | shown as | does |", "|---|---|---|"]
    return "\n".join(
        [*head, *(f"| `{key}` | {names[key]} | {does} |" for key, does in rows.items())]
    )


def tables() -> Mapping[str, str]:
    """Return the tables by the names of their places on the page."""
    of_home = {
        key
        for key, kind in EVENT_TYPES.items()
        if kind.alarm or kind.disturbance or kind.noise is not None
    }
    does = {key: "; ".join(effects(kind)) or "the event only" for key, kind in EVENT_TYPES.items()}
    stays: dict[str, str] = {
        StayEvent.STARTED: "`occupied` on",
        StayEvent.ENDED: "`occupied` off",
        **dict.fromkeys(PresenceEvent, "`status`, in homes with [settings](presence.md)"),
    }
    of_homes = {key: text for key, text in does.items() if key in of_home} | {
        str(key): text for key, text in stays.items()
    }
    of_points = {key: text for key, text in does.items() if key not in of_home}
    return {"Point": table(of_points), "home": table(of_homes)}


def page(before: str) -> str:
    """Return the page with its tables updated."""
    for name, rows in tables().items():
        mark = f"<!-- events of a {name}: written by scripts/events-page -->\n"
        text, _, rest = before.partition(mark)
        _, end, after = rest.partition("<!-- end -->")
        before = f"{text}{mark}{rows}\n{end}{after}"
    return before


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
