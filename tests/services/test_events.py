"""The action that looks up what happened in homes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from custom_components.point.const import DOMAIN
from custom_components.point.minut import client

from ..helpers.house import House

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def get_events(house: House, of: list[str] | None = None, **data: object) -> Any:
    """Return what the action finds in these homes (the first one)."""
    devices = [house.ha_device(home_id) for home_id in of or [house.home]]
    answer: Any = await house.hass.services.async_call(
        DOMAIN,
        "get_events",
        {"device_id": [device.id for device in devices if device], **data},
        blocking=True,
        return_response=True,
    )
    return answer["events"]


async def happen(house: House, event_type: str, hours: float, **where: Any) -> None:
    at = NOON + timedelta(hours=hours)
    where = where or {"home": house.home}
    await house.simulator.emit(event_type, created_at=at, **where)
    await house.settle()


async def test_lists_the_last_day_oldest_first(linked: House) -> None:
    await happen(linked, "temperature_low", -1, device=linked.point, sensor_value=11.5)
    await happen(linked, "disturbance_first_notice", -2)
    await happen(linked, "disturbance_ended", -25)
    home, point = linked.ha_device(linked.home), linked.ha_device(linked.point)
    assert home
    assert point
    noise, cold = await get_events(linked)
    assert noise.pop("event_id")
    assert cold.pop("event_id")
    assert noise == {"home": home.id, "type": "noise_detected", "time": "2026-11-20T10:00:00+00:00"}
    assert cold == {
        "home": home.id,
        "device": point.id,
        "type": "temperature_low",
        "time": "2026-11-20T11:00:00+00:00",
        "value": 11.5,
    }


async def test_lists_what_is_asked_for(linked: House) -> None:
    for hours in (-50, -30, -10):
        await happen(linked, "disturbance_first_notice", hours)
        await happen(linked, "disturbance_ended", hours + 1)
    found = await get_events(
        linked,
        start=NOON - timedelta(hours=40),
        end=NOON - timedelta(hours=20),
        event_type="noise_quieted",
    )
    assert [event["time"] for event in found] == ["2026-11-19T07:00:00+00:00"]


async def test_times_without_a_zone_are_those_of_home_assistant(linked: House) -> None:
    await linked.hass.config.async_set_time_zone("Asia/Tokyo")
    await happen(linked, "disturbance_first_notice", -1)
    for start, count in (("2026-11-20 20:00:00", 1), ("2026-11-20 20:00:01", 0)):
        assert len(await get_events(linked, start=start)) == count


async def test_lists_the_events_of_a_stay(linked: House) -> None:
    guest = await linked.simulator.add_guest(
        linked.home, NOON - timedelta(hours=3), NOON - timedelta(hours=1)
    )
    for hours in (-4, -2):
        await happen(linked, "disturbance_first_notice", hours)
    found = await get_events(linked, stay_id=guest.guest_id)
    assert [event["time"] for event in found] == ["2026-11-20T10:00:00+00:00"]


@pytest.mark.homes(2)
async def test_lists_the_events_of_many_homes(linked: House) -> None:
    homes = [home.home_id for home in linked.homes]
    await happen(linked, "disturbance_first_notice", -1, home=homes[0])
    await happen(linked, "disturbance_first_notice", -2, home=homes[1])
    found = await get_events(linked, homes)
    devices = [linked.ha_device(home) for home in reversed(homes)]
    assert [event["home"] for event in found] == [device.id for device in devices if device]


async def test_more_events_than_can_be_fetched_are_not_cut(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = client.EVENTS_PAGE + 1
    for number in range(count):
        await happen(linked, "disturbance_first_notice", -1 - number / 10)
    assert len(await get_events(linked)) == count
    monkeypatch.setattr(client, "MAX_EVENTS", client.EVENTS_PAGE)
    with pytest.raises(ServiceValidationError) as caught:
        await get_events(linked)
    assert caught.value.translation_key == "too_many_events"


async def test_types_have_the_names_that_the_events_of_deliveries_have(linked: House) -> None:
    await happen(linked, "disturbance_first_notice", -2)
    await happen(linked, "disturbance_ended", -1)
    for is_strict in (False, True):  # whether Minut rejects the names of deliveries
        for asked_for, found in (
            (["disturbance_first_notice", "disturbance_second_notice"], ["noise_detected"]),
            (["disturbance_ended"], ["noise_quieted"]),
            (["disturbance_third_notice", "noise_quieted"], ["noise_detected", "noise_quieted"]),
        ):
            if is_strict:
                path = f"/homes/{linked.home}/events"
                linked.simulator.faults.add(path=path, status=400)
            events = await get_events(linked, event_type=asked_for)
            assert [event["type"] for event in events] == found


async def test_a_type_that_minut_rejects_for_a_home_is_looked_for_in_all(linked: House) -> None:
    await happen(linked, "temperature_low", -2, device=linked.point, sensor_value=11.5)
    await happen(linked, "disturbance_ended", -1)
    path = f"/homes/{linked.home}/events"
    linked.simulator.faults.add(path=path, status=400, times=2)  # again with a renewed token
    [event] = await get_events(linked, event_type="temperature_low")
    assert event["type"] == "temperature_low"
    linked.simulator.faults.add(path=path, status=400, times=2)
    with pytest.raises(HomeAssistantError) as caught:
        await get_events(linked, event_type="temperature_low")
    assert caught.value.translation_key == "look_up_refused"


async def test_a_rejected_request_is_one_sentence(linked: House) -> None:
    path = f"/homes/{linked.home}/events"
    linked.simulator.faults.add(path=path, status=400, times=None)
    with pytest.raises(HomeAssistantError) as caught:
        await get_events(linked)
    assert str(caught.value).startswith("Couldn't read the events: HTTP status 400. Check ")


async def test_what_minut_does_not_know_is_told(linked: House) -> None:
    with pytest.raises(HomeAssistantError) as caught:
        await get_events(linked, event_type=["levitation"])
    assert caught.value.translation_key == "look_up_refused"


async def test_a_start_after_the_end_is_refused(linked: House) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await get_events(linked, start=NOON + timedelta(days=1))
    assert caught.value.translation_key == "nothing_between"


@pytest.mark.parametrize("rows", [[], [None], [""]])
async def test_empty_rows_of_the_form_restrict_nothing(
    linked: House, rows: list[str | None]
) -> None:
    await happen(linked, "temperature_low", -1, device=linked.point)
    assert await get_events(linked, event_type=rows, stay_id=rows) == await get_events(linked)
