"""The state of an account at noon: two homes with two Points each, quiet and armed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

from custom_components.point.minut.event_types import Lasting, Momentary
from custom_components.point.minut.models import Device, Event, Home, Reading
from custom_components.point.state.account import AccountState
from custom_components.point.state.change import Change

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HEARD = NOON - timedelta(minutes=30)
DEVICES = {"p1": "h1", "p2": "h1", "p3": "h2", "p4": "h2"}
HOMES = ("h1", "h2")


def after(seconds: float = 0, *, minutes: float = 0, hours: float = 0) -> datetime:
    """Return a time after noon."""
    return NOON + timedelta(seconds=seconds, minutes=minutes, hours=hours)


def home(home_id: str = "h1", **told: Any) -> Home:
    """Return a home as a poll returns it."""
    return replace(Home(id=home_id, name=home_id, alarm_status="on"), **told)


def device(device_id: str = "p1", **told: Any) -> Device:
    """Return a Point as a poll returns it."""
    return replace(
        Device(
            id=device_id,
            home_id=DEVICES.get(device_id),
            battery_percent=80.0,
            last_heard_from_at=HEARD,
            next_heartbeat_at=HEARD + timedelta(hours=1),
            readings={
                "temperature": Reading(20.0, HEARD),
                "humidity": Reading(45.0, HEARD),
                "sound": Reading(38.0, HEARD),
            },
        ),
        **told,
    )


def event(event_type: str, at: datetime | None = NOON, **told: Any) -> Event:
    """Return an event, of the first Point by default."""
    if not told.keys() & {"device_id", "home_id"}:
        told["device_id"] = "p1"
    return Event(**{"id": None, "type": event_type, "created_at": at, **told})


def account() -> AccountState:
    """Return the account after its first poll, a minute before noon."""
    state = AccountState()
    state.merge_homes([home(home_id) for home_id in HOMES], after(minutes=-1))
    state.merge_devices([device(device_id) for device_id in DEVICES], after(minutes=-1))
    state.confirm(after(minutes=-1))
    return state


def happen(state: AccountState, event_type: str, at: datetime | None = NOON, **told: Any) -> Change:
    """Apply an event at the moment it happens."""
    return state.apply(event(event_type, at, **told), at or NOON)


def shown(state: AccountState, now: datetime) -> dict[str, object]:
    """Return all values that entities may show, by "<id> <what>"."""
    found: dict[str, object] = {}
    for key, known_home in state.homes.items():
        found[f"{key} alarm_status"] = known_home.alarm_status
        found[f"{key} noise"] = known_home.disturbance.noise
    for key, known in state.devices.items():
        found |= {f"{key} {kind}": known.momentary.is_on(kind, now) for kind in Momentary}
        found |= {
            f"{key} {kind}": known.is_lasting(kind)
            for kind in Lasting
            if kind not in {Lasting.BATTERY_LOW, Lasting.OFFLINE}
        }
        for what in ("online", "battery_low", "light", "noise"):
            found[f"{key} {what}"] = getattr(known, what)
        for reading in ("temperature", "humidity", "sound", "part_als"):
            found[f"{key} {reading}_level"] = known.reading(reading)
    return found


def differences(before: dict[str, object], now: dict[str, object]) -> dict[str, object]:
    """Return the values that have changed."""
    assert before.keys() == now.keys()
    return {what: value for what, value in now.items() if value != before[what]}


@dataclass(frozen=True, kw_only=True)
class Poll:
    """An answer of the cloud to a request sent at `asked_at`."""

    asked_at: datetime
    home: Home | None = None
    device: Device | None = None


def in_any_order(steps: Iterable[Poll | Event], look: Callable[[AccountState], object]) -> object:
    """Return what `look` returns, which must be the same for every order of the steps.

    Answers arrive in the order of their requests, events in any order. Everything has happened
    before the first of them arrives.
    """
    seen = []
    for order in permutations(steps):
        asked = [step.asked_at for step in order if isinstance(step, Poll)]
        if asked != sorted(asked):
            continue
        state = account()
        for step in order:
            match step:
                case Event():
                    assert step.created_at is not None
                    state.apply(step, max(step.created_at, after(minutes=1)))
                case Poll(home=Home() as read, asked_at=asked_at):
                    state.merge_home(read, asked_at)
                case Poll(device=Device() as read, asked_at=asked_at):
                    state.merge_device(read, asked_at)
        seen.append((look(state), order))
    expected = seen[0][0]
    assert not [order for found, order in seen if found != expected]
    return expected
