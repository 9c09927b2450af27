"""Every alternative, over real sockets: it is read as usual, or reported to the user.

Which of both is written in the table of docs/minut-api.md. What is read: homes, Points, readings,
alarm, a command, a pushed event, past events. What tells: an entry that is not set up, an error of
a command, a repair, or a finding of the check.
"""

import asyncio
from contextlib import suppress
import re
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.point.auth.implementation import CONF_REQUEST_FORMAT
from custom_components.point.const import DOMAIN
from simulator.backend.alternatives import ALTERNATIVES

from .helpers.commands import advance, call_while, pause
from .helpers.documents import rows
from .helpers.house import House

pytestmark = [
    pytest.mark.homes(2),
    pytest.mark.newest_only("long; what Minut answers is up to Minut"),
    pytest.mark.points(2),
]

SECTIONS = (
    *("16.1 Signing in", "16.2 Lists and pages", "16.3 Objects and values", "16.4 Alarm"),
    *("16.5 Errors and permissions", "16.6 Webhooks", "16.7 Deliveries and events"),
)
TABLE = {
    name: outcome
    for section in SECTIONS
    for names, *_, outcome in rows("minut-api.md", section)
    for name in re.findall(r"`(\w+)`", names)
}
READ, REPORTED = "read", "reported"
SWITCHES: dict[str, dict[str, object]] = {
    "client of a form": {"token_requests": {"form"}},
    "client of HTTP Basic": {"token_requests": {"basic"}},
    "client of JSON": {"token_requests": {"json"}},
    "token in a wrapper": {"token_wrapper": "token"},
    "no lifetime of tokens": {"expires_in_token": False},
    "lifetime of tokens as text": {"expires_in_as_text": True},
    "opaque tokens": {"jwt": False},
    "opaque tokens, no lifetime": {"jwt": False, "expires_in_token": False},
    "no user in the token": {"user_id_in_token": False},
    "refresh tokens stay": {"rotate_refresh_tokens": False},
    "no new refresh token": {"refresh_token_in_token": False, "rotate_refresh_tokens": False},
    "ended token: 400": {"expired_token_status": 400},
    "ended token: 403": {"expired_token_status": 403},
    "unknown Authorization, signed": {"delivery_token": "unknown"},
    "check of the address by GET": {"hook_url_check": "get"},
    "check of the address by POST": {"hook_url_check": "post"},
    "no sample events": {"webhook_ping": False},
    "204 for a deleted hook": {"delete_hook_status": 204},
    "secret in lists of hooks": {"secret_in_hook_lists": True},
    "no events of the account": {"user_events": False},
    "oldest events first": {"newest_first": False},
    "order of events is ignored": {"newest_first": False, "ignore_order": True},
    "home of a Point as object": {"device_home": "object"},
    "home of a Point as home_id": {"device_home": "home_id"},
    "Points of a home as ids": {"home_devices": "ids"},
    "times of homes with milliseconds": {"home_milliseconds": True},
    "times of Points without milliseconds": {"device_milliseconds": False},
    "no battery": {"battery": False},
    "no alarm status": {"alarm_status": False},
    "no ongoing events": {"ongoing_events": False},
    "new words": {"unknown_enum_values": True},
    "grace period in both words": {"grace_period_in": "both"},
    "grace period in the coarse word": {"grace_period_in": "coarse"},
    "no PATCH of the alarm: 400": {"patch_alarm": 400},
    "no PATCH of the alarm: 405": {"patch_alarm": 405},
    "no PATCH, no PUT of the alarm": {"patch_alarm": 404, "put_alarm": 404},
    "no way to arm": {"patch_alarm": 404, "put_alarm": 404, "put_home_alarm": 404},
    "pages of two": {"max_page_size": 2},
    "pages of two, never told": {"max_page_size": 2, "paging_info": False},
    "pages of two by default": {"default_page_size": 2},
    "no Date": {"date": False},
    "no API access": {"refuse_api": True},
    "errors in HTML": {"html_errors": True, "patch_alarm": 404},
    "homes of an organization": {"account_in_organization": True},
}
"""Settings of the simulator that stand for an account that differs in one respect.

How deliveries are sent and proven is in tests/webhook/test_delivery_alternatives.py.
"""
REPORTED_SETTINGS = {
    "no alarm status",
    "no Date",
    "no sample events",
    "new words",
    "no way to arm",
    "no API access",
}
RENEWAL = 3700
"""Seconds after which each token has been renewed."""
PAUSES = 10
"""Pauses that are enough for the requests of the check."""
COMMAND_WAITS = [5] * 20
"""Seconds for which a command may try its ways."""


def test_every_alternative_of_the_simulator_is_in_the_table() -> None:
    assert ALTERNATIVES.keys() <= TABLE.keys()
    assert {outcome.partition(":")[0].strip("*") for outcome in TABLE.values()} == {READ, REPORTED}


async def link(house: House, **switches: object) -> bool:
    """Link the account. Return whether it is set up."""
    house.entry = await house.make_entry()
    for switch, value in switches.items():
        setattr(house.simulator.switches, switch, value)
    if isinstance(formats := switches.get("token_requests"), set):  # found by the sign-in
        token = {**house.entry.data["token"], CONF_REQUEST_FORMAT: next(iter(formats))}
        data = {**house.entry.data, "token": token}
        house.hass.config_entries.async_update_entry(house.entry, data=data)
    await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.advance(seconds=31)  # until a sample that does not arrive is missed
    return house.entry.state is ConfigEntryState.LOADED


async def works(house: House) -> dict[str, object]:
    """Return what can be seen and done."""
    hass, simulator = house.hass, house.simulator
    found: dict[str, object] = {}
    state = house.entry.runtime_data.coordinator.data
    found["homes"], found["points"] = len(state.homes), len(state.devices)
    home, point = next(iter(state.homes), ""), next(iter(state.devices), "")  # as Minut names them
    with suppress(AssertionError):
        shown = float(house.state("sensor.temperature", point))
        found["is_right"] = abs(shown - house.devices[0].latest["temperature"][1]) < 0.2
        found["panel"] = house.panel(home)
        await simulator.press_button(house.point)
        await house.settle()
        found["button"] = house.state("binary_sensor.button_press", point)
        found["command"] = await arm(house, home)
    with suppress(HomeAssistantError):
        device = house.ha_device(home)
        answer: Any = await hass.services.async_call(
            DOMAIN,
            "get_events",
            {"device_id": device.id if device else ""},
            blocking=True,
            return_response=True,
        )
        found["events"] = len(answer["events"])
    return found


async def arm(house: House, home: str) -> str:
    """Arm the home. Return what the panel shows after the exit delay, or `error`."""
    entity_id = house.entity_id("alarm_control_panel.alarm", home)

    async def command() -> None:
        await house.hass.services.async_call(
            "alarm_control_panel", "alarm_arm_away", {ATTR_ENTITY_ID: entity_id}, blocking=True
        )

    if await call_while(house, command(), COMMAND_WAITS):
        return "error"
    await house.advance(seconds=60)
    return house.panel(home)


USUAL: dict[str, object] = {
    "homes": 2,
    "points": 4,
    "is_right": True,
    "panel": "disarmed",
    "button": "on",
    "command": "armed_away",
    "events": 1,
}


async def is_reported(house: House) -> bool:
    """Return whether a repair or the check reports that something is not as usual."""
    issues = ir.async_get(house.hass).issues.values()
    if any(issue.domain == DOMAIN and issue.active for issue in issues):
        return True
    running = asyncio.ensure_future(
        house.hass.services.async_call(DOMAIN, "check", blocking=True, return_response=True)
    )
    for _ in range(PAUSES):
        await pause()
    if not running.done():  # it waits for a sample
        await advance(house, 31)
    answer: Any = await running
    return any(each["result"] != "works" for each in answer["checks"])


async def test_without_an_alternative_all_is_as_usual(house: House) -> None:
    assert await link(house)
    assert await works(house) == USUAL
    assert not await is_reported(house)


@pytest.mark.parametrize("name", ALTERNATIVES)
async def test_an_alternative_is_read_or_reported(house: House, name: str) -> None:
    house.simulator.use(name)
    outcome = TABLE[name].partition(":")[0].strip("*")
    if not await link(house):
        assert outcome == REPORTED  # Home Assistant shows why it is not set up
        return
    found = await works(house)
    if outcome == READ:
        assert found == USUAL
        assert not await is_reported(house)
    else:
        assert found.get("command") == "error" or await is_reported(house)


@pytest.mark.parametrize("name", SWITCHES)
async def test_an_account_that_differs_is_read_or_reported(house: House, name: str) -> None:
    if not await link(house, **SWITCHES[name]):
        assert name in REPORTED_SETTINGS  # Home Assistant shows why it is not set up
        return
    await house.advance(seconds=RENEWAL)
    found = await works(house)
    is_usual = found == USUAL and not await is_reported(house)
    assert is_usual is (name not in REPORTED_SETTINGS), found
    assert is_usual or found.get("command") == "error" or await is_reported(house)
