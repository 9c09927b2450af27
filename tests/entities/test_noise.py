"""Noise disturbances of a home, on its own entities and on those of its Points."""

from datetime import datetime, timedelta
from typing import Any, Literal

from homeassistant.core import Event, EventStateChangedData, callback
from homeassistant.helpers.event import async_track_state_change_event
import pytest

from custom_components.point.minut import models
from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.paging import Listing

from ..helpers.deliveries import delivery, post
from ..helpers.house import House

pytestmark = pytest.mark.points(2)

QUIET_HOUR = 61
"""Minutes after which a disturbance without news has been checked."""


@pytest.fixture(name="linked")
async def _linked(linked: House) -> House:
    """Return a linked account, without the requests of its start: they look for missed noise."""
    linked.simulator.requests.clear()
    return linked


def shown(house: House, home: str | None = None) -> tuple[str, str, set[str]]:
    """Return what a home (the first one) shows: stage, noise, and the noise of its Points."""
    home = home or house.home
    points = [device.device_id for device in house.devices if device.home_id == home]
    return (
        house.state("sensor.disturbance", home),
        house.state("binary_sensor.noise", home),
        {house.state("binary_sensor.noise", point) for point in points},
    )


def other_home(house: House) -> str:
    return next(home.home_id for home in house.homes if home.home_id != house.home)


QUIET = ("none", "off", {"off"})
FIRST = ("first_notice", "on", {"on"})
UNAVAILABLE = ("unavailable", "unavailable", {"unavailable"})


async def test_is_quiet_after_set_up(linked: House) -> None:
    assert shown(linked) == QUIET
    options = linked.get("sensor.disturbance", linked.home).attributes["options"]
    assert options == [
        "none",
        "first_notice",
        "second_notice",
        "third_notice",
        "snoozed",
        "dismissed",
    ]


@pytest.mark.parametrize(
    ("notice", "stage"), [(1, "first_notice"), (2, "second_notice"), (3, "third_notice")]
)
@pytest.mark.homes(2)
async def test_each_notice_shows_in_its_home_and_in_no_other(
    linked: House, notice: Literal[1, 2, 3], stage: str
) -> None:
    """Predecessor's defect 18: only a first notice that named a Point did anything."""
    await linked.simulator.make_noise(linked.home, notice)
    await linked.settle()
    assert shown(linked) == (stage, "on", {"on"})
    assert shown(linked, other_home(linked)) == QUIET


async def test_goes_through_the_notices_to_the_end(linked: House) -> None:
    stages = []
    notices: tuple[Literal[1, 2, 3], ...] = (1, 2, 3)
    for notice in notices:
        await linked.simulator.make_noise(linked.home, notice)
        await linked.advance(minutes=5)
        stages.append(shown(linked)[0])
    await linked.simulator.quiet(linked.home)
    await linked.settle()
    assert stages == ["first_notice", "second_notice", "third_notice"]
    assert shown(linked) == QUIET


async def test_snoozing_and_dismissing_end_the_noise_but_are_told(linked: House) -> None:
    await linked.simulator.make_noise(linked.home)
    await linked.advance(seconds=5)
    await linked.simulator.snooze_noise(linked.home)
    await linked.advance(seconds=5)
    assert shown(linked) == ("snoozed", "off", {"off"})
    await linked.simulator.make_noise(linked.home, 2)
    await linked.advance(seconds=5)
    assert shown(linked) == ("second_notice", "on", {"on"})
    await linked.simulator.dismiss_noise(linked.home)
    await linked.settle()
    assert shown(linked) == ("dismissed", "off", {"off"})


async def test_the_homes_own_vocabulary_drives_the_same_machine(linked: House) -> None:
    await linked.simulator.emit("noise_detected", home=linked.home)
    await linked.advance(seconds=5)
    assert shown(linked) == FIRST
    await linked.simulator.emit("noise_quieted", home=linked.home)
    await linked.settle()
    assert shown(linked) == QUIET


async def test_a_notice_that_names_only_a_point_is_of_its_home(linked: House) -> None:
    event = await linked.simulator.emit("disturbance_first_notice", device=linked.point)
    assert event.device_id == linked.point
    await linked.settle()
    assert shown(linked) == FIRST


# A message that was lost


async def lose_the_end(house: House) -> None:
    """Let a disturbance begin, and its end never arrive."""
    await house.simulator.make_noise(house.home)
    await house.advance(minutes=10)
    assert shown(house) == FIRST
    house.simulator.switches.lose_deliveries = True
    await house.simulator.quiet(house.home)
    house.simulator.switches.lose_deliveries = False


async def test_a_lost_end_is_found_after_an_hour(linked: House) -> None:
    """Predecessor's defect 18: one lost message left the noise on for ever."""
    await lose_the_end(linked)
    await linked.advance(minutes=49)
    assert shown(linked) == FIRST
    assert linked.requests("GET", f"/homes/{linked.home}/events") == 0
    await linked.advance(minutes=2)
    assert shown(linked) == QUIET
    assert linked.requests("GET", f"/homes/{linked.home}/events") == 1
    await linked.advance(hours=2)
    assert linked.requests("GET", f"/homes/{linked.home}/events") == 1


async def test_a_home_that_is_quiet_is_never_checked(linked: House) -> None:
    for _ in range(8):
        await linked.advance(minutes=15)
    assert linked.requests("GET", f"/homes/{linked.home}/events") == 0


async def test_what_goes_on_stays_and_is_checked_each_hour_for_six(linked: House) -> None:
    await linked.simulator.make_noise(linked.home)
    for hour in range(1, 6):
        await linked.advance(minutes=QUIET_HOUR)
        assert shown(linked) == FIRST, hour
        assert linked.requests("GET", f"/homes/{linked.home}/events") == hour
    await linked.advance(minutes=QUIET_HOUR)
    assert shown(linked) == QUIET


async def test_a_notice_puts_the_check_off(linked: House) -> None:
    await linked.simulator.make_noise(linked.home)
    await linked.advance(minutes=50)
    await linked.simulator.make_noise(linked.home, 2)
    await linked.advance(minutes=50)
    assert linked.requests("GET", f"/homes/{linked.home}/events") == 0
    assert shown(linked)[0] == "second_notice"


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_is_over_where_the_check_is_refused(linked: House, status: int) -> None:
    path = f"/homes/{linked.home}/events"
    linked.simulator.faults.add(path=path, status=status, times=None)
    await linked.simulator.make_noise(linked.home)
    await linked.advance(minutes=59)
    assert shown(linked) == FIRST
    await linked.advance(minutes=2)
    assert shown(linked) == QUIET


@pytest.mark.parametrize(
    "fault", [{"status": 400}, {"status": 429}, {"status": 502}, {"disconnect": True}], ids=str
)
async def test_goes_on_where_the_check_fails_until_one_is_answered(
    linked: House, fault: dict[str, Any]
) -> None:
    """A failed check proves nothing."""
    path = f"/homes/{linked.home}/events"
    linked.simulator.faults.add(path=path, times=None, **fault)
    await lose_the_end(linked)
    for _ in range(8):
        await linked.advance(minutes=10)
        assert shown(linked) == FIRST
    linked.simulator.faults.clear()
    await linked.advance(minutes=15)
    assert shown(linked) == QUIET


async def test_is_over_after_six_hours_of_checks_that_fail(linked: House) -> None:
    path = f"/homes/{linked.home}/events"
    linked.simulator.faults.add(path=path, status=502, times=None)
    await linked.simulator.make_noise(linked.home)
    for _ in range(35):
        await linked.advance(minutes=10)
        assert shown(linked) == FIRST
    await linked.advance(minutes=11)
    assert shown(linked) == QUIET


@pytest.mark.homes(2)
async def test_a_check_that_is_refused_concerns_its_own_home_only(linked: House) -> None:
    path = f"/homes/{linked.home}/events"
    linked.simulator.faults.add(path=path, status=404, times=None)
    await linked.simulator.make_noise(linked.home)
    await linked.simulator.make_noise(other_home(linked), 3)
    await linked.advance(minutes=QUIET_HOUR)
    assert shown(linked) == QUIET
    assert shown(linked, other_home(linked)) == ("third_notice", "on", {"on"})


@pytest.mark.homes(2)
async def test_a_home_that_went_meanwhile_is_not_checked(linked: House) -> None:
    gone = linked.home
    await linked.simulator.make_noise(gone)
    await linked.advance(minutes=5)
    await linked.simulator.remove_home(gone)
    await linked.advance(minutes=15)
    await linked.advance(minutes=QUIET_HOUR)
    assert linked.requests("GET", f"/homes/{gone}/events") == 0
    assert shown(linked, linked.home) == QUIET


# Order and availability


async def test_the_end_that_overtakes_its_notice_ends_it(linked: House) -> None:
    changes: list[str] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        changes.append(event.data["new_state"].state if event.data["new_state"] else "removed")

    entity_id = linked.entity_id("binary_sensor.noise", linked.home)
    async_track_state_change_event(linked.hass, [entity_id], note)
    linked.simulator.switches.hold_deliveries = True
    await linked.simulator.make_noise(linked.home)
    linked.freezer.tick(timedelta(minutes=1))
    await linked.simulator.quiet(linked.home)
    await linked.simulator.release_deliveries(newest_first=True)
    await linked.settle()
    assert shown(linked) == QUIET
    assert changes == []


async def test_comes_with_the_polls_while_there_is_no_push(house: House) -> None:
    house.simulator.faults.add(path="/webhooks", status=500, times=None)
    await house.link()
    assert shown(house) == QUIET
    await house.simulator.make_noise(house.home)
    await house.advance(minutes=15)
    assert shown(house) == FIRST


async def test_is_unavailable_where_events_come_in_no_way(house: House) -> None:
    house.simulator.faults.add(path="/webhooks", status=500, times=None)
    house.simulator.faults.add(path="/events", status=500, times=None)
    await house.link()
    assert shown(house) == UNAVAILABLE
    assert house.panel() == "disarmed"
    house.simulator.faults.clear()
    await house.advance(minutes=1)
    assert shown(house) == QUIET


async def test_noise_of_a_home_that_appears_later_is_known(linked: House) -> None:
    home = await linked.simulator.add_home("Cabin")
    await linked.advance(minutes=15)
    await linked.advance(minutes=1)
    assert linked.state("binary_sensor.noise", home.home_id) == "off"


async def test_a_notice_that_comes_during_the_check_counts(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await linked.simulator.emit("disturbance_first_notice", home=linked.home)
    await linked.settle()

    async def meanwhile(
        _client: MinutClient, _home_id: str, *, start_at: datetime
    ) -> Listing[models.Event]:
        linked.freezer.tick(timedelta(seconds=1))
        told = models.Event(
            id="told-meanwhile",
            type="disturbance_second_notice",
            created_at=linked.simulator.time(),
            home_id=linked.home,
        )
        linked.entry.runtime_data.coordinator.async_apply(told)
        return Listing(())

    monkeypatch.setattr(MinutClient, "home_events", meanwhile)
    await linked.advance(minutes=61)
    assert linked.state("sensor.disturbance", linked.home) == "second_notice"


async def test_a_point_without_a_home_shows_the_notices_that_name_it(house: House) -> None:
    house.devices[0].omitted.add("home")
    await house.link()
    named = {"type": "disturbance_first_notice", "device_id": house.point}
    await post(house, delivery(house, event=named))
    assert house.state("binary_sensor.noise") == "on"
    assert house.state("binary_sensor.noise", house.devices[1].device_id) == "off"
    await house.advance(minutes=59)
    assert house.state("binary_sensor.noise") == "on"
    await house.advance(minutes=2)
    assert house.state("binary_sensor.noise") == "off"


@pytest.mark.parametrize("has_push", [True, False])
async def test_noise_that_goes_on_for_hours_begins_once(house: House, *, has_push: bool) -> None:
    """Its notice is fetched again with the missed events, but does not count again."""
    if not has_push:
        house.simulator.faults.add(path="/webhooks*", status=403, times=None)
    await house.link()
    for _ in range(54):
        await house.advance(minutes=5)
    shown: list[str] = []

    @callback
    def note(change: Event[EventStateChangedData]) -> None:
        if state := change.data["new_state"]:
            shown.append(state.state)

    entity_id = house.entity_id("binary_sensor.noise", house.home)
    async_track_state_change_event(house.hass, entity_id, note)
    await house.simulator.emit("disturbance_first_notice", home=house.home)
    for _ in range(28):
        await house.advance(minutes=5)
    assert shown == ["on"]
