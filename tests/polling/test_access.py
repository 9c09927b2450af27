"""The account loses the access to all homes, or to one."""

from homeassistant.config_entries import ConfigEntryState
import pytest

from ..helpers.house import House
from .probes import flows, has_access_issue, temperature

pytestmark = pytest.mark.points(2)


async def test_an_account_that_loses_its_access_has_a_repair_issue_until_it_is_back(
    linked: House,
) -> None:
    linked.simulator.faults.add(method="GET", status=403, times=None)
    await linked.advance(minutes=15)
    await linked.advance(minutes=2)
    assert not has_access_issue(linked)  # it may have been a mistake
    await linked.advance(minutes=3)
    assert has_access_issue(linked)
    assert temperature(linked) == "unavailable"
    assert not flows(linked)
    linked.simulator.faults.clear()
    await linked.advance(minutes=61)
    assert not has_access_issue(linked)
    assert temperature(linked) == str(linked.devices[0].latest["temperature"][1])


async def test_an_account_that_never_had_access_has_a_repair_issue(house: House) -> None:
    house.simulator.faults.add(method="GET", path="/[hd]*", status=403, times=None)
    await house.link(state=ConfigEntryState.SETUP_RETRY)
    assert has_access_issue(house)
    house.simulator.faults.clear()
    await house.advance(minutes=11)
    assert house.entry.state is ConfigEntryState.LOADED
    assert not has_access_issue(house)


async def test_an_account_that_is_removed_takes_its_issue_along(house: House) -> None:
    house.simulator.faults.add(method="GET", status=403, times=None)
    await house.link(state=ConfigEntryState.SETUP_RETRY)
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert not has_access_issue(house)


@pytest.mark.homes(2)
async def test_a_home_that_may_not_be_seen_takes_no_other_down(linked: House) -> None:
    first, second = linked.homes
    forbidden = linked.devices[0].device_id
    linked.simulator.switches.forbidden_homes.add(first.home_id)
    await linked.simulator.emit("roof_opened", home=first.home_id)  # both are read again
    await linked.simulator.emit("roof_opened", home=second.home_id)
    await linked.advance(minutes=61)
    assert linked.state("sensor.temperature", forbidden) == "unavailable"
    assert linked.panel(first.home_id) == "unavailable"
    for device in linked.devices:
        if device.home_id == second.home_id:
            shown = linked.state("sensor.temperature", device.device_id)
            assert shown == str(device.latest["temperature"][1])
    assert linked.panel(second.home_id) == "disarmed"
    assert not has_access_issue(linked)
    linked.simulator.switches.forbidden_homes.clear()
    await linked.advance(minutes=61)
    assert linked.panel(first.home_id) == "disarmed"
    assert linked.state("sensor.temperature", forbidden) != "unavailable"
