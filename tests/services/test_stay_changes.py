"""The actions that change and delete stays."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.point.const import DOMAIN
from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.rate_limit import Priority
from simulator.world.world import Guest

from ..helpers.house import House
from .stay_helpers import IN, OUT, book, call, guests, home_device


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
