"""The actions that list, create, change and delete stays."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockUser
import voluptuous as vol

from custom_components.point.const import DOMAIN
from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.exceptions import MinutUnreachableError
from custom_components.point.minut.parsing import JsonObject
from custom_components.point.minut.rate_limit import Priority
from simulator.world.world import Guest

from ..helpers.house import House

IN, OUT = datetime(2026, 12, 24, 14, tzinfo=UTC), datetime(2026, 12, 27, 10, tzinfo=UTC)
KIM: dict[str, Any] = {
    "name": "Kim Guest",
    "check_in": "2026-12-24 15:00:00",
    "check_out": "2026-12-27 11:00:00",
    "email": "kim@example.org",
    "phone": "+46700000000",
}


@pytest.fixture
async def hosted(house: House) -> House:
    """Return a linked account with stays, none of them booked yet."""
    await link(house)
    return house


async def link(house: House, **options: bool) -> None:
    house.entry = await house.make_entry()
    house.hass.config_entries.async_update_entry(house.entry, options={"stays": True, **options})
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.advance(seconds=1)


async def call(house: House, action: str, of: str | None = None, **data: object) -> Any:
    """Call an action of the first home; return its answer, where it gives one."""
    answers = action in {"create_stay", "get_stays"}
    answer = await house.hass.services.async_call(
        DOMAIN,
        action,
        {"device_id": home_device(house, of), **data},
        blocking=True,
        return_response=answers,
    )
    await house.settle()
    return answer


def home_device(house: House, of: str | None = None) -> str:
    device = house.ha_device(of or house.home)
    assert device
    return device.id


def guests(house: House) -> list[Guest]:
    return list(house.homes[0].guests.values())


async def book(house: House) -> str:
    """Book a stay in the app."""
    return (await house.simulator.add_guest(house.home, IN, OUT)).guest_id


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


# Changing and deleting


@pytest.mark.parametrize("patch", [None, 404, 405])
async def test_changes_what_is_given_and_keeps_the_rest(hosted: House, patch: int | None) -> None:
    """Also where Minut takes only a whole guest."""
    hosted.simulator.switches.patch_guest = patch
    stay_id = await book(hosted)
    guests(hosted)[0].others = {"lock": 7}
    await call(
        hosted,
        "update_stay",
        stay_id=stay_id,
        check_in="2026-12-23",
        email=None,
        extra={"pets": 2},
    )
    (guest,) = guests(hosted)
    assert guest == Guest(
        guest_id=stay_id,
        name="Kim Guest",
        check_in_at=datetime(2026, 12, 23, 14, tzinfo=UTC),
        check_out_at=OUT,
        phone_number="+46700000000",
        others={"lock": 7, "pets": 2},
    )
    assert hosted.state("sensor.check_in", hosted.home) == "2026-12-23T14:00:00+00:00"


async def test_an_end_can_be_taken_away(hosted: House) -> None:
    stay_id = await book(hosted)
    await call(hosted, "update_stay", stay_id=stay_id, check_out=None)
    assert guests(hosted)[0].check_out_at is None
    assert hosted.state("sensor.check_out", hosted.home) == "unknown"


async def test_deletes_a_stay_even_the_last(hosted: House) -> None:
    stay_id = await book(hosted)
    await call(hosted, "get_stays")
    assert hosted.state("sensor.check_in", hosted.home) != "unknown"
    await call(hosted, "delete_stay", stay_id=stay_id)
    assert not guests(hosted)
    assert hosted.state("sensor.check_in", hosted.home) == "unknown"


async def test_a_deleted_stay_is_gone_even_if_it_cannot_be_read_again(
    hosted: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    stay_id = await book(hosted)
    delete = MinutClient.delete_guest

    async def delete_and_vanish(client: MinutClient, home_id: str, guest_id: str) -> None:
        await delete(client, home_id, guest_id)
        hosted.simulator.faults.add(method="GET", path=f"/homes/{home_id}/guests", status=502)

    monkeypatch.setattr(MinutClient, "delete_guest", delete_and_vanish)
    await call(hosted, "delete_stay", stay_id=stay_id)
    assert hosted.state("sensor.check_in", hosted.home) == "unknown"


async def test_two_changes_at_once_do_not_overwrite_each_other(hosted: House) -> None:
    hosted.simulator.switches.patch_guest = 405
    stay_id = await book(hosted)
    await asyncio.gather(
        call(hosted, "update_stay", stay_id=stay_id, name="Kim the First"),
        call(hosted, "update_stay", stay_id=stay_id, phone="1"),
    )
    (guest,) = guests(hosted)
    assert (guest.name, guest.phone_number) == ("Kim the First", "1")


async def test_an_older_answer_does_not_bring_a_deleted_stay_back(
    hosted: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hourly reading was under way when the stay was deleted."""
    stay_id = await book(hosted)
    read, may_answer = MinutClient.guests, asyncio.Event()

    async def read_slowly(client: MinutClient, home_id: str, *, priority: Priority) -> Any:
        answer = await read(client, home_id, priority=priority)
        if priority is Priority.HISTORY:
            has_answer.set()
            await may_answer.wait()
        return answer

    has_answer = asyncio.Event()
    monkeypatch.setattr(MinutClient, "guests", read_slowly)
    stays = hosted.entry.runtime_data.stays
    hourly = hosted.hass.async_create_task(stays.async_read(hosted.home))
    await has_answer.wait()
    await hosted.hass.services.async_call(
        DOMAIN,
        "delete_stay",
        {"device_id": home_device(hosted), "stay_id": stay_id},
        blocking=True,
    )
    may_answer.set()
    await hourly
    assert hosted.state("sensor.check_in", hosted.home) == "unknown"


async def test_an_answer_that_comes_after_unloading_starts_nothing(hosted: House) -> None:
    await book(hosted)
    stays = hosted.entry.runtime_data.stays
    await hosted.hass.config_entries.async_unload(hosted.entry.entry_id)
    await stays.async_read(hosted.home)
    assert not stays.of(hosted.home).current_or_next(IN)


# What is refused


def sent(house: House) -> int:
    """Count what was written."""
    return sum(
        request.method in {"POST", "PATCH", "PUT", "DELETE"} and "/guests" in request.path
        for request in house.simulator.requests
    )


async def test_nothing_is_written_where_the_list_is_not_understood(hosted: House) -> None:
    stay_id = await book(hosted)
    hosted.simulator.switches.guest_spelling = {"check_in_at": "first_night"}
    actions: dict[str, dict[str, Any]] = {
        "get_stays": {},
        "create_stay": KIM,
        "update_stay": {"stay_id": stay_id, "name": "Kim"},
        "delete_stay": {"stay_id": stay_id},
    }
    for action, data in actions.items():
        with pytest.raises(HomeAssistantError) as caught:
            await call(hosted, action, **data)
        assert caught.value.translation_key == "stays_not_understood"
    assert sent(hosted) == 0


@pytest.mark.parametrize(
    ("action", "data", "key"),
    [
        ("create_stay", KIM | {"check_out": "2026-12-24 15:00:00"}, "stay_ends_too_early"),
        ("update_stay", {"check_in": "2026-12-28"}, "stay_ends_too_early"),
        ("update_stay", {"stay_id": "0" * 24, "name": "Kim"}, "unknown_stay"),
        ("delete_stay", {"stay_id": "0" * 24}, "unknown_stay"),
        ("delete_stay", {"stay_id": "../../homes"}, "unknown_stay"),
    ],
)
async def test_what_makes_no_sense_is_not_written(
    hosted: House, action: str, data: dict[str, Any], key: str
) -> None:
    stay_id = await book(hosted)
    own = {} if action == "create_stay" else {"stay_id": stay_id}
    with pytest.raises(ServiceValidationError) as caught:
        await call(hosted, action, **own | data)
    assert caught.value.translation_key == key
    assert str(caught.value) != key
    assert sent(hosted) == 0


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("create_stay", {"name": "Kim"}),
        ("create_stay", KIM | {"check_in": "soon"}),
        ("create_stay", KIM | {"check_in": "2026-13-45"}),
        ("create_stay", KIM | {"check_in": 5}),
        ("update_stay", {"name": "Kim"}),
        ("update_stay", {"stay_id": "1", "check_in": None}),
        ("delete_stay", {}),
        ("get_stays", {"stay_id": "1"}),
    ],
)
async def test_what_has_the_wrong_shape_is_refused_at_once(
    hosted: House, action: str, data: dict[str, Any]
) -> None:
    with pytest.raises(vol.Invalid):
        await call(hosted, action, **data)


@pytest.mark.parametrize(
    ("status", "key"),
    [
        (400, "stay_refused"),
        (403, "stay_forbidden"),
        (502, "stay_unreachable"),
        (401, "unauthorized"),
    ],
)
async def test_what_minut_refuses_is_told(hosted: House, status: int, key: str) -> None:
    hosted.simulator.faults.add(method="POST", path="/homes/*/guests", status=status, times=None)
    with pytest.raises(HomeAssistantError) as caught:
        await call(hosted, "create_stay", **KIM)
    assert caught.value.translation_key == key
    assert "Kim" not in str(caught.value)
    assert not guests(hosted)


async def test_a_list_that_cannot_be_read_changes_nothing_and_says_so(hosted: House) -> None:
    for status, key in (
        (502, "stays_unreachable"),
        (403, "stays_forbidden"),
        (400, "stays_refused"),
    ):
        hosted.simulator.faults.add(method="GET", path="/homes/*/guests", status=status, times=None)
        for action, data in (("get_stays", {}), ("create_stay", KIM)):
            with pytest.raises(HomeAssistantError) as caught:
                await call(hosted, action, **data)
            assert caught.value.translation_key == key
        hosted.simulator.faults.clear()
    assert sent(hosted) == 0


async def test_nothing_to_change_is_not_sent(hosted: House) -> None:
    """Minut might write to the guest."""
    stay_id = await book(hosted)
    with pytest.raises(ServiceValidationError) as caught:
        await call(hosted, "update_stay", stay_id=stay_id)
    assert caught.value.translation_key == "no_changes"
    assert sent(hosted) == 0


async def test_a_change_that_may_have_been_made_is_looked_at_soon(
    hosted: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = MinutClient.create_guest

    async def create_and_lose_the_answer(
        client: MinutClient, home_id: str, body: JsonObject
    ) -> None:
        await create(client, home_id, body)
        raise MinutUnreachableError("Minut did not answer in time")

    monkeypatch.setattr(MinutClient, "create_guest", create_and_lose_the_answer)
    with pytest.raises(HomeAssistantError) as caught:
        await call(hosted, "create_stay", **KIM)
    assert caught.value.translation_key == "stay_unreachable"
    await hosted.advance(seconds=16)
    assert hosted.state("sensor.check_in", hosted.home) == "2026-12-24T14:00:00+00:00"


@pytest.mark.parametrize("action", ["get_stays", "create_stay", "update_stay", "delete_stay"])
async def test_only_who_may_control_entities_sees_and_changes_stays(
    hosted: House, hass_read_only_user: MockUser, action: str
) -> None:
    stay_id = await book(hosted)
    data = {"get_stays": {}, "create_stay": KIM}.get(action, {"stay_id": stay_id})
    with pytest.raises(Unauthorized):
        await hosted.hass.services.async_call(
            DOMAIN,
            action,
            {"device_id": home_device(hosted), **data},
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
            return_response=action == "get_stays",
        )
    assert sent(hosted) == 0


async def test_a_point_is_no_home(hosted: House) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await call(hosted, "get_stays", of=hosted.point)
    assert caught.value.translation_key == "not_a_home"
    assert "Hallway" in str(caught.value)


async def test_stays_that_are_off_are_not_asked_for(linked: House) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await call(linked, "create_stay", **KIM)
    assert caught.value.translation_key == "stays_are_off"
    assert linked.requests("GET", f"/homes/{linked.home}/guests") == 0
