"""Days on which the cloud, the login or the lists are not as they should be."""

from datetime import timedelta

from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest

from custom_components.point.const import DOMAIN
from custom_components.point.polling.schedule import Plan
from simulator.formats import Json

from ..helpers.house import House

pytestmark = pytest.mark.points(2)


def has_access_issue(house: House) -> bool:
    issue_id = f"no_api_access_{house.entry.entry_id}"
    return ir.async_get(house.hass).async_get_issue(DOMAIN, issue_id) is not None


def flows(house: House) -> list[str]:
    found = house.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    return [flow["context"]["source"] for flow in found]


def temperature(house: House) -> str:
    return house.state("sensor.temperature")


async def update_temperature(house: House) -> None:
    """Ask for it, as an automation may."""
    data = {"entity_id": house.entity_id("sensor.temperature")}
    await house.hass.services.async_call("homeassistant", "update_entity", data, blocking=True)


# The login


async def test_tokens_that_minut_ends_early_are_renewed_unnoticed(linked: House) -> None:
    """Predecessor's defect 41."""
    linked.simulator.expire_tokens()
    await linked.advance(minutes=61)
    assert linked.requests("POST", "/oauth/token") == 1
    assert not flows(linked)
    assert temperature(linked) == str(linked.devices[0].latest["temperature"][1])


async def test_a_command_with_a_token_that_minut_has_ended_is_carried_out(linked: House) -> None:
    linked.simulator.expire_tokens()
    await linked.call_panel("alarm_arm_away")
    assert linked.panel() == "arming"
    assert not flows(linked)


async def test_a_withdrawn_permission_asks_to_sign_in_again(linked: House) -> None:
    linked.simulator.revoke_tokens()
    await linked.advance(minutes=15)
    assert flows(linked) == ["reauth"]
    asked = len(linked.simulator.requests)
    await linked.advance(hours=3)
    assert len(linked.simulator.requests) == asked  # nothing helps but to sign in


async def test_a_command_after_the_permission_was_withdrawn_says_so(linked: House) -> None:
    linked.simulator.revoke_tokens()
    with pytest.raises(HomeAssistantError) as raised:
        await linked.call_panel("alarm_arm_away")
    assert raised.value.translation_key == "unauthorized"
    assert flows(linked) == ["reauth"]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_trouble_at_the_token_endpoint_never_asks_to_sign_in_again(
    linked: House, status: int
) -> None:
    fault = linked.simulator.faults.add(path="/oauth/token", status=status, times=None)
    linked.simulator.expire_tokens()
    for _ in range(6):
        await linked.advance(minutes=61)
    assert fault.hits >= 4
    assert temperature(linked) == "unavailable"
    assert not flows(linked)
    linked.simulator.faults.clear()
    await linked.advance(minutes=61)
    assert temperature(linked) == str(linked.devices[0].latest["temperature"][1])


@pytest.mark.parametrize("keeps", [True, False])
async def test_a_renewal_that_a_crash_loses_is_made_again_where_the_cloud_allows_it(
    linked: House, *, keeps: bool
) -> None:
    """Home Assistant writes a new refresh token within a second; it may crash before that."""
    linked.simulator.switches.keep_old_refresh_tokens = keeps
    written = linked.entry.data
    await linked.advance(minutes=61)
    assert linked.entry.data["token"] != written["token"]
    await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    linked.hass.config_entries.async_update_entry(linked.entry, data=written)
    await linked.hass.config_entries.async_setup(linked.entry.entry_id)
    await linked.settle()
    assert flows(linked) == ([] if keeps else ["reauth"])
    assert linked.entry.state is (
        ConfigEntryState.LOADED if keeps else ConfigEntryState.SETUP_ERROR
    )


async def test_a_renewal_whose_answer_is_lost_is_made_again(linked: House) -> None:
    linked.simulator.switches.keep_old_refresh_tokens = True
    linked.simulator.faults.add(path="/oauth/token", truncate=True)
    for _ in range(3):
        await linked.advance(minutes=61)
    assert not flows(linked)
    assert temperature(linked) == str(linked.devices[0].latest["temperature"][1])


# What the account may do


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


# Lists


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


# The cloud, the network, the clock


async def test_a_cloud_that_is_down_for_hours_is_found_again(linked: House) -> None:
    """Its address refuses connections."""
    await linked.simulator.stop()
    for _ in range(5):
        await linked.advance(minutes=61)
    assert temperature(linked) == "unavailable"
    await linked.simulator.start()
    await linked.advance(minutes=61)
    assert temperature(linked) == str(linked.devices[0].latest["temperature"][1])


async def test_a_pause_that_minut_asks_for_outlasts_a_reload(linked: House) -> None:
    headers = {"Retry-After": "600"}
    linked.simulator.faults.add(method="GET", status=429, headers=headers)
    await linked.advance(minutes=15)
    asked = len(linked.simulator.requests)
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    for _ in range(9):
        await linked.advance(minutes=1)
    assert len(linked.simulator.requests) == asked
    assert temperature(linked) == "unavailable"
    for _ in range(20):
        await linked.advance(minutes=1)
    assert temperature(linked) != "unavailable"


async def test_a_pause_that_minut_asks_for_counts_as_one_failure(linked: House) -> None:
    """Home Assistant's timers are up to a second early: the pause may not be over yet.

    Those of the tests are half a second earlier still, hence the odd seconds.
    """
    await linked.advance(seconds=0.7)
    headers = {"Retry-After": "600"}
    linked.simulator.faults.add(method="GET", path="/homes", status=429, headers=headers)
    await linked.advance(minutes=15)
    asked = linked.requests("GET", "/homes")
    await linked.advance(seconds=599.4)
    assert linked.requests("GET", "/homes") == asked
    await linked.advance(seconds=2.2)
    assert linked.requests("GET", "/homes") == asked + 1


async def test_a_clock_that_is_put_back_a_day_does_not_freeze_the_account(linked: House) -> None:
    """Until it was, all that was noted has a time of tomorrow."""
    coordinator = linked.entry.runtime_data.coordinator
    day = timedelta(days=1)
    for state in (*coordinator.data.homes.values(), *coordinator.data.devices.values()):
        state.asked_at += day
    timetable = coordinator._schedule
    for name in ("_homes", "_devices"):
        plan = getattr(timetable, name)
        setattr(timetable, name, Plan(plan.asked_at + day, plan.due + day))
    await linked.simulator.arm(linked.home)
    await linked.simulator.heartbeat(linked.point)
    await linked.advance(minutes=15)
    assert linked.panel() == "armed_away"
    assert temperature(linked) == str(linked.devices[0].latest["temperature"][1])


# Oddities of one Point harm no other


@pytest.mark.parametrize(
    "omitted",
    [
        {"home"},
        {"latest_sensor_values"},
        {"battery"},
        {"next_heartbeat_at"},
        {"last_heard_from_at"},
        {"ongoing_events", "firmware", "description", "offline", "active"},
    ],
    ids=lambda omitted: ", ".join(sorted(omitted)),
)
async def test_a_point_that_lacks_something_is_there_and_harms_no_other(
    house: House, omitted: set[str], caplog: pytest.LogCaptureFixture
) -> None:
    odd, other = house.devices[0], house.devices[1]
    odd.omitted |= omitted
    await house.link()
    for _ in range(3):
        await house.advance(minutes=61)
    assert house.ha_device(odd.device_id)
    assert house.state("binary_sensor.connectivity", odd.device_id) == "on"
    shown = house.state("sensor.temperature", other.device_id)
    assert shown == str(other.latest["temperature"][1])
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "name",
    [
        "home",
        "latest_sensor_values",
        "battery",
        "firmware",
        "last_heard_from_at",
        "last_heartbeat_at",
        "next_heartbeat_at",
        "configuration",
        "ongoing_events",
    ],
)
async def test_a_point_with_a_null_is_there_and_harms_no_other(
    house: House, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    odd, other = house.devices[0], house.devices[1]
    await house.link()
    odd.changed[name] = None
    for _ in range(3):
        await house.advance(minutes=61)
    assert house.ha_device(odd.device_id)
    assert house.state("binary_sensor.connectivity", odd.device_id) == "on"
    shown = house.state("sensor.temperature", other.device_id)
    assert shown == str(other.latest["temperature"][1])
    assert "Traceback" not in caplog.text


async def test_readings_with_null_times_and_values_are_unknown(house: House) -> None:
    house.devices[0].changed["latest_sensor_values"] = {
        "temperature": {"time": None, "value": 20.5},
        "humidity": {"time": "2026-11-20T11:00:00.000Z", "value": None},
        "sound": None,
    }
    await house.link()
    assert temperature(house) == "20.5"
    assert house.state("sensor.humidity") == "unknown"
    assert house.state("sensor.sound_pressure") == "unknown"


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


async def test_an_event_after_a_long_outage_brings_the_next_poll_forward(linked: House) -> None:
    """A smoke alarm does not wait an hour because the cloud was away for a night."""
    for path in ("/homes", "/devices"):
        linked.simulator.faults.add(path=path, status=503, times=None)
    for _ in range(10):
        await linked.advance(hours=1)
    assert temperature(linked) == "unavailable"
    linked.simulator.faults.clear()
    await linked.advance(minutes=2)
    await linked.simulator.emit("alarm_heard", device=linked.point)
    await linked.advance(seconds=7)
    assert linked.state("binary_sensor.alarm") == "on"


async def test_to_update_an_entity_asks_at_once_but_once_in_a_minute(linked: House) -> None:
    await async_setup_component(linked.hass, "homeassistant", {})
    await linked.advance(minutes=3)
    before = {path: linked.requests("GET", path) for path in ("/homes", "/devices")}
    for _ in range(3):
        await update_temperature(linked)
        await linked.advance(seconds=11)
    assert {path: linked.requests("GET", path) - asked for path, asked in before.items()} == {
        "/homes": 1,
        "/devices": 1,
    }


async def test_to_update_an_entity_keeps_to_the_pauses_of_an_outage(linked: House) -> None:
    await async_setup_component(linked.hass, "homeassistant", {})
    headers = {"Retry-After": "600"}
    for path in ("/homes", "/devices"):
        linked.simulator.faults.add(path=path, status=503, headers=headers, times=None)
    await linked.advance(minutes=61)
    asked = linked.requests("GET", "/homes") + linked.requests("GET", "/devices")
    for _ in range(20):
        await update_temperature(linked)
        await linked.advance(seconds=11)
    assert linked.requests("GET", "/homes") + linked.requests("GET", "/devices") == asked
    assert temperature(linked) != "unavailable"
