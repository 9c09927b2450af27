"""Alarm follows stays: when it arms, when it disarms, and when it leaves the alarm alone.

Home Assistant is in UTC, the home in Stockholm.
"""

from homeassistant.core import ServiceCall
import pytest

from tests.helpers.house import House
from tests.presence.test_homes import add_settings, link, until

from .conftest import Automate, messages
from .test_who_came import book, motion

ARMED = (
    "Made has armed Lakeside 4: the home is vacant, and there has been no motion for 120 minutes."
)
DISARMED = "Made has disarmed Lakeside 4, because guests or cleaners are expected."
EXPLAINED = (
    "Home Assistant has no stays or no motion for this home. Set up the home in the Minut Point"
    " integration, and enable the Status, Check-in and Check-out sensors of the home and the Motion"
    " sensors of its Points."
)
NO_CLEANING = {"cleaning_from": "00:00:00", "cleaning_until": "00:00:00"}


async def follow(house: House, automate: Automate, **inputs: object) -> None:
    """Make the automation for the alarm of the first home. It is 13:00 in Stockholm."""
    panel = house.entity_id("alarm_control_panel.alarm")
    await automate("alarm_follows_stays", panels=[panel], **inputs)


async def test_a_vacant_home_is_armed_after_two_hours_without_motion(
    house: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await link(house)
    await follow(house, automate)
    await until(house, "14:55")
    assert house.panel() == "disarmed"
    assert messages(told) == []
    await until(house, "15:10")
    assert house.panel() in {"arming", "armed_away"}
    assert messages(told) == [ARMED]


async def test_guests_check_out(house: House, automate: Automate, told: list[ServiceCall]) -> None:
    await book(house, begins_in=-3, hours=5)  # until 15:00
    await follow(house, automate, **NO_CLEANING)
    await until(house, "14:30")
    await motion(house)
    await until(house, "16:20")
    assert house.panel() == "disarmed"
    await until(house, "16:50")
    assert house.panel() in {"arming", "armed_away"}
    assert messages(told) == [ARMED]


async def test_it_waits_for_the_cleaning(
    house: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await book(house, begins_in=-3, hours=3.5)  # until 13:30
    await follow(house, automate, cleaning_from="10:00:00", cleaning_until="16:00:00")
    await until(house, "16:50")
    assert house.panel() == "disarmed"
    await until(house, "17:10")
    assert house.panel() in {"arming", "armed_away"}
    assert messages(told) == [ARMED]


async def test_it_disarms_before_check_in(
    house: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await book(house, begins_in=4)  # at 17:00
    await follow(house, automate)
    await until(house, "15:40")
    assert messages(told) == [ARMED]
    assert house.panel() == "armed_away"
    await until(house, "16:10")
    assert house.panel() == "disarmed"
    assert messages(told) == [DISARMED]
    await until(house, "19:30")  # they have not arrived yet
    assert house.panel() == "disarmed"


async def test_it_disarms_before_cleaning(
    house: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await book(house, begins_in=-3, hours=3.5)  # until 13:30
    await motion(house)
    await house.call_panel("alarm_arm_away")
    await follow(house, automate, cleaning_from="14:00:00", cleaning_until="16:00:00")
    await until(house, "13:50")
    assert house.panel() == "armed_away"
    await until(house, "14:10")
    assert house.panel() == "disarmed"
    assert messages(told) == [DISARMED]


async def test_it_never_arms_over_somebody(
    house: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await link(house)
    await follow(house, automate)
    for time in ("14:00", "15:30", "17:00"):
        await until(house, time)
        await motion(house)
    await until(house, "18:30")
    assert house.panel() == "disarmed"
    assert messages(told) == []


async def test_it_does_not_arm_while_a_point_is_offline(
    house: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await link(house)
    await follow(house, automate)
    await house.simulator.take_offline(house.point)
    await until(house, "17:00")
    assert house.panel() == "disarmed"
    assert messages(told) == []


async def test_it_does_not_arm_during_a_stay(
    house: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await book(house, begins_in=-3, hours=30)
    await follow(house, automate)
    await until(house, "17:00")
    assert house.state("sensor.status", house.home) == "expected"  # they may still come
    assert house.panel() == "disarmed"
    assert messages(told) == []


async def test_a_refused_command_is_told_and_tried_again(
    house: House, automate: Automate, told: list[ServiceCall], caplog: pytest.LogCaptureFixture
) -> None:
    await link(house)
    await follow(house, automate)
    await until(house, "14:55")
    house.simulator.faults.add(method="P*", path="/homes/*", status=400, times=None)
    await until(house, "15:05")
    assert house.panel() == "disarmed"
    [failed] = told
    assert failed.data["title"] == "The alarm in Lakeside 4 could not be armed"
    assert messages(told) == ["Made tries again in five minutes. The log contains the reason."]
    house.simulator.faults.clear()
    assert "400" in caplog.text
    caplog.clear()
    await until(house, "15:15")
    assert house.panel() in {"arming", "armed_away"}
    assert messages(told) == [ARMED]


async def test_a_command_that_succeeds_after_all_withdraws_the_failure(
    house: House, automate: Automate, sent: list[ServiceCall], withdrawn: list[ServiceCall]
) -> None:
    await link(house)
    await follow(house, automate, notify=["notify.phone"])
    await until(house, "15:10")
    assert len(sent) == 1
    home = house.ha_device(house.home)
    assert home
    assert [call.data["notification_id"] for call in withdrawn] == [f"minut_stays_alarm_{home.id}"]


async def test_an_outage_over_check_in_locks_nobody_out(
    house: House, automate: Automate, told: list[ServiceCall]
) -> None:
    """The alarm seems to have been armed only now, but nobody has arrived who could have."""
    await book(house, begins_in=-1)
    await house.call_panel("alarm_arm_away")
    await until(house, "13:10")
    assert house.panel() == "armed_away"
    await follow(house, automate)
    await until(house, "13:20")
    assert house.panel() == "disarmed"
    assert messages(told) == [DISARMED]


async def test_guests_may_arm_the_alarm(
    house: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await book(house, begins_in=-3, hours=30)
    await follow(house, automate)
    await motion(house)
    await house.call_panel("alarm_arm_away")
    await until(house, "15:00")
    assert house.panel() == "armed_away"
    assert messages(told) == []


async def test_an_alarm_is_not_silenced(
    house: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await book(house, begins_in=1.5)
    await house.simulator.arm(house.home)
    await house.simulator.emit("alarm_grace_period_expired", home=house.home)
    house.simulator.homes[house.home].alarm_status = "critical_event"
    await house.advance(seconds=5)
    assert house.panel() == "triggered"
    await follow(house, automate)
    await until(house, "13:50")
    assert house.panel() == "triggered"
    assert messages(told) == []


async def test_own_actions_and_phones(
    house: House, automate: Automate, sent: list[ServiceCall], withdrawn: list[ServiceCall]
) -> None:
    await link(house)
    own = {
        "action": "persistent_notification.dismiss",
        "data": {"notification_id": "{{ home }}: {{ step }}"},
    }
    await follow(house, automate, notify=["notify.phone"], actions=[own])
    await until(house, "15:10")
    assert [(call.data["title"], call.data["message"]) for call in sent] == [
        ("Alarm armed in Lakeside 4", ARMED)
    ]
    assert withdrawn[-1].data["notification_id"] == "Lakeside 4: arm"


async def test_a_home_without_settings_is_explained_until_it_is_set_up(
    linked: House, automate: Automate, told: list[ServiceCall], withdrawn: list[ServiceCall]
) -> None:
    await follow(linked, automate)
    told.clear()
    linked.hass.bus.async_fire("automation_reloaded")
    await linked.settle()
    [explained] = told
    assert explained.data["title"] == "Made cannot handle Lakeside 4"
    assert messages(told) == [EXPLAINED]
    withdrawn.clear()
    await add_settings(linked)
    await linked.advance(seconds=1)
    linked.hass.bus.async_fire("automation_reloaded")
    await linked.settle()
    assert not told
    assert [call.data["notification_id"] for call in withdrawn] == [
        explained.data["notification_id"]
    ]
