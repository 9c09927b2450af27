"""Every kind of request meets every fault once; the account is right again without a restart."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.point.const import DOMAIN

from ..helpers.commands import advance
from ..helpers.faults import FAULTS, Mishap
from ..helpers.house import House
from ..helpers.person import Person, anybody, arriving, somebody_with_client  # noqa: F401 # fixtures

pytestmark = [pytest.mark.homes(2), pytest.mark.points(2)]

PATIENCE: Final = 30
"""Seconds: more than the integration has for an answer."""
LOGIN_REFUSED: Final = {"401"}
"""Faults of the token endpoint that only the user can resolve. Error pages are not among them."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of request, and what makes the integration send it."""

    request: str
    cause: Callable[[House], Awaitable[None]]


def other_home(house: House) -> str:
    """Return a home in which nobody moves."""
    return next(home_id for home_id in house.simulator.homes if home_id != house.home)


async def wait_for_homes(house: House) -> None:
    await house.advance(minutes=15)


async def wait_for_devices(house: House) -> None:
    await house.advance(minutes=61)


async def restart(house: House) -> None:
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()


async def something_unknown_happens(house: House) -> None:
    await house.simulator.emit("roof_opened", home=house.home)
    await house.advance(seconds=3)


async def a_limit_is_crossed(house: House) -> None:
    """The event has no value, so the Point is read."""
    await house.advance(minutes=5)
    await house.simulator.emit("humidity_dropped_normal", device=house.point)
    await house.advance(seconds=16)


async def noise_falls_silent(house: House) -> None:
    """Its end is not delivered, so the home's events are read."""
    await house.simulator.emit("disturbance_first_notice", home=house.home)
    await house.settle()
    house.simulator.switches.lose_deliveries = True
    await house.simulator.emit("disturbance_ended", home=house.home)
    house.simulator.switches.lose_deliveries = False
    await house.advance(minutes=61)


async def the_hook_was_lost(house: House) -> None:
    for hook_id in list(house.simulator.hooks):
        house.simulator.webhooks.remove(hook_id)
    await restart(house)


async def an_old_hook_is_left(house: House) -> None:
    address = f"http://127.0.0.1:9/api/webhook/{house.entry.data['webhook_id']}"
    hook = house.simulator.webhooks.register(
        house.simulator.account.user_id, address, ("*",), token="of an earlier time"
    )
    data = {**house.entry.data, "former_hooks": [hook.hook_id]}
    house.hass.config_entries.async_update_entry(house.entry, data=data)
    await restart(house)


async def somebody_arms(house: House) -> None:
    """Commands are confirmed by the clock."""
    command = asyncio.ensure_future(house.call_panel("alarm_arm_away", other_home(house)))
    for _ in range(20):
        if not command.done():
            await advance(house, 5)
    with suppress(HomeAssistantError):
        await command


async def the_token_ends(house: House) -> None:
    house.simulator.expire_tokens()
    await house.advance(minutes=15)


KINDS = {
    "homes": Kind(request="GET /homes", cause=wait_for_homes),
    "homes at the start": Kind(request="GET /homes", cause=restart),
    "devices": Kind(request="GET /devices", cause=wait_for_devices),
    "devices at the start": Kind(request="GET /devices", cause=restart),
    "home": Kind(request="GET /homes/*", cause=something_unknown_happens),
    "device": Kind(request="GET /devices/*", cause=a_limit_is_crossed),
    "events": Kind(request="GET /events", cause=restart),
    "home events": Kind(request="GET /homes/*/events", cause=noise_falls_silent),
    "webhooks": Kind(request="GET /webhooks", cause=restart),
    "new webhook": Kind(request="POST /webhooks", cause=the_hook_was_lost),
    "ping": Kind(request="POST /webhooks/*/ping", cause=the_hook_was_lost),
    "old webhook": Kind(request="DELETE /webhooks/*", cause=an_old_hook_is_left),
    "alarm": Kind(request="PATCH /homes/*/alarm", cause=somebody_arms),
    "token": Kind(request="POST /oauth/token", cause=the_token_ends),
}


async def run_into(mishap: Mishap, house: House, way: Awaitable[None]) -> None:
    """Go a way on which the fault waits; a request that hangs ends in time."""
    with mishap.on_the_way():
        going = asyncio.ensure_future(way)
        while not (mishap.hangs or going.done()):  # noqa: ASYNC110 # sockets have no event
            await asyncio.sleep(0)
        if not going.done():
            house.freezer.tick(PATIENCE)
        await going


async def some_hours_pass(house: House) -> None:
    for minutes in (6, 61, 61):
        await house.advance(minutes=minutes)


async def wrongs(house: House) -> list[str]:
    """Return what is not as it should be."""
    simulator, state = house.simulator, house.state
    found = [f"entry is {house.entry.state}"] * (house.entry.state is not ConfigEntryState.LOADED)
    found += [
        f"flow {flow['context']['source']}"
        for flow in house.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    ]
    for point, device in simulator.devices.items():
        shown, told = state("sensor.temperature", point), device.latest["temperature"][1]
        found += [f"{shown} shown, {told} told"] * (shown != str(told))
        found += ["noise"] * (state("binary_sensor.noise", point) != "off")
    for home_id, home in simulator.homes.items():
        expected = {"off": "disarmed", "on": "armed_away"}[home.alarm_status]
        found += ["panel"] * (house.panel(home_id) != expected)
    await house.call_panel("alarm_disarm", other_home(house))
    found += ["no command"] * (house.panel(other_home(house)) != "disarmed")
    await simulator.motion(house.point)
    await house.settle()
    found += ["no push"] * (state("binary_sensor.motion", house.point) != "on")
    found += [issue for domain, issue in ir.async_get(house.hass).issues if domain == DOMAIN]
    return found


@pytest.fixture
async def linked(house: House) -> House:
    """Return a Home Assistant with one linked account: two homes with a Point each."""
    for device in house.devices[1::2]:
        await house.simulator.remove_device(device.device_id)
    await house.link()
    return house


@pytest.mark.parametrize("kind", KINDS)
async def test_the_account_is_right_again_after_each_fault(linked: House, kind: str) -> None:
    method, _, path = KINDS[kind].request.partition(" ")
    # Else a renewal of which only the answer is lost ends the login.
    linked.simulator.switches.keep_old_refresh_tokens = True
    seen: dict[str, list[str]] = {}
    for name, fault in FAULTS.items():
        if kind == "token" and name in LOGIN_REFUSED:
            continue
        linked.simulator.switches.max_page_size = fault.page_size
        mishap = Mishap(linked.simulator, fault, method, path)
        await run_into(mishap, linked, KINDS[kind].cause(linked))
        assert mishap.hits, f"no request met {name}"
        linked.simulator.faults.clear()
        await some_hours_pass(linked)
        if found := await wrongs(linked):
            seen[name] = found
    assert seen == {}


@pytest.mark.parametrize("name", sorted(LOGIN_REFUSED))
async def test_a_refused_renewal_asks_to_sign_in_and_then_all_is_right(
    linked: House, name: str
) -> None:
    mishap = Mishap(linked.simulator, FAULTS[name], "POST", "/oauth/token")
    await run_into(mishap, linked, the_token_ends(linked))
    (flow,) = linked.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == "reauth"
    token = dict(linked.simulator.issue_token())
    token["expires_at"] = linked.simulator.time().timestamp() + 3600
    linked.hass.config_entries.flow.async_abort(flow["flow_id"])
    linked.hass.config_entries.async_update_entry(
        linked.entry, data={**linked.entry.data, "token": token}
    )
    await restart(linked)  # as the dialog does
    assert await wrongs(linked) == []


# While an account is being linked

REASONS = {
    **dict.fromkeys(FAULTS, "cannot_connect"),
    **dict.fromkeys(("400", "empty object", "empty lists", "null", "a list"), "unexpected_answer"),
    "401": "oauth_unauthorized",
}
"""What the dialog says."""
HARMLESS = {"403", "404", "another content type", "shifting pages"}
"""After 403 and 404 the token names the account."""


async def test_an_account_can_be_linked_after_each_fault(with_client: Person) -> None:
    house, results = with_client.house, []

    async def link() -> None:
        results.append(await with_client.link(await with_client.begin()))

    for name, fault in FAULTS.items():
        mishap = Mishap(house.simulator, fault, "GET", "/users/me")
        await run_into(mishap, house, link())
        assert mishap.hits
        house.simulator.faults.clear()
        if name not in HARMLESS:
            assert results[-1]["type"] == "abort"
            assert results[-1]["reason"] == REASONS[name]
            await link()
        assert results[-1]["type"] == "create_entry"
        assert with_client.entry.state is ConfigEntryState.LOADED
        await house.hass.config_entries.async_remove(with_client.entry.entry_id)
        await house.settle()
