"""The actions that list and create stays."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ..helpers.house import House
from .stay_helpers import IN, KIM, OUT, book, call, guests, link

# Listing


async def test_lists_the_stays_in_the_local_time_of_the_home(hosted: House) -> None:
    stay_id = await book(hosted)
    await hosted.simulator.add_guest(hosted.home, IN - timedelta(days=30), None)
    answer = await call(hosted, "get_stays")
    device = hosted.ha_device(hosted.home)
    assert device
    first, second = answer["stays"]
    assert first["check_out"] is None
    assert second == {
        "home": device.id,
        "stay_id": stay_id,
        "check_in": "2026-12-24T15:00:00+01:00",
        "check_out": "2026-12-27T11:00:00+01:00",
    }


async def test_lists_names_and_contacts_where_they_are_wanted(house: House) -> None:
    await link(house, guest_names=True)
    await book(house)
    (stay,) = (await call(house, "get_stays"))["stays"]
    assert (stay["name"], stay["email"], stay["phone"]) == tuple(
        KIM[key] for key in ("name", "email", "phone")
    )


async def test_lists_the_stays_of_many_homes(hosted: House) -> None:
    for home in hosted.homes:
        await hosted.simulator.add_guest(home.home_id, IN, OUT)
    devices = [hosted.ha_device(home.home_id) for home in hosted.homes]
    ids = [device.id for device in devices if device]
    answer = await call(hosted, "get_stays", device_id=ids)
    assert [stay["home"] for stay in answer["stays"]] == ids


# Creating


async def test_creates_a_stay_and_shows_it(hosted: House) -> None:
    answer = await call(hosted, "create_stay", **KIM)
    (guest,) = guests(hosted)
    assert answer == {"stay_id": guest.guest_id}
    assert (guest.name, guest.email, guest.phone_number) == (
        *("Kim Guest", "kim@example.org", "+46700000000"),
    )
    assert (guest.check_in_at, guest.check_out_at) == (IN, OUT)
    assert hosted.state("sensor.check_in", hosted.home) == "2026-12-24T14:00:00+00:00"


@pytest.mark.parametrize(
    ("check_in", "check_out"),
    [
        ("2026-12-24", "2026-12-27"),
        (date(2026, 12, 24), date(2026, 12, 27)),
        ("2026-12-24T14:00:00Z", "2026-12-27T19:00:00+09:00"),
        (IN, OUT),
    ],
)
async def test_takes_days_and_times_with_or_without_a_zone(
    hosted: House, check_in: object, check_out: object
) -> None:
    """Home Assistant runs in another zone than the home."""
    await hosted.hass.config.async_set_time_zone("Asia/Tokyo")
    times = {"check_in": check_in, "check_out": check_out}
    await call(hosted, "create_stay", **KIM | times)
    (guest,) = guests(hosted)
    assert (guest.check_in_at, guest.check_out_at) == (IN, OUT)


async def test_creates_an_open_stay_with_additional_fields(hosted: House) -> None:
    extra = {"lock": 7, "name": "Kim the First"}
    await call(hosted, "create_stay", name="Kim", check_in="2026-12-24", extra=extra)
    (guest,) = guests(hosted)
    assert (guest.check_out_at, guest.others, guest.name) == (None, {"lock": 7}, "Kim the First")


async def test_writes_in_the_spelling_of_the_home(hosted: House) -> None:
    spelling = {"guests": "stays", "check_in_at": "arrival", "check_out_at": "departure"}
    hosted.simulator.switches.guest_spelling = spelling | {"phone_number": "mobile"}
    stay_id = await book(hosted)
    await call(hosted, "create_stay", **KIM)
    assert guests(hosted)[1].phone_number == "+46700000000"
    await call(hosted, "update_stay", stay_id=stay_id, check_out="2026-12-30", phone="1")
    changed = guests(hosted)[0]
    assert changed.check_out_at == datetime(2026, 12, 30, 10, tzinfo=UTC)
    assert (changed.phone_number, changed.others) == ("1", {})


async def test_an_id_that_minut_does_not_tell_is_not_made_up(
    hosted: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = hosted.entry.runtime_data.client
    request = client._request

    async def mute(method: str, path: str, **how: Any) -> Any:
        answer = await request(method, path, **how)
        return None if method == "POST" else answer

    monkeypatch.setattr(client, "_request", mute)
    assert await call(hosted, "create_stay", **KIM) == {"stay_id": None}
    assert len(guests(hosted)) == 1
