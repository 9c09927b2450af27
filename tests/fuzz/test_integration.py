"""The whole integration over real sockets: no input causes an exception in the log."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
import json
from logging import WARNING
from random import Random
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Event
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.json import json_bytes
import pytest
import voluptuous as vol

from custom_components.point.const import DOMAIN
from custom_components.point.services import ACTIONS, Action
from tests.helpers.deliveries import WEBHOOK_ID, delivery, post
from tests.helpers.house import House

from .anything import LEAVES, TIMES, Json, spoilt, written
from .cloud import ANSWERS, HOME, POINT, WORDS

pytestmark = pytest.mark.homes(2)

STATUSES: Final = (200, 200, 200, 204, 301, 307, 400, 403, 404, 429, 500, 503)
TRACES: Final = ("Traceback", "Error handling", "Unexpected", "Unhandled", "never retrieved")


@pytest.fixture(autouse=True)
def _nothing_escapes(caplog: pytest.LogCaptureFixture) -> Any:
    """Check the log after the test."""
    yield
    for when in ("setup", "call"):
        records = [
            record
            for record in caplog.get_records(when)
            if record.levelno >= WARNING
            and (record.exc_info or any(trace in record.getMessage() for trace in TRACES))
        ]
        assert [record.getMessage()[:300] for record in records] == []


def rounds(count: int) -> list[Random]:
    return [Random(seed) for seed in range(max(1, int(count * TIMES)))]


def for_house(answer: Json, house: House) -> Json:
    """Insert the ids of the first Point and its home into an answer."""
    return written(answer).replace(POINT, house.point).replace(HOME, house.home)


def shown(house: House) -> list[str]:
    return [state.state for state in house.hass.states.async_all()]


def assert_sound(house: House) -> None:
    assert house.entry.state is ConfigEntryState.LOADED
    assert not {"nan", "inf", "-inf"} & set(shown(house))
    assert all(len(state) <= 255 and state.isprintable() for state in shown(house))
    for state in house.hass.states.async_all():
        json_bytes(state.as_dict())


async def test_answers_of_any_shape(linked: House) -> None:
    """Homes, Points and events differ from the expected at each poll and start."""
    for chance in rounds(25):
        for path, answer in ANSWERS.items():
            odd = spoilt(answer, chance, WORDS)
            linked.simulator.faults.add(
                method="GET",
                path="/" + path.replace(POINT, "*").replace(HOME, "*"),
                status=chance.choice(STATUSES),
                body=for_house(odd, linked),
                content_type="application/json",
                headers={"Location": "http://192.0.2.1/", "Retry-After": "1"},
                times=2,
            )
        await linked.simulator.emit("roof_opened", home=linked.home)
        await linked.simulator.emit("humidity_dropped_normal", device=linked.point)
        await linked.advance(minutes=61)
        if linked.entry.state is ConfigEntryState.LOADED:
            assert_sound(linked)
        linked.simulator.faults.clear()
        for flow in linked.hass.config_entries.flow.async_progress_by_handler(DOMAIN):
            linked.hass.config_entries.flow.async_abort(flow["flow_id"])
    for minutes in (6, 61, 61):
        await linked.advance(minutes=minutes)
    assert_sound(linked)
    told = linked.devices[0].latest["temperature"][1]
    assert linked.state("sensor.temperature") == str(told)


async def test_deliveries_of_any_shape(linked: House, received: list[Event]) -> None:
    usual = json.loads(json.dumps(delivery(linked)))
    for number, chance in enumerate(rounds(60)):
        event = spoilt({**usual["event"], "id": f"{number}"}, chance, (*WORDS, linked.point))
        body = written({**usual, "event": event}).encode()
        await post(linked, body)
        name = chance.choice(("Content-Type", "X-Minut-Signature", "Authorization"))
        headers = {name: chance.choice(("text/html", "\u00ff", "a/b; charset=x", "Bearer ", "=="))}
        await linked.browser.post(f"/api/webhook/{WEBHOOK_ID}", data=body, headers=headers)
    await linked.settle()
    assert_sound(linked)
    for fired in received:
        json_bytes(fired.as_dict())
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    assert linked.state("binary_sensor.button_press") == "on"


INPUT: Final[Mapping[str, tuple[Any, ...]]] = {
    "start": ("2026-11-19", "2026-11-19 12:00:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59"),
    "end": ("2026-11-20 12:00:00", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"),
    "check_in": ("2026-12-01", "2026-12-01T15:00:00", "0001-01-01", "9999-12-31"),
    "check_out": ("2026-12-03", None, "9999-12-31", "9999-12-31T23:59:59-12:00"),
    "kind": ("temperature", "motion_events"),
    "resolution": (3600, {"minutes": 15}, "01:00:00", 1e300),
    "name": ("Kim", "<b>Kim</b>", "x" * 5000, "{{ 1 / 0 }}"),
    "stay_id": ("../..", "5f0a1", "a?b=c", ""),
    "event_type": (["a,b"], "*", []),
    "quiet_hours": (True, "on"),
    "quiet_hours_start": ("22:00", "07:00:00"),
    "extra": ({}, {"a": 1}, {"a": float("nan")}, {"a": 2**70}, {"\ud800": "\ud800"}),
    "email": ("kim@example.org", None),
}
LIMITS: Final = (20, "nan", float("nan"), "inf", float("-inf"), None, 1e300, "20.5", -20, 50)


def input_of(action: Action, chance: Random, devices: list[str]) -> dict[str, Any]:
    """Return input for an action, mostly of the right type."""
    fields = [str(field) for field in _fields(action.schema)]
    data: dict[str, Any] = {}
    for field in fields:
        dice = chance.random()
        if field == "device_id":
            usual: tuple[Any, ...] = (*devices, devices, "no such device")
        else:
            usual = INPUT.get(field, LIMITS)
        if dice < 0.75:
            data[field] = chance.choice(usual)
        elif dice < 0.85:
            data[field] = chance.choice(LEAVES)
    return data


def _fields(schema: Any) -> list[object]:
    while not isinstance(schema, dict):
        schema = getattr(schema, "schema", None) or schema.validators[0]
    return list(schema)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
async def test_action_input_of_any_shape(house: House, action: Action) -> None:
    await house.link(options={"stays": True})
    devices = [
        device.id
        for key in (house.point, house.home)
        if (device := house.ha_device(key)) is not None
    ]
    done = 0
    for chance in rounds(60):
        with suppress(HomeAssistantError, vol.Invalid):
            answer = await house.hass.services.async_call(
                DOMAIN,
                action.name,
                input_of(action, chance, devices),
                blocking=True,
                return_response=action.supports_response != "none" or None or False,
            )
            done += 1
            json_bytes(answer)
    await house.settle()
    assert_sound(house)
    bodies = [request.body for request in house.simulator.requests if request.method != "GET"]
    assert not [body for body in bodies if "NaN" in str(body) or "Infinity" in str(body)]


QUERIES: Final = (
    *("code", "state", "error", "error_description", "flow_id", "redirect_uri"),
    *("entry_id", "next", ""),
)


async def test_callbacks_of_any_shape(linked: House) -> None:
    values = [str(leaf) for leaf in LEAVES if isinstance(leaf, str) and "\ud800" not in leaf]
    for chance in rounds(60):
        pairs = [
            (chance.choice(QUERIES), chance.choice(values)[:2000])
            for _ in range(chance.randrange(5))
        ]
        response = await linked.browser.get("/api/minut", params=pairs, allow_redirects=False)
        assert response.status == 400
        assert "location" not in response.headers
        page = await response.text()
        assert "alert(1)" not in page
        # Home Assistant itself turns some away.
        assert "<p>This page completes a sign-in at Minut" in page or page == "400: Bad Request"
    assert linked.hass.config_entries.flow.async_progress() == []


ENTRY_KEYS: Final = (
    "hook_id",
    "hook_url",
    "hook_secret",
    "hook_token",
    "hook_scheme",
    "hook_way",
    "hooks_of_copies",
    "former_hooks",
)


@pytest.mark.parametrize("key", ENTRY_KEYS)
async def test_entry_data_of_any_content(linked: House, received: list[Event], key: str) -> None:
    """A new webhook repairs the entry, and the next event arrives."""
    odd_values: tuple[object, ...] = (
        None,
        5,
        1.5,
        True,
        "",
        "../..?a=b",
        [],
        ["../.."],
        [1],
        {},
        {"a": 1},
    )
    if key == "hook_secret":
        odd_values = odd_values[1:4]  # Minut may give none, and another text may be right
    for number, value in enumerate(odd_values):
        data = {**linked.entry.data, key: value}
        linked.hass.config_entries.async_update_entry(linked.entry, data=data)
        await linked.hass.config_entries.async_reload(linked.entry.entry_id)
        await linked.settle()
        assert linked.entry.state is ConfigEntryState.LOADED
        await linked.advance(minutes=10)
        await linked.simulator.press_button(linked.point)
        await linked.settle()
        pressed = [event.data["event"]["type"] for event in received].count("short_button_press")
        assert pressed == number + 1, value


STORED: Final[tuple[Json, ...]] = (
    None,
    [],
    5,
    "text",
    {"version": 1},
    {"version": "1", "data": {}},
    {"data": 5},
)


@pytest.mark.parametrize("content", [*STORED, {"version": 1, "minor_version": 1, "data": []}])
async def test_a_state_file_of_any_content(
    linked: House, hass_storage: dict[str, Any], content: Any
) -> None:
    await linked.stop()
    hass_storage[f"{DOMAIN}.{linked.entry.entry_id}"] = content
    await linked.start()
    await linked.simulator.press_button(linked.point)
    await linked.advance(seconds=timedelta(minutes=1).total_seconds())
    assert_sound(linked)
