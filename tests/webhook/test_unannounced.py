"""What a poll shows and no event announced: events are fetched early, the webhook is checked."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from custom_components.point.webhook.missed_events import MissedEvents

from ..helpers.house import House

DAY = 96
"""Quarters of an hour."""


def fetches(house: House) -> int:
    return house.requests("GET", "/events")


def checks(house: House) -> int:
    return house.requests("GET", "/webhooks")


async def lose(house: House) -> None:
    """Take the webhook away, as a copy of this Home Assistant or a person does."""
    await house.advance(minutes=20)  # the deliveries of the start are past
    house.simulator.hooks.clear()


async def trigger_alarm(house: House) -> None:
    """Let somebody come into the armed home."""
    house.homes[0].alarm_status = "on"
    await house.simulator.motion(house.point)
    house.freezer.tick(house.homes[0].entry_delay + timedelta(seconds=1))
    await house.simulator.run_due()


async def warm(house: House) -> None:
    await house.simulator.set_temperature(house.point, 50)


async def fall_silent(house: House) -> None:
    await house.simulator.take_offline(house.point)


BEGINNINGS = {"alarm": trigger_alarm, "heat": warm, "no contact": fall_silent}


@pytest.mark.parametrize("name", BEGINNINGS)
@pytest.mark.homes(2)
async def test_a_webhook_that_is_gone_is_made_again_after_the_poll(
    linked: House, name: str
) -> None:
    await lose(linked)
    await BEGINNINGS[name](linked)
    for _ in range(5):  # a Point is polled after its heartbeat, which is due once an hour
        await linked.advance(minutes=15)
        await linked.advance(minutes=1)
    assert set(linked.simulator.hooks) == {linked.entry.data["hook_id"]}
    assert linked.state("binary_sensor.push", linked.simulator.account.user_id) == "on"
    other = linked.devices[1].device_id
    await linked.simulator.press_button(other)
    await linked.settle()
    assert linked.state("binary_sensor.button_press", other) == "on"


async def test_an_alarm_is_noticed_by_the_next_poll_of_the_homes(linked: House) -> None:
    await lose(linked)
    await trigger_alarm(linked)
    await linked.advance(minutes=15)
    await linked.advance(minutes=1)
    assert len(linked.simulator.hooks) == 1


async def test_a_read_of_one_home_shows_it_as_well(linked: House) -> None:
    linked.homes[0].alarm_status = "on"
    await lose(linked)
    linked.homes[0].alarm_status = "on"
    await linked.simulator.motion(linked.point)
    await linked.entry.runtime_data.coordinator.refresher.command_reader.async_read(linked.home)
    await linked.advance(minutes=1)
    assert len(linked.simulator.hooks) == 1


async def test_without_a_list_of_events_the_webhook_is_checked_all_the_same(house: House) -> None:
    house.simulator.switches.user_events = False
    await house.link()
    await lose(house)
    await fall_silent(house)
    await house.advance(hours=1, minutes=1)
    await house.advance(minutes=1)
    assert len(house.simulator.hooks) == 1


@pytest.mark.points(2)
@pytest.mark.homes(2)
async def test_single_losses_are_looked_at_once_in_a_quarter_of_an_hour(linked: House) -> None:
    await linked.advance(minutes=20)
    switches, before = linked.simulator.switches, fetches(linked)
    coordinator = linked.entry.runtime_data.coordinator
    for number in range(20):
        point = linked.devices[number % 2]
        switches.lose_deliveries = True
        if point.offline:
            await linked.simulator.bring_online(point.device_id)
        else:
            await linked.simulator.take_offline(point.device_id)
        await linked.settle()
        switches.lose_deliveries = False
        await linked.simulator.press_button(linked.devices[2].device_id)
        await coordinator.async_request_refresh()
        await linked.advance(minutes=2)
    assert coordinator.push.works
    assert 2 <= fetches(linked) - before <= 3


OF_A_DAY: dict[int, Callable[[House], Awaitable[object]]] = {
    8: lambda house: house.call_panel("alarm_arm_away"),
    12: trigger_alarm,
    14: lambda house: house.call_panel("alarm_disarm"),
    20: warm,
    24: lambda house: house.simulator.set_temperature(house.point, 20),
    30: lambda house: house.simulator.make_noise(house.home),
    36: lambda house: house.simulator.arm(house.home),
    40: trigger_alarm,
    44: lambda house: house.simulator.disarm(house.home),
    50: fall_silent,
    54: lambda house: house.simulator.bring_online(house.point),
    60: lambda house: house.simulator.low_battery(house.point),
}
"""What happens, by quarter of an hour."""


async def test_an_ordinary_day_costs_no_request_more(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[bool] = []
    original = MissedEvents._check_onsets

    def check(self: MissedEvents, now: datetime) -> None:
        before = self._is_requested, self._started_at
        original(self, now)
        looked.append(before != (self._is_requested, self._started_at))

    monkeypatch.setattr(MissedEvents, "_check_onsets", check)
    before = fetches(linked), checks(linked)
    for quarter in range(DAY):
        if quarter in OF_A_DAY:
            await OF_A_DAY[quarter](linked)
        await linked.advance(minutes=15)
    assert looked, "polls have shown something first"
    assert not any(looked)
    assert fetches(linked) - before[0] == 4  # every six hours
    assert checks(linked) - before[1] == 1  # daily


async def test_a_delivery_that_is_late_by_half_a_minute_is_usual(linked: House) -> None:
    await linked.advance(minutes=20)
    linked.simulator.switches.hold_deliveries = True
    await trigger_alarm(linked)
    before = fetches(linked), checks(linked)
    await linked.advance(minutes=15)  # the poll shows it
    await linked.advance(seconds=30)
    await linked.simulator.release_deliveries()
    await linked.advance(minutes=2)
    assert (fetches(linked), checks(linked)) == before
