"""The account's counts: how many homes and Points call for attention."""

from collections.abc import Mapping
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.point import coordinator
from custom_components.point.sensor import CountSensor
from custom_components.point.state.account import AccountState
from custom_components.point.state.counts import Count, count_all

from ..helpers.account import account, after, device, event, happen, home
from ..helpers.house import House

QUIET = dict.fromkeys(Count, 0)


def test_nothing_is_known_of_an_empty_account() -> None:
    assert count_all(AccountState()) == {}


def test_a_quiet_account_counts_nothing() -> None:
    assert count_all(account()) == QUIET


@pytest.mark.parametrize(
    ("begins", "ends", "told", "count"),
    [
        ("device_offline", "device_online", {}, Count.POINTS_OFFLINE),
        ("battery_low", "battery_charging_complete", {}, Count.BATTERIES_LOW),
        (
            "disturbance_first_notice",
            "disturbance_ended",
            {"home_id": "h1"},
            Count.DISTURBANCES,
        ),
        (
            "alarm_grace_period_expired",
            "alarm_silenced",
            {"home_id": "h1"},
            Count.ALARMS_TRIGGERED,
        ),
    ],
)
def test_an_event_changes_the_count_that_it_concerns(
    begins: str, ends: str, told: dict[str, Any], count: Count
) -> None:
    state = account()
    for _ in range(2):
        happen(state, begins, **told)
        assert count_all(state) == QUIET | {count: 1}
    state.apply(event(ends, after(1), **told), after(1))
    assert count_all(state) == QUIET


def test_what_is_gone_counts_no_more() -> None:
    state = account()
    for key in ("p1", "p3"):
        happen(state, "device_offline", device_id=key)
    assert count_all(state)[Count.POINTS_OFFLINE] == 2
    state.merge_devices([device("p2"), device("p3", offline=True)], after(minutes=1))
    assert count_all(state)[Count.POINTS_OFFLINE] == 1


def test_what_is_not_known_is_not_counted() -> None:
    state = AccountState()
    told = [home("h1", alarm_status=None), home("h2", alarm_status=None)]
    state.merge_homes(told, after())
    state.merge_devices([device("p1", battery_percent=None)], after())
    assert count_all(state) == {Count.POINTS_OFFLINE: 0}
    state.confirm(after())
    assert count_all(state)[Count.DISTURBANCES] == 0


@pytest.mark.homes(2)
@pytest.mark.points(2)
async def test_a_glance_over_many_homes(linked: House) -> None:
    of = linked.simulator.account.user_id
    await linked.advance(seconds=1)
    assert {linked.state(f"sensor.{count}", of) for count in Count} == {"0"}
    await linked.simulator.emit("device_offline", device=linked.point)
    await linked.simulator.emit("battery_low", device=linked.devices[1].device_id)
    for home_ in linked.homes:
        await linked.simulator.emit("disturbance_first_notice", home=home_.home_id)
    await linked.simulator.emit("alarm_grace_period_expired", home=linked.home)
    await linked.advance(seconds=1)
    assert {count: linked.state(f"sensor.{count}", of) for count in Count} == {
        Count.POINTS_OFFLINE: "1",
        Count.BATTERIES_LOW: "1",
        Count.DISTURBANCES: "2",
        Count.ALARMS_TRIGGERED: "1",
    }


@pytest.mark.homes(2)
@pytest.mark.points(2)
async def test_each_count_is_told_only_when_it_changes(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An equal state that is written again would show nowhere, but would cost time."""
    of = linked.simulator.account.user_id
    heard: list[Event[EventStateChangedData]] = async_capture_events(
        linked.hass, EVENT_STATE_CHANGED
    )
    told: list[str] = []

    def listen(sensor: CountSensor) -> None:
        told.append(sensor.entity_description.key)
        sensor.async_write_ha_state()

    monkeypatch.setattr(CountSensor, "_handle_coordinator_update", listen)
    # Listeners were added before: the account is loaded again.
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.advance(seconds=1)
    told.clear()
    heard.clear()
    for _ in range(3):
        await linked.simulator.emit("short_button_press", device=linked.devices[1].device_id)
        await linked.simulator.emit("device_offline", device=linked.point)
    await linked.advance(seconds=5)
    assert told == ["points_offline"]
    counts = {linked.entity_id(f"sensor.{count}", of) for count in Count}
    assert [e.data["entity_id"] for e in heard if e.data["entity_id"] in counts] == [
        linked.entity_id("sensor.points_offline", of)
    ]


@pytest.mark.homes(2)
@pytest.mark.points(2)
async def test_many_changes_are_counted_once_in_a_second(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = linked.simulator.account.user_id
    for _ in range(2):
        await linked.advance(seconds=1)
    counted: list[AccountState] = []

    def count(state: AccountState) -> Mapping[Count, int]:
        counted.append(state)
        return count_all(state)

    monkeypatch.setattr(coordinator, "count_all", count)
    for device_ in linked.devices:
        await linked.simulator.emit("device_offline", device=device_.device_id)
    await linked.settle()
    assert len(counted) == 1
    assert linked.state("sensor.points_offline", of) == "1"
    await linked.advance(seconds=1)
    assert len(counted) == 2
    assert linked.state("sensor.points_offline", of) == "4"


async def test_the_counts_appear_with_the_second_home(house: House) -> None:
    await house.link()
    of = house.simulator.account.user_id
    with pytest.raises(AssertionError, match="no entity"):
        house.entity_id("sensor.points_offline", of)
    home_ = await house.simulator.add_home("Boathouse")
    await house.advance(minutes=61)
    assert house.state("sensor.points_offline", of) == "0"
    assert house.state("sensor.disturbances", of) == "0"

    await house.simulator.remove_home(home_.home_id)
    await house.advance(minutes=61)
    await house.stop()
    await house.start()
    assert house.state("sensor.points_offline", of) == "0"


@pytest.mark.homes(2)
async def test_counts_are_unavailable_while_nothing_is_known(linked: House) -> None:
    of = linked.simulator.account.user_id
    await linked.simulator.stop()
    for minutes in (61, 2, 4):
        await linked.advance(minutes=minutes)
    assert {linked.state(f"sensor.{count}", of) for count in Count} == {"unavailable"}


@pytest.mark.homes(2)
async def test_disturbances_are_not_counted_while_no_events_come(house: House) -> None:
    house.simulator.faults.add(path="/webhooks", status=500, times=None)
    house.simulator.faults.add(path="/events", status=500, times=None)
    await house.link()
    of = house.simulator.account.user_id
    assert house.state("sensor.disturbances", of) == "unavailable"
    assert house.state("sensor.points_offline", of) == "0"
