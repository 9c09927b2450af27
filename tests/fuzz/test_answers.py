"""Answers of any shape, from each endpoint, through the real client and the account's state."""

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import datetime, time, timedelta
import math
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from hypothesis import example, given, strategies as st
import orjson
import pytest

from custom_components.point.minut.alarm import ALARM_WAYS
from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.event_types import Lasting, Momentary
from custom_components.point.minut.exceptions import MinutError
from custom_components.point.minut.guests import read_stays
from custom_components.point.minut.models import Device
from custom_components.point.minut.series import Series, SeriesName, completed, hours
from custom_components.point.minut.thresholds import (
    RANGES,
    InvalidThresholdsError,
    Setting,
    update_body,
)
from custom_components.point.polling.schedule import PollSchedule
from custom_components.point.state.account import AccountState
from custom_components.point.state.stays import HomeStays

from .anything import DEEP, Json, any_json, examples, odd, written
from .cloud import ANSWERS, DAY, DEVICE, HOME, NOW, POINT, WORDS, Network, odd_answers

ZONES: Final = ("Europe/Stockholm", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC")

type Run = Callable[[Coroutine[Any, Any, Any]], Any]
type Ask = Callable[[MinutClient], Awaitable[object]]

ENDPOINTS: Final[dict[str, tuple[str, Ask]]] = {
    "me": ("users/me", lambda client: client.me()),
    "devices": ("devices", lambda client: client.devices()),
    "device": (f"devices/{POINT}", lambda client: client.device(POINT)),
    "homes": ("homes", lambda client: client.homes()),
    "home": (f"homes/{HOME}", lambda client: client.home(HOME)),
    "events": ("events", lambda client: client.events(start_at=NOW)),
    "home_events": (f"homes/{HOME}/events", lambda client: client.home_events(HOME, start_at=NOW)),
    "guests": (f"homes/{HOME}/guests", lambda client: client.guests(HOME)),
    "create_guest": (f"homes/{HOME}/guests", lambda client: client.create_guest(HOME, {})),
    "hooks": ("webhooks", lambda client: client.hooks()),
    "create_hook": ("webhooks", lambda client: client.create_hook("https://a", token="t")),
    "series": (
        f"devices/{POINT}/temperature",
        lambda client: client.series(
            POINT,
            SeriesName.TEMPERATURE,
            start_at=NOW - DAY,
            end_at=NOW,
            resolution=timedelta(hours=1),
        ),
    ),
    "command_home": (
        f"homes/{HOME}",
        lambda client: client.command_home(HOME, ALARM_WAYS["patch"], {"alarm_status": "on"}),
    ),
    "update_device": (f"devices/{POINT}", lambda client: client.update_device(POINT, {})),
    "delete_hook": ("webhooks", lambda client: client.delete_hook("5f0b1")),
    "ping_hook": ("webhooks", lambda client: client.ping_hook("5f0b1")),
}


async def answered(client: MinutClient, ask: Ask) -> object:
    """Return the answer of an endpoint; None if it raised a MinutError."""
    try:
        return await ask(client)
    except MinutError:
        return None


def is_sound(shown: object) -> bool:
    """Return whether Home Assistant can show, store and send a value."""
    match shown:
        case bool() | None:
            return True
        case int() | float():
            return math.isfinite(shown) and abs(shown) <= 10**12
        case datetime():
            return shown.tzinfo is not None and 1970 <= shown.year < 3000
        case str():
            return len(shown) <= 255 and "\n" not in shown and bool(shown.encode())
        case _:
            return False


def shown_of(state: AccountState) -> list[object]:
    """Return all values that entities show."""
    shown: list[object] = []
    for home in state.homes.values():
        shown += [home.polled.name, home.alarm_status, home.grace_period_ends, home.changed_by]
        shown += [home.disturbance.stage, home.disturbance.noise, home.polled.noise_monitoring]
        shown += home.polled.members.values()
    for device in state.devices.values():
        told = device.polled
        shown += [device.reading(name) for name in told.readings]
        shown += [*told.readings, *told.ongoing_events]
        shown += [device.online, device.battery_low, device.light, device.noise]
        shown += [device.mount_status, told.name, told.firmware, told.hardware_version]
        shown += [told.battery_percent, told.mould_risk, told.charge_status, told.mac]
        shown += [told.last_heard_from_at, told.next_heartbeat_at]
        shown += [device.momentary.last(kind) for kind in Momentary]
        shown += [device.momentary.is_on(kind, NOW) for kind in Momentary]
        shown += [device.is_lasting(kind) for kind in Lasting if kind in _POLLED]
    return shown


_POLLED: Final = {Lasting(kind) for kind in Lasting} - {Lasting.BATTERY_LOW, Lasting.OFFLINE}


def stored(state: AccountState) -> Json:
    """Return an account restored from its store."""
    read: Json = orjson.loads(orjson.dumps(state.dump(), option=orjson.OPT_NON_STR_KEYS))
    return read


def assert_sound(state: AccountState) -> None:
    """Check what entities show and what is stored."""
    assert [shown for shown in shown_of(state) if not is_sound(shown)] == []
    stored(state)


# What stands in the headers of refusals: when to try again, by which clock.
DATES: Final = (
    *("120", "-1", "1e3", "9" * 400, "٣", "²", "0x10", "Fri, 20 Nov 2026 12:01:30 GMT"),
    *("Fri, 20 Nov 99999999999999999999 12:01:30 GMT", "Fri, 20 Nov 0000 12:01:30 GMT"),
    *("Fri, 20 Nov 2026 12:01:30 +999999999", "Fri, 20 Nov 9999 23:59:59 -2359", "20 Nov", ","),
)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_any_status_header_and_body_is_an_answer_or_an_error(run: Run, name: str) -> None:
    _, ask = ENDPOINTS[name]
    json_bodies = any_json("devices", "homes", "events", "values").map(as_body)

    @examples(80)
    @given(
        status=st.sampled_from([200, 200, 200, 204, 206, 301, 307, 403, 404, 418, 429, 500, 599]),
        body=st.one_of(st.binary(max_size=40), json_bodies),
        header=st.one_of(st.text(max_size=20), st.sampled_from(DATES)),
    )
    @example(status=503, body=b"", header="Fri, 20 Nov 99999999999999999999 12:01:30 GMT")
    @example(status=200, body=b"[" * 100_000, header="")
    def check(status: int, body: bytes, header: str) -> None:
        network = Network(body, status=status, headers={"Retry-After": header, "Date": header})
        run(answered(network.client(), ask))

    check()


@pytest.mark.parametrize("name", ENDPOINTS)
def test_answers_that_are_nearly_right_break_nothing(run: Run, name: str) -> None:
    path, ask = ENDPOINTS[name]

    @examples(100)
    @given(odd_answers(path))
    def check(answer: Json) -> None:
        run(answered(Network(as_body(answer)).client(), ask))

    check()


@examples(150)
@given(
    homes=odd_answers("homes"),
    devices=st.tuples(odd_answers("devices"), odd_answers("devices")),
    events=odd_answers("events"),
    delay=st.timedeltas(timedelta(0), timedelta(minutes=10)),
)
def test_an_account_of_odd_answers_shows_nothing_wrong(
    run: Run,
    homes: Json,
    devices: tuple[Json, Json],
    events: Json,
    delay: timedelta,
) -> None:
    state, timetable = AccountState(), PollSchedule()
    for number, listed in enumerate(devices):
        now = NOW + number * DAY
        if (found := ask(run, homes, MinutClient.homes)) is not None:
            state.merge_homes(found.items, now, is_complete=found.is_complete)
            timetable.note_homes(state, now)
        if (found := ask(run, listed, MinutClient.devices)) is not None:
            state.merge_devices(found.items, now, is_complete=found.is_complete)
            timetable.note_devices(state, now)
        assert timedelta(0) < timetable.after_success(now) <= DAY
        if (page := ask(run, events, lambda client: client.events(start_at=NOW))) is not None:
            for event in page.items:
                state.interrupt(event, now + delay)
                state.apply(event, now + delay, is_delivered=bool(number))
            state.settle_noise(HOME, page.items, now + delay)
        state.confirm(now)
        state.end_expired(now)
        assert_sound(state)
    again = AccountState()
    again.load(stored(state))
    for device in state.devices.values():
        again.merge_device(device.polled, NOW)
    assert_sound(again)


def test_what_a_point_shows_stays_finite_in_other_units(run: Run) -> None:
    readings: Json = {name: {"value": 1e308} for name in ("temperature", "pressure")}
    device: Device = ask(
        run,
        {"device_id": POINT, "latest_sensor_values": readings},
        lambda client: client.device(POINT),
    )
    assert not device.readings


@examples(200)
@given(
    device=odd(DEVICE, *WORDS),
    wishes=st.dictionaries(
        st.sampled_from([setting for setting in Setting if setting in RANGES]),
        st.one_of(st.none(), st.floats(5, 15)),
        min_size=1,
    ),
    remove_by_null=st.booleans(),
)
def test_limits_that_came_odd_can_be_changed_and_sent_back(
    run: Run, device: Json, wishes: dict[Setting, float | None], *, remove_by_null: bool
) -> None:
    if (found := ask(run, device, lambda client: client.device(POINT))) is None:
        return
    for setting in Setting:
        value = found.thresholds.value(setting)
        assert value is None or isinstance(value, time) or is_sound(value)
        assert not isinstance(value, time) or value.tzinfo is None
        found.thresholds.matches(setting, wishes.get(setting))
    with suppress(InvalidThresholdsError):
        orjson.dumps(update_body(found.thresholds, wishes, remove_by_null=remove_by_null))


@examples(300)
@given(guests=odd_answers(f"homes/{HOME}/guests"), zone=st.sampled_from(ZONES))
def test_guests_that_came_odd_are_stays_or_left_out(run: Run, guests: Json, zone: str) -> None:
    found = ask(run, guests, lambda client: client.guests(HOME))
    if found is None:
        return
    for guest in found:
        orjson.dumps({**guest.data})
    try:
        stays = read_stays(found, ZoneInfo(zone))
    except MinutError:
        return
    known = HomeStays()
    known.merge(stays)
    known.new_events(NOW)
    visits = known.between(NOW - DAY, NOW + DAY)
    assert all(is_sound(visit.start) and is_sound(visit.end) for visit in visits)
    for stay in stays:
        assert all(map(is_sound, (stay.id, stay.check_in, stay.check_out, stay.name)))
    assert known.next_change(NOW) is None or is_sound(known.next_change(NOW))
    orjson.dumps(known.dump())


@examples(400)
@given(st.tuples(*[odd_answers(f"devices/{POINT}/temperature")] * 2))
def test_series_that_came_odd_are_hours_that_can_be_stored(
    run: Run, answers: tuple[Json, Json]
) -> None:
    def series(client: MinutClient) -> Awaitable[Series]:
        hour = timedelta(hours=1)
        return client.series(
            POINT, SeriesName.TEMPERATURE, start_at=NOW - DAY, end_at=NOW, resolution=hour
        )

    found, finer = (ask(run, answer, series) for answer in answers)
    if found is None:
        return
    assert found.resolution > timedelta(0)
    for start, hour in (completed(hours(found), finer) if finer else hours(found)).items():
        assert start.minute == 0
        assert all(map(is_sound, (start, hour.mean, hour.low, hour.high)))
        if hour.low is not None and hour.high is not None:
            assert hour.low <= hour.mean <= hour.high


@pytest.mark.parametrize("name", ["devices", "homes", "events", "home_events", "guests"])
def test_a_list_without_an_end_is_followed_only_so_far(run: Run, name: str) -> None:
    """Each page promises more and repeats the first."""
    path, ask_for = ENDPOINTS[name]
    endless = {**cast("dict[str, Json]", ANSWERS[path]), "paging": {"total_count": 10**9}}
    network = Network(as_body(endless))
    run(answered(network.client(), ask_for))
    assert 1 <= len(network.sent) <= 4


@pytest.mark.parametrize("deep", DEEP)
def test_what_is_nested_too_deep_is_left_out(run: Run, deep: str) -> None:
    """Comparing it, storing it or sending it back would fail."""
    guests = {"guests": [{"id": "5f0a1", "a": deep}]}
    found = ask(run, guests, lambda client: client.guests(HOME))
    assert found is None or orjson.dumps([{**guest.data} for guest in found])
    device = {
        "device_id": POINT,
        "configuration": {"reactions": [deep], "quiet_hours": {"a": deep}},
    }
    first, second = (ask(run, device, lambda client: client.device(POINT)) for _ in range(2))
    assert first == second


def ask(run: Run, answer: Json, question: Ask) -> Any:
    """Return the parsed answer; None if it raised an error."""
    return run(answered(Network(as_body(answer)).client(), question))


def as_body(answer: Json) -> bytes:
    """Write JSON with what parsers accept beyond it: NaN, half characters."""
    return written(answer).encode()
