"""Deliveries prove that they come from Minut, and the hook heals when they no longer do."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

from homeassistant.core import Event
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.point.minut.client import MinutClient
from custom_components.point.state.push import MAX_REFUSALS
from custom_components.point.webhook.handler import WebhookHandler

from ..helpers.deliveries import delivery, lose_everything, post
from ..helpers.house import House
from ..helpers.nabu_casa import NabuCasa

PUSH = "binary_sensor.push"


def is_raised(house: House, issue: str) -> bool:
    issue_id = f"{issue}_{house.entry.entry_id}"
    return ir.async_get(house.hass).async_get_issue("point", issue_id) is not None


def push(house: House) -> str:
    return house.state(PUSH, house.simulator.account.user_id)


# Pinning

SCHEMES: list[tuple[dict[str, str], str]] = [
    ({"delivery_token": "plain", "signature": "sha256"}, "hmac-sha256 x-minut-signature"),
    ({"delivery_token": "plain", "signature_prefix": "sha256="}, "hmac-sha256 x-minut-signature"),
    ({"delivery_token": "none", "signature": "sha256"}, "hmac-sha256 x-minut-signature"),
    ({"delivery_token": "none", "signature": "sha1"}, "hmac-sha1 x-minut-signature"),
    (
        {"delivery_token": "bearer", "signature": "sha1", "signature_prefix": "sha1="},
        "hmac-sha1 x-minut-signature",
    ),
    ({"delivery_token": "plain", "signature": "none"}, "token authorization"),
    ({"delivery_token": "bearer", "signature": "none"}, "token authorization"),
]
"""How the cloud may prove itself, and what that is called."""


async def prove(house: House, settings: dict[str, str]) -> list[int | None]:
    """Link an account of a cloud that proves itself so, and then no longer.

    Returns the answers to a delivery before that, and to one after it.
    """
    switches = house.simulator.switches
    for name, value in settings.items():
        setattr(switches, name, value)
    await house.link()
    await house.simulator.press_button(house.point)
    await house.settle()
    switches.delivery_token = "none"
    switches.signature = "none"
    await house.simulator.motion(house.point)
    await house.settle()
    return [delivery.status for delivery in house.simulator.deliveries]


@pytest.mark.parametrize(("settings", "scheme"), SCHEMES, ids=str)
async def test_the_first_success_pins_its_scheme(
    house: House, received: list[Event], settings: dict[str, str], scheme: str
) -> None:
    """Predecessor's defect 52: nothing was verified."""
    assert await prove(house, settings) == [200, 401]
    assert house.entry.data["hook_scheme"] == scheme
    assert house.state("binary_sensor.button_press") == "on"
    assert house.state("binary_sensor.motion") == "off"
    assert [event.data["event"]["type"] for event in received] == ["ping", "short_button_press"]


@pytest.mark.parametrize(("settings", "scheme"), SCHEMES, ids=str)
async def test_so_it_does_through_home_assistant_cloud(
    house: House, nabu_casa: NabuCasa, settings: dict[str, str], scheme: str
) -> None:
    assert await prove(house, settings) == [200, 401]
    assert house.entry.data["hook_scheme"] == scheme
    assert house.state("binary_sensor.button_press") == "on"
    assert house.state("binary_sensor.motion") == "off"


async def test_until_something_is_proven_what_shows_nothing_is_taken_and_counted(
    house: House,
) -> None:
    """No scheme of Minut's is certain; only Minut knows the address."""
    house.simulator.switches.delivery_token = "none"
    house.simulator.switches.signature = "none"
    await house.link()
    await house.simulator.press_button(house.point)
    await house.settle()
    assert house.state("binary_sensor.button_press") == "on"
    assert "hook_scheme" not in house.entry.data
    assert house.entry.runtime_data.coordinator.push.unverified == 2


async def test_the_pin_survives_a_restart(linked: House) -> None:
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    response = await post(linked, delivery(linked), headers={})
    assert response.status == 401


async def test_a_scheme_that_nobody_knows_is_no_pin(linked: House) -> None:
    """A later version may have written it."""
    data = {**linked.entry.data, "hook_scheme": "ed25519"}
    linked.hass.config_entries.async_update_entry(linked.entry, data=data)
    assert (await post(linked, delivery(linked))).status == 200
    assert linked.entry.data["hook_scheme"] == "hmac-sha256 x-minut-signature"


async def test_a_delivery_that_is_refused_changes_nothing_and_says_nothing(
    linked: House, received: list[Event]
) -> None:
    before = {state.entity_id: state for state in linked.hass.states.async_all()}
    response = await post(linked, delivery(linked), headers={"X-Minut-Signature": "0" * 64})
    assert (response.status, await response.text()) == (401, "")
    assert not received
    assert {state.entity_id: state for state in linked.hass.states.async_all()} == before


# What is lost or changes


@pytest.mark.parametrize("key", ["hook_secret", "hook_token"])
async def test_a_hook_whose_secret_is_lost_is_made_anew(linked: House, key: str) -> None:
    [former] = linked.simulator.hooks
    data = {name: value for name, value in linked.entry.data.items() if name != key}
    linked.hass.config_entries.async_update_entry(linked.entry, data=data)
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    [hook] = linked.simulator.hooks.values()
    assert hook.hook_id != former
    assert linked.entry.data["hook_secret"] == hook.secret


async def refuse(house: House, times: int) -> None:
    """Have so many deliveries refused that name our hook."""
    for _ in range(times):
        assert (await post(house, delivery(house), headers={})).status == 401


async def test_a_changed_scheme_heals_by_a_new_hook(
    linked: House, caplog: pytest.LogCaptureFixture
) -> None:
    [former] = linked.simulator.hooks
    linked.simulator.switches.signature = "sha1"
    await refuse(linked, MAX_REFUSALS - 1)
    assert list(linked.simulator.hooks) == [former]
    linked.simulator.faults.add(method="POST", path="/webhooks", status=503)
    await refuse(linked, 1)
    assert is_raised(linked, "push_unverified")
    assert "no longer prove" in caplog.text
    assert (
        linked.entry.data["hook_scheme"] == "hmac-sha256 x-minut-signature"
    )  # as long as the hook is the old one

    await linked.advance(minutes=1)
    [hook] = linked.simulator.hooks
    assert hook != former
    assert linked.entry.data["hook_scheme"] == "hmac-sha1 x-minut-signature"
    assert not is_raised(linked, "push_unverified")
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    assert linked.state("binary_sensor.button_press") == "on"


async def test_a_renewal_that_fails_is_not_forgotten(linked: House) -> None:
    [former] = linked.simulator.hooks
    linked.simulator.faults.add(method="POST", path="/webhooks", status=503)
    await refuse(linked, MAX_REFUSALS)
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    [hook] = linked.simulator.hooks
    assert hook != former


async def test_push_is_off_while_everything_is_refused(linked: House) -> None:
    await refuse(linked, MAX_REFUSALS)
    assert push(linked) == "on"  # by the sample through the new hook
    await refuse(linked, MAX_REFUSALS)  # it is not made anew a second time
    assert push(linked) == "off"
    assert is_raised(linked, "push_unverified")
    assert linked.state("binary_sensor.motion") == "unavailable"
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    assert push(linked) == "off"
    await linked.simulator.motion(linked.point)
    await linked.settle()
    assert push(linked) == "on"
    assert not is_raised(linked, "push_unverified")


async def test_a_minut_that_gives_up_proving_itself_is_believed_after_a_renewal(
    linked: House,
) -> None:
    linked.simulator.switches.delivery_token = "none"
    linked.simulator.switches.signature = "none"
    await refuse(linked, MAX_REFUSALS)
    assert "hook_scheme" not in linked.entry.data
    assert push(linked) == "on"
    assert not is_raised(linked, "push_unverified")


async def test_an_accepted_delivery_ends_the_row_of_refusals(linked: House) -> None:
    [former] = linked.simulator.hooks
    await refuse(linked, MAX_REFUSALS - 1)
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    await refuse(linked, MAX_REFUSALS - 1)
    assert list(linked.simulator.hooks) == [former]


async def test_a_hook_is_made_anew_once_a_day_at_most(linked: House) -> None:
    """Who knows the address could otherwise keep it changing."""
    await refuse(linked, MAX_REFUSALS)
    [second] = linked.simulator.hooks
    await refuse(linked, 2 * MAX_REFUSALS)
    assert list(linked.simulator.hooks) == [second]
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    await refuse(linked, MAX_REFUSALS)
    assert list(linked.simulator.hooks) == [second]
    await linked.advance(hours=25)
    await refuse(linked, MAX_REFUSALS)
    assert list(linked.simulator.hooks) != [second]


async def test_refusals_that_do_not_name_our_hook_change_nothing(linked: House) -> None:
    before = dict(linked.simulator.hooks)
    for _ in range(MAX_REFUSALS + 1):
        assert (await post(linked, delivery(linked, hook_id="f" * 24))).status == 401
    assert linked.simulator.hooks == before


# The sample event


async def test_the_way_is_tried_after_registration(linked: House) -> None:
    [hook_id] = linked.simulator.hooks
    assert linked.requests("POST", f"/webhooks/{hook_id}/ping") == 1
    assert push(linked) == "on"


async def test_where_minut_sends_no_samples_the_way_is_believed_to_be_open(house: House) -> None:
    house.simulator.switches.webhook_ping = False
    await house.link()
    assert push(house) == "on"


async def test_a_sample_that_does_not_arrive_shows_that_the_way_is_closed(linked: House) -> None:
    linked.simulator.switches.lose_deliveries = True
    await linked.entry.runtime_data.webhook.async_ping()
    assert push(linked) == "on"
    await linked.advance(seconds=31)
    assert push(linked) == "off"
    assert linked.state("binary_sensor.motion") == "unavailable"
    assert is_raised(linked, "push_silent")

    linked.simulator.switches.lose_deliveries = False
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    assert push(linked) == "on"
    assert linked.state("binary_sensor.button_press") == "on"
    assert not is_raised(linked, "push_silent")


async def test_a_sample_says_nothing_before_one_has_ever_arrived(house: House) -> None:
    """Minut may accept a ping and send nothing. An event that is missed says more."""
    house.simulator.use("hook_ping_silent")
    await house.link()
    await house.advance(seconds=31)
    assert push(house) == "on"
    assert not is_raised(house, "push_silent")
    await house.simulator.press_button(house.point)
    await house.settle()
    assert house.state("binary_sensor.button_press") == "on"
    for _ in range(8):
        await house.advance(hours=1)
    assert push(house) == "on"


async def test_an_event_that_is_missed_shows_that_nothing_has_ever_arrived(house: House) -> None:
    await lose_everything(house)
    assert push(house) == "off"
    assert is_raised(house, "push_silent")
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()
    assert push(house) == "off"
    assert is_raised(house, "push_silent")


async def test_a_hook_that_stays_silent_is_made_anew_with_the_daily_check(house: House) -> None:
    await lose_everything(house)
    [former] = house.simulator.hooks
    await house.advance(hours=24)
    house.simulator.switches.lose_deliveries = False
    await house.advance(hours=24)
    assert list(house.simulator.hooks) != [former]
    assert push(house) == "on"


async def test_a_hook_that_somebody_deleted_is_back_within_a_day(linked: House) -> None:
    linked.simulator.hooks.clear()
    await linked.advance(hours=24)
    [hook_id] = linked.simulator.hooks
    assert linked.entry.data["hook_id"] == hook_id


async def test_a_sample_that_minut_has_not_sent_yet_is_not_lost(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()
    ping_hook = MinutClient.ping_hook

    async def wait_and_ping(client: MinutClient, hook_id: str) -> None:
        asked.set()
        await go_on.wait()
        await ping_hook(client, hook_id)

    monkeypatch.setattr(MinutClient, "ping_hook", wait_and_ping)
    entry = house.entry = await house.make_entry()
    await house.hass.config_entries.async_setup(entry.entry_id)
    await asked.wait()
    house.freezer.tick(timedelta(minutes=1))
    async_fire_time_changed(house.hass)
    go_on.set()
    await house.settle()
    assert push(house) == "on"


async def test_the_last_delivery_is_known_over_a_restart(linked: House) -> None:
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    assert linked.entry.runtime_data.coordinator.push.last_delivery_at == linked.simulator.time()


# The button


async def press_test(house: House) -> None:
    entity_id = house.entity_id("button.test_push", house.simulator.account.user_id)
    await house.hass.services.async_call("button", "press", {"entity_id": entity_id}, blocking=True)


async def test_the_button_tries_the_way(linked: House) -> None:
    await press_test(linked)
    await linked.settle()
    assert linked.simulator.deliveries[-1].status == 200


async def test_the_button_says_that_the_sample_was_lost(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked.simulator.switches.lose_deliveries = True
    ask, has_asked = WebhookHandler.async_ping, asyncio.Event()

    async def ask_and_tell(handler: WebhookHandler) -> Awaitable[bool]:
        answer = await ask(handler)
        has_asked.set()
        return answer

    monkeypatch.setattr(WebhookHandler, "async_ping", ask_and_tell)
    press = asyncio.create_task(press_test(linked))
    await has_asked.wait()
    linked.freezer.tick(timedelta(seconds=31))
    async_fire_time_changed(linked.hass)
    with pytest.raises(HomeAssistantError) as raised:
        await press
    assert raised.value.translation_key == "sample_event_lost"
    assert push(linked) == "off"


async def test_the_button_finds_a_hook_that_is_gone_and_makes_it_anew(linked: House) -> None:
    linked.simulator.hooks.clear()
    await press_test(linked)
    assert len(linked.simulator.hooks) == 1
    assert push(linked) == "on"


@pytest.mark.parametrize(
    ("status", "key"),
    [(404, "no_sample_events"), (405, "no_sample_events"), (503, "sample_event_failed")],
)
async def test_the_button_says_that_minut_sent_none(linked: House, status: int, key: str) -> None:
    linked.simulator.faults.add(method="POST", path="/webhooks/*/ping", status=status)
    with pytest.raises(HomeAssistantError) as raised:
        await press_test(linked)
    assert raised.value.translation_key == key
    assert push(linked) == "on"


async def test_the_button_says_that_the_login_has_ended(linked: House) -> None:
    linked.simulator.revoke_tokens()
    with pytest.raises(HomeAssistantError) as raised:
        await press_test(linked)
    assert raised.value.translation_key == "unauthorized"


async def test_the_button_waits_for_a_hook(house: House) -> None:
    house.simulator.faults.add(method="POST", path="/webhooks", status=403, times=None)
    await house.link()
    assert house.state("button.test_push", house.simulator.account.user_id) == "unavailable"


async def test_unloading_ends_the_wait_for_a_sample(linked: House) -> None:
    linked.simulator.switches.lose_deliveries = True
    answer = await linked.entry.runtime_data.webhook.async_ping()
    await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    assert await answer is False
