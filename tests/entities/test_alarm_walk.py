"""The panel of a home on its way through all that an alarm can do."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.point.const import DOMAIN
from simulator.backend.hooks import Delivery

from ..helpers.house import House

type Step = Callable[[House], Awaitable[object]]

QUICK = timedelta(seconds=45)
SLOW = timedelta(minutes=40)
"""Grace periods that a poll every 15 minutes cannot miss."""


async def wait_for_grace(house: House) -> None:
    """Let the running exit or entry delay end."""
    ends = house.simulator.homes[house.home].grace_period_expires_at
    assert ends
    house.freezer.move_to(ends)
    await house.simulator.run_due()


STEPS: dict[str, tuple[Step, str]] = {
    "arm": (lambda house: house.simulator.arm(house.home), "arming"),
    "wait for the exit delay": (wait_for_grace, "armed_away"),
    "motion": (lambda house: house.simulator.motion(house.point), "pending"),
    "wait for the entry delay": (wait_for_grace, "triggered"),
    "silence": (lambda house: house.simulator.silence(house.home), "armed_away"),
    "disarm": (lambda house: house.simulator.disarm(house.home), "disarmed"),
}


def with_delays(house: House, delay: timedelta) -> None:
    house.simulator.switches.exit_delay = delay
    house.simulator.switches.alarm_change_events = True
    house.simulator.homes[house.home].entry_delay = delay


def other_home(house: House) -> str:
    return next(home.home_id for home in house.homes if home.home_id != house.home)


async def post(house: House, delivery: Delivery) -> int:
    """Send a delivery that was lost before."""
    response = await house.browser.post(
        f"/api/webhook/{house.entry.data['webhook_id']}",
        data=delivery.body,
        headers=delivery.headers,
    )
    return response.status


# The walk


@pytest.mark.homes(2)
async def test_by_push(linked: House) -> None:
    """Each step shows within three seconds, and no poll has to help."""
    with_delays(linked, QUICK)
    seen = []
    for step, _ in STEPS.values():
        await step(linked)
        await linked.advance(seconds=3)
        seen.append(linked.panel())
    assert seen == [state for _, state in STEPS.values()]
    assert linked.requests("GET", "/homes") == 1
    assert linked.panel(other_home(linked)) == "disarmed"


@pytest.mark.homes(2)
async def test_by_polls_alone(linked: House) -> None:
    """Predecessor's defect 4."""
    with_delays(linked, SLOW)
    linked.simulator.switches.lose_deliveries = True
    seen = []
    for step, _ in STEPS.values():
        await step(linked)
        await linked.advance(minutes=15)
        seen.append(linked.panel())
    assert seen == [state for _, state in STEPS.values()]
    assert linked.panel(other_home(linked)) == "disarmed"


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("length", range(1, len(STEPS) + 1))
@pytest.mark.homes(2)
async def test_by_a_mixture_in_shuffled_order(linked: House, seed: int, length: int) -> None:
    """Some deliveries come late and in disorder, polls in between; the end is the same."""
    random = Random(seed)  # noqa: S311 - a shuffle
    with_delays(linked, SLOW)
    linked.simulator.switches.lose_deliveries = True
    on_the_way: list[Delivery] = []
    for step, _ in list(STEPS.values())[:length]:
        known = len(linked.simulator.deliveries)
        await step(linked)
        on_the_way += linked.simulator.deliveries[known:]
        random.shuffle(on_the_way)
        for _ in range(random.randint(0, len(on_the_way))):
            assert await post(linked, on_the_way.pop()) == 200
        await linked.advance(minutes=random.choice([1, 2, 16]))
    for delivery in on_the_way:
        assert await post(linked, delivery) == 200
    await linked.advance(minutes=15)
    assert linked.panel() == list(STEPS.values())[length - 1][1]
    assert linked.panel(other_home(linked)) == "disarmed"


async def test_silencing_that_overtakes_the_alarm_ends_it(linked: House) -> None:
    with_delays(linked, QUICK)
    for step in ("arm", "wait for the exit delay", "motion"):
        await STEPS[step][0](linked)
        await linked.advance(seconds=3)
    assert linked.panel() == "pending"
    linked.simulator.switches.hold_deliveries = True
    await wait_for_grace(linked)
    linked.freezer.tick(timedelta(seconds=5))
    await linked.simulator.silence(linked.home)
    await linked.simulator.release_deliveries(newest_first=True)
    await linked.advance(seconds=3)
    assert linked.panel() == "armed_away"


async def test_an_alarm_whose_silencing_was_lost_ends_with_the_next_poll(linked: House) -> None:
    """Predecessor's defect 7: triggered had no way back."""
    with_delays(linked, QUICK)
    for step in ("arm", "wait for the exit delay"):
        await STEPS[step][0](linked)
        await linked.advance(seconds=3)
    await linked.advance(minutes=11)
    for step in ("motion", "wait for the entry delay"):
        await STEPS[step][0](linked)
        await linked.advance(seconds=3)
    assert linked.panel() == "triggered"
    polls = linked.requests("GET", "/homes")
    linked.simulator.switches.lose_deliveries = True
    await linked.simulator.silence(linked.home)
    await linked.advance(minutes=3)
    assert linked.requests("GET", "/homes") == polls + 1
    assert linked.panel() == "armed_away"


# Grace periods


async def test_panel_and_sensor_show_when_the_grace_periods_end(linked: House) -> None:
    """The sensor exists only while a delay runs: it has no rows in the logbook."""
    with_delays(linked, QUICK)
    sensor = linked.entity_id("sensor.grace_period_ends", linked.home)
    changes = async_capture_events(linked.hass, EVENT_STATE_CHANGED)
    simulated = linked.simulator.homes[linked.home]
    assert linked.hass.states.get(sensor) is None
    seen = []
    for step in STEPS:
        await STEPS[step][0](linked)
        await linked.advance(seconds=3)
        ends, state = simulated.grace_period_expires_at, linked.hass.states.get(sensor)
        panel = linked.get("alarm_control_panel.alarm")
        assert (ends is not None) is (state is not None) is (panel.state in {"arming", "pending"})
        seen.append((panel.state, panel.attributes.get("next_state")))
        assert panel.attributes.get("grace_period_ends") == ends
        if ends and state:
            assert state.state == ends.replace(microsecond=0).isoformat()
            assert state.attributes["device_class"] == "timestamp"
    assert seen == [
        ("arming", "armed_away"),
        ("armed_away", None),
        ("pending", "triggered"),
        ("triggered", None),
        ("armed_away", None),
        ("disarmed", None),
    ]
    of_sensor = [change.data for change in changes if change.data["entity_id"] == sensor]
    assert len(of_sensor) == 4
    assert all(change["old_state"] is None or change["new_state"] is None for change in of_sensor)


@pytest.mark.parametrize("seconds", [1, 4, 20, 45, 600])
async def test_is_armed_within_three_seconds_after_the_exit_delay(
    linked: House, seconds: int
) -> None:
    linked.simulator.switches.exit_delay = timedelta(seconds=seconds)
    await linked.call_panel("alarm_arm_away")
    assert linked.panel() == "arming"
    await linked.advance(seconds=seconds)
    for _ in range(3):
        await linked.advance(seconds=1)
    assert linked.panel() == "armed_away"


# Who it was


def changed_by(house: House) -> object:
    return house.get("alarm_control_panel.alarm", house.home).attributes["changed_by"]


async def test_names_the_person_where_the_cloud_tells(linked: House) -> None:
    """Predecessor's defect 8: any event put a raw user id there."""
    with_delays(linked, QUICK)
    person = linked.simulator.account.fullname
    await linked.simulator.arm(linked.home)
    await linked.advance(seconds=53)
    assert (linked.panel(), changed_by(linked)) == ("armed_away", None)
    await linked.simulator.motion(linked.point)
    await wait_for_grace(linked)
    await linked.advance(seconds=3)
    assert (linked.panel(), changed_by(linked)) == ("triggered", None)
    await linked.simulator.silence(linked.home)
    await linked.advance(seconds=3)
    assert changed_by(linked) == person


async def test_names_nobody_where_only_the_poll_tells(linked: House) -> None:
    linked.homes[0].alarm_status = "on"
    await linked.advance(minutes=15)
    await linked.simulator.emit("alarm_silenced", home=linked.home)
    await linked.advance(seconds=3)
    assert changed_by(linked)
    linked.simulator.switches.lose_deliveries = True
    await linked.simulator.disarm(linked.home)
    await linked.advance(minutes=15)
    assert (linked.panel(), changed_by(linked)) == ("disarmed", None)


async def test_other_events_name_nobody(linked: House) -> None:
    for event_type in ("short_button_press", "disturbance_snoozed", "crowd_detected"):
        await linked.simulator.emit(event_type, home=linked.home)
    await linked.advance(seconds=3)
    assert changed_by(linked) is None


# What is not its alarm


@pytest.mark.parametrize("event_type", ["alarm_grace_period_expired", "alarm_silenced"])
@pytest.mark.homes(2)
async def test_the_alarm_of_another_home_does_not_move_it(linked: House, event_type: str) -> None:
    """Predecessor's defect 2."""
    for home in linked.homes:
        home.alarm_status = "on"
    await linked.advance(minutes=15)
    if event_type == "alarm_silenced":
        await linked.simulator.emit("alarm_grace_period_expired", home=linked.home)
        await linked.advance(seconds=3)
    before = linked.panel()
    await linked.simulator.emit(event_type, home=other_home(linked))
    await linked.advance(seconds=3)
    assert linked.panel() == before
    assert before == ("triggered" if event_type == "alarm_silenced" else "armed_away")


@pytest.mark.homes(2)
async def test_a_home_that_gains_an_alarm_gains_its_panel(house: House) -> None:
    house.homes[0].omitted |= {"alarm_status", "detailed_alarm_status"}
    await house.link()
    registry = er.async_get(house.hass)
    entity_id = house.entity_id("alarm_control_panel.alarm")

    def disabled_by() -> er.RegistryEntryDisabler | None:
        found = registry.async_get(entity_id)
        assert found
        return found.disabled_by

    assert disabled_by() is er.RegistryEntryDisabler.INTEGRATION
    assert house.hass.states.get(entity_id) is None
    assert house.panel(other_home(house)) == "disarmed"
    house.homes[0].omitted.clear()
    await house.advance(minutes=15)
    assert disabled_by() is None
    assert house.panel() == "disarmed"


async def test_a_panel_that_a_person_disabled_stays_disabled(linked: House) -> None:
    registry = er.async_get(linked.hass)
    entity_id = registry.async_get_entity_id("alarm_control_panel", DOMAIN, f"point.{linked.home}")
    assert entity_id
    registry.async_update_entity(entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    await linked.advance(minutes=15)
    found = registry.async_get(entity_id)
    assert found
    assert found.disabled_by is er.RegistryEntryDisabler.USER
