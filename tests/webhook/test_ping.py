"""The sample event shows whether deliveries arrive."""

import asyncio
from datetime import timedelta

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.point.minut.client import MinutClient

from ..helpers.deliveries import lose_everything
from ..helpers.house import House
from .push_helpers import is_raised, push


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


async def test_unloading_ends_the_wait_for_a_sample(linked: House) -> None:
    linked.simulator.switches.lose_deliveries = True
    answer = await linked.entry.runtime_data.webhook.async_ping()
    await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    assert await answer is False
