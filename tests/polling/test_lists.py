"""Lists that are empty, incomplete or in another order."""

import pytest

from simulator.formats import Json

from ..helpers.house import House
from .probes import temperature

pytestmark = pytest.mark.points(2)


@pytest.mark.parametrize("path", ["/homes", "/devices"])
async def test_nothing_vanishes_between_two_pages(linked: House, path: str) -> None:
    linked.simulator.switches.max_page_size = 1
    linked.simulator.switches.default_page_size = 1
    homes, points = list(linked.simulator.homes), list(linked.simulator.devices)
    linked.simulator.faults.add(method="GET", path=path, rotate=True, times=None)
    for _ in range(30):
        await linked.advance(hours=1)
        assert "unavailable" not in {linked.panel(home) for home in homes}
        shown = {linked.state("sensor.temperature", point) for point in points}
        assert "unavailable" not in shown
    assert all(linked.ha_device(key) for key in (*homes, *points))


async def test_what_left_is_removed_after_a_day_of_complete_lists(linked: House) -> None:
    gone = linked.devices[1].device_id
    await linked.simulator.remove_device(gone)
    await linked.advance(hours=1)
    assert linked.state("sensor.temperature", gone) == "unavailable"
    short: Json = {"devices": [], "paging": {"total_count": 9}}
    for _ in range(26):  # lists that are not complete do not count
        linked.simulator.faults.add(method="GET", path="/devices", status=200, body=short, times=2)
        await linked.advance(hours=1)
    assert linked.ha_device(gone)
    linked.simulator.faults.clear()
    for _ in range(26):
        await linked.advance(hours=1)
    assert not linked.ha_device(gone)
    assert temperature(linked) != "unavailable"


async def test_one_empty_list_hides_the_points_for_a_quarter_of_an_hour(linked: House) -> None:
    linked.simulator.faults.add(method="GET", path="/devices", status=200, body={"devices": []})
    await linked.advance(minutes=61)
    assert temperature(linked) == "unavailable"
    await linked.advance(minutes=16)
    assert temperature(linked) != "unavailable"
    assert linked.ha_device(linked.point)


@pytest.mark.homes(2)
async def test_a_home_that_goes_and_comes_back_is_what_it_was(linked: House) -> None:
    gone = linked.homes[1]
    del linked.simulator.homes[gone.home_id]
    inside = [device for device in linked.devices if device.home_id == gone.home_id]
    for device in inside:
        device.active = False
    await linked.advance(minutes=16)
    assert linked.panel(gone.home_id) == "unavailable"
    assert linked.panel() == "disarmed"
    linked.simulator.homes[gone.home_id] = gone
    await linked.advance(minutes=16)
    assert linked.panel(gone.home_id) == "disarmed"
