"""Follow-up while noise goes on: when it reminds, whom, and when it stops."""

from homeassistant.core import ServiceCall
import pytest

from tests.helpers.house import House

from .conftest import MADE, Automate, messages
from .test_noise_escalation import first_home, noise, quiet


def still(minutes: int) -> str:
    unit = "minute" if minutes == 1 else "minutes"
    return f"It has been loud in Lakeside 4 for {minutes} {unit}."


async def wait(house: House, minutes: int) -> None:
    """Let time pass in steps, as the clock does."""
    for _ in range(minutes):
        await house.advance(minutes=1)


async def test_it_reminds_while_the_noise_goes_on(
    linked: House, automate: Automate, told: list[ServiceCall], withdrawn: list[ServiceCall]
) -> None:
    await automate("noise_follow_up", homes=first_home(linked))
    await noise(linked, 1)
    await wait(linked, 14)
    assert not told
    await wait(linked, 1)
    assert messages(told) == [still(15)]
    await noise(linked, 2)  # counts from the first notice
    await wait(linked, 30)
    assert messages(told) == [still(30), still(45)]
    await wait(linked, 20)
    assert not told
    await quiet(linked)
    assert len(withdrawn) == 1


async def test_it_stops_when_the_noise_ends(
    linked: House, automate: Automate, told: list[ServiceCall], withdrawn: list[ServiceCall]
) -> None:
    await automate("noise_follow_up", homes=first_home(linked))
    await noise(linked, 1)
    await wait(linked, 20)
    assert messages(told) == [still(15)]
    await quiet(linked)
    await wait(linked, 30)
    assert not told


async def test_it_stops_when_somebody_dismisses_the_noise(
    linked: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await automate("noise_follow_up", homes=first_home(linked))
    await noise(linked, 1)
    await wait(linked, 5)
    await linked.simulator.dismiss_noise(linked.home)
    await wait(linked, 45)
    assert not told


async def test_the_last_reminder_goes_to_somebody_else_too(
    linked: House, automate: Automate, sent: list[ServiceCall]
) -> None:
    await automate(
        "noise_follow_up",
        homes=first_home(linked),
        notify=["notify.phone"],
        notify_last=["notify.neighbor"],
        first_after={"minutes": 1},
        second_after={"minutes": 2},
        third_after={"hours": 0, "minutes": 3, "seconds": 0},
    )
    await noise(linked, 1)
    await wait(linked, 4)
    assert [(call.data["entity_id"], call.data["message"]) for call in sent] == [
        (["notify.phone"], still(1)),
        (["notify.phone"], still(2)),
        (["notify.phone", "notify.neighbor"], still(3)),
    ]


async def test_it_counts_from_the_chosen_notice(
    linked: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await automate("noise_follow_up", homes=first_home(linked), level="second")
    await noise(linked, 1)
    await wait(linked, 20)
    assert not told
    await noise(linked, 2)
    await wait(linked, 16)
    assert messages(told) == [still(15)]


@pytest.mark.homes(2)
async def test_each_home_has_its_own_reminders(
    linked: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await automate("noise_follow_up", homes=first_home(linked))
    await noise(linked, 1, home=1)
    await wait(linked, 20)
    assert not told


async def test_a_restart_ends_the_reminders(
    linked: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await automate("noise_follow_up", homes=first_home(linked))
    await noise(linked, 1)
    await wait(linked, 16)
    assert messages(told) == [still(15)]
    automation = {"entity_id": MADE}
    await linked.hass.services.async_call("automation", "turn_off", automation, blocking=True)
    await linked.stop()
    await linked.start()
    await linked.hass.services.async_call("automation", "turn_on", automation, blocking=True)
    await wait(linked, 31)
    assert not told


async def test_a_reload_of_the_account_neither_ends_nor_repeats_the_reminders(
    linked: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await automate("noise_follow_up", homes=first_home(linked))
    await noise(linked, 1)
    await wait(linked, 16)
    assert messages(told) == [still(15)]
    await linked.stop()
    await linked.start()
    await wait(linked, 31)
    assert messages(told) == [still(30), still(45)]


async def test_own_actions_know_how_long_it_has_been_loud(
    linked: House, automate: Automate, told: list[ServiceCall], withdrawn: list[ServiceCall]
) -> None:
    own = {
        "action": "persistent_notification.dismiss",
        "data": {"notification_id": "{{ home }}: {{ step }}, {{ minutes }}"},
    }
    await automate("noise_follow_up", homes=first_home(linked), actions=[own])
    await noise(linked, 1)
    await wait(linked, 16)
    assert [call.data["notification_id"] for call in withdrawn] == ["Lakeside 4: 1, 15"]
