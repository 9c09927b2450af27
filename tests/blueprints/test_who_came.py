"""Nobody came, somebody came: a message for each presence event."""

from datetime import timedelta

from homeassistant.core import ServiceCall

from tests.helpers.house import House
from tests.presence.test_homes import link, until

from .conftest import Automate, messages

ARRIVED = "There is motion in Lakeside 4 for the first time in this stay."
NOBODY = "There has been no motion in Lakeside 4 since check-in."
SOMEBODY = "Lakeside 4 should be vacant, but there is motion."
LEFT = "The guests seem to have left Lakeside 4 before check-out."


def first_home(house: House) -> dict[str, object]:
    device = house.ha_device(house.home)
    assert device
    return {"device_id": device.id}


async def book(house: House, *, begins_in: float, hours: float = 9) -> None:
    """Add a stay to the first home, and link the account with settings for that home."""
    begin = house.simulator.time() + timedelta(hours=begins_in)
    await house.simulator.add_guest(house.home, begin, begin + timedelta(hours=hours))
    await link(house)


async def motion(house: House) -> None:
    await house.simulator.motion(house.point)
    await house.advance(seconds=5)


async def test_an_arrival_is_told_once(
    house: House, automate: Automate, told: list[ServiceCall], withdrawn: list[ServiceCall]
) -> None:
    await book(house, begins_in=-1)
    await automate("who_came", homes=first_home(house))
    await motion(house)
    assert messages(told) == [ARRIVED]
    await house.advance(minutes=5)
    await motion(house)
    assert messages(told) == []


async def test_nobody_came(house: House, automate: Automate, told: list[ServiceCall]) -> None:
    await book(house, begins_in=-1)
    await automate("who_came", homes=first_home(house))
    await until(house, "19:00")
    assert messages(told) == [NOBODY]


async def test_guests_who_leave_early(
    house: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await book(house, begins_in=-1)
    await automate("who_came", homes=first_home(house))
    await motion(house)
    await until(house, "17:00")
    assert messages(told) == [ARRIVED, LEFT]


async def test_nobody_moves_during_a_stay(
    house: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await book(house, begins_in=-1, hours=60)
    await automate("who_came", homes=first_home(house), events=["no_motion_in_stay"])
    await motion(house)
    for _ in range(24):
        await house.advance(hours=1)
    assert messages(told) == ["There has been no motion in Lakeside 4 since last evening."]


async def test_somebody_in_a_vacant_home_is_sent_to_a_phone(
    house: House, automate: Automate, sent: list[ServiceCall]
) -> None:
    await link(house)
    await automate("who_came", homes=first_home(house), notify=["notify.phone"])
    await until(house, "20:00")
    await motion(house)
    assert [call.data for call in sent] == [
        {
            "entity_id": ["notify.phone"],
            "title": "Somebody is in Lakeside 4",
            "message": SOMEBODY,
        }
    ]


async def test_only_the_chosen_events_are_told(
    house: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await book(house, begins_in=-1)
    await automate("who_came", homes=first_home(house), events=["nobody_came"])
    await motion(house)
    assert messages(told) == []


async def test_own_actions_know_what_happened(
    house: House, automate: Automate, told: list[ServiceCall], withdrawn: list[ServiceCall]
) -> None:
    await book(house, begins_in=-1)
    own = {
        "action": "persistent_notification.dismiss",
        "data": {"notification_id": "{{ home }}: {{ event }}"},
    }
    await automate("who_came", homes=first_home(house), actions=[own])
    await motion(house)
    assert withdrawn[-1].data["notification_id"] == "Lakeside 4: guest_arrived"


async def test_homes_without_settings_are_explained(
    linked: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await automate("who_came", homes=first_home(linked))
    told.clear()
    linked.hass.bus.async_fire("automation_reloaded")
    await linked.settle()
    assert [call.data["title"] for call in told] == ["Made: no home is set up"]


async def test_homes_with_settings_need_no_explanation(
    house: House, automate: Automate, told: list[ServiceCall], withdrawn: list[ServiceCall]
) -> None:
    await link(house)
    await automate("who_came", homes=first_home(house))
    house.hass.bus.async_fire("automation_reloaded")
    await house.settle()
    assert not told
    assert withdrawn
