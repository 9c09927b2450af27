"""The alarm of a home."""

from typing import Any

from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.models import Home

from ..helpers.commands import call_while
from ..helpers.house import House

EXIT_DELAY = 45


@pytest.mark.parametrize("grace_period_in", ["detailed", "both", "coarse"])
async def test_arming_reaches_the_cloud_and_the_panel_follows(
    linked: House, grace_period_in: str
) -> None:
    linked.simulator.switches.grace_period_in = grace_period_in  # type: ignore[assignment] # a table
    assert linked.panel() == "disarmed"
    await linked.call_panel("alarm_arm_away")
    home = linked.homes[0]
    assert str(home.alarm_status) == "on_grace_period"
    assert linked.panel() == "arming"
    await linked.advance(seconds=EXIT_DELAY + 3)
    assert linked.panel() == "armed_away"
    await linked.call_panel("alarm_disarm")
    assert str(home.alarm_status) == "off"
    assert linked.panel() == "disarmed"


async def test_motion_in_an_armed_home_leads_over_pending_to_triggered(linked: House) -> None:
    await linked.simulator.arm(linked.home)
    await linked.advance(minutes=15)
    assert linked.panel() == "armed_away"
    await linked.simulator.motion(linked.point)
    await linked.advance(seconds=3)
    assert linked.panel() == "pending"
    await linked.advance(seconds=60)
    assert linked.panel() == "triggered"
    await linked.simulator.silence(linked.home)
    await linked.advance(seconds=3)
    assert linked.panel() == "armed_away"


async def test_arming_in_the_app_is_seen(linked: House) -> None:
    """Predecessor's defect 4: the panel kept the home as it was at start."""
    linked.simulator.switches.exit_delay *= 0
    await linked.simulator.arm(linked.home)
    await linked.advance(minutes=15)
    assert linked.panel() == "armed_away"


@pytest.mark.parametrize(
    "event", ["pir_motion", "temperature_high", "device_offline", "short_button_press", "odd_news"]
)
async def test_no_other_event_arms_the_panel(linked: House, event: str) -> None:
    """Predecessor's defect 1: a button press showed a disarmed home as armed."""
    await linked.simulator.emit(event, device=linked.point)
    await linked.advance(seconds=3)
    assert linked.panel() == "disarmed"


@pytest.mark.points(2)
@pytest.mark.homes(2)
async def test_the_alarm_of_one_home_leaves_the_others_alone(linked: House) -> None:
    """Predecessor's defect 2."""
    other = next(home.home_id for home in linked.homes if home.home_id != linked.home)
    linked.homes[0].alarm_status = "on"
    await linked.entry.runtime_data.coordinator.async_refresh()
    await linked.simulator.emit("alarm_grace_period_expired", device=linked.point, home=linked.home)
    await linked.settle()
    assert linked.panel() == "triggered"
    assert linked.panel(other) == "disarmed"


async def test_silencing_does_not_disarm(linked: House) -> None:
    """Predecessor's defect 6."""
    await linked.simulator.arm(linked.home)
    await linked.advance(minutes=16)
    await linked.simulator.emit("alarm_silenced", home=linked.home)
    await linked.advance(seconds=3)
    assert linked.panel() == "armed_away"


async def test_a_word_that_is_not_known_is_unknown_and_logged_once(
    linked: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Predecessor's defect 5: whatever it did not know looked armed."""
    linked.homes[0].alarm_status = "party_mode"  # type: ignore[assignment] # what Minut may add
    for _ in range(3):
        await linked.advance(minutes=15)
    assert linked.panel() == "unknown"
    records = [r for r in caplog.records if "unknown alarm status" in r.getMessage()]
    assert len(records) == 1
    assert "party_mode" in records[0].getMessage()


async def test_a_home_without_alarm_has_its_panel_disabled(house: House) -> None:
    """Predecessor's defect 39."""
    house.simulator.switches.alarm_status = False
    await house.link()
    entity_id = house.entity_id("alarm_control_panel.alarm")
    found = er.async_get(house.hass).async_get(entity_id)
    assert found
    assert found.disabled
    assert house.ha_device(house.home)


@pytest.mark.parametrize("refused", [404, 405])
async def test_arms_in_an_older_way_where_the_newest_is_not_known(
    linked: House, refused: int
) -> None:
    linked.simulator.switches.patch_alarm = refused
    await linked.call_panel("alarm_arm_away")
    assert linked.panel() == "arming"
    linked.simulator.switches.put_home_alarm = refused
    await linked.call_panel("alarm_disarm")
    assert linked.panel() == "disarmed"


@pytest.mark.parametrize(
    ("status", "key"),
    [
        (400, "alarm_refused"),
        (403, "alarm_forbidden"),
        (429, "alarm_unreachable"),
        (502, "alarm_unreachable"),
        (401, "unauthorized"),
    ],
)
async def test_a_refusal_says_why_and_leaves_the_panel_as_it_was(
    linked: House, status: int, key: str
) -> None:
    """Predecessor's defect 66."""
    for method in ("PATCH", "PUT"):
        linked.simulator.faults.add(method=method, status=status, times=None)
    with pytest.raises(HomeAssistantError) as caught:
        await linked.call_panel("alarm_arm_away")
    assert caught.value.translation_key == key
    assert linked.panel() == "disarmed"


async def test_a_command_with_a_dead_login_asks_to_sign_in_again(linked: House) -> None:
    linked.simulator.faults.add(method="PATCH", status=401, times=None)
    with pytest.raises(HomeAssistantError):
        await linked.call_panel("alarm_arm_away")
    await linked.settle()
    flows = linked.hass.config_entries.flow.async_progress_by_handler("point")
    assert [flow["context"]["source"] for flow in flows] == ["reauth"]


async def test_a_home_that_cannot_be_read_after_arming_is_read_again(linked: House) -> None:
    """The command was executed: an error would say otherwise, and the panel would be wrong."""
    linked.simulator.faults.add(method="GET", path=f"/homes/{linked.home}", status=502)
    assert await call_while(linked, linked.call_panel("alarm_arm_away"), [5]) is None
    assert linked.panel() == "arming"


async def test_the_end_of_a_delay_is_seen_even_if_the_first_look_fails(linked: House) -> None:
    await linked.call_panel("alarm_arm_away")
    linked.simulator.faults.add(method="GET", path=f"/homes/{linked.home}", status=502)
    await linked.advance(seconds=EXIT_DELAY + 3)
    assert linked.panel() == "arming"
    await linked.advance(seconds=16)
    assert linked.panel() == "armed_away"


async def test_a_command_does_not_wait_for_the_end_of_a_pause(linked: House) -> None:
    linked.simulator.faults.add(method="GET", status=429, headers={"Retry-After": "600"})
    await linked.advance(minutes=15)
    with pytest.raises(HomeAssistantError) as caught:
        await linked.call_panel("alarm_arm_away")
    assert caught.value.translation_key == "alarm_unreachable"


async def test_nothing_is_asked_after_unloading(linked: House) -> None:
    await linked.call_panel("alarm_arm_away")
    await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    before = len(linked.simulator.requests)
    await linked.advance(seconds=EXIT_DELAY + 3)
    assert len(linked.simulator.requests) == before


async def test_a_first_answer_that_is_behind_is_put_right(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind = [await linked.entry.runtime_data.client.home(linked.home)]
    read = MinutClient.home

    async def home(client: MinutClient, home_id: str, **how: Any) -> Home:
        return behind.pop() if behind else await read(client, home_id, **how)

    monkeypatch.setattr(MinutClient, "home", home)
    assert await call_while(linked, linked.call_panel("alarm_arm_away"), [5]) is None
    assert linked.panel() == "arming"


async def test_an_alarm_of_which_the_cloud_knows_nothing_does_not_last(linked: House) -> None:
    linked.homes[0].alarm_status = "on"
    await linked.advance(minutes=15)
    await linked.simulator.emit("alarm_grace_period_expired", home=linked.home)
    await linked.advance(seconds=3)
    assert linked.panel() == "triggered"
    await linked.advance(minutes=5, seconds=3)
    assert linked.panel() == "armed_away"
