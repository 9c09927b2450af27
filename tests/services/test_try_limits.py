"""The action that tries other noise limits on the last 30 days of a Point."""

from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest
import voluptuous as vol

from simulator import Device
from simulator.world.weather import Quantity

from ..helpers.house import House

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def try_limits(house: House, key: str | None = None, **data: Any) -> Any:
    """Try limits for the first Point."""
    device = house.ha_device(key or house.point)
    assert device
    return await house.hass.services.async_call(
        "point", "try_limits", {"device_id": device.id, **data}, blocking=True, return_response=True
    )


def make_noise(device: Device, *times: tuple[datetime, timedelta, float]) -> None:
    """Make noise at each of these times, for a duration, at a level in dB(A); 40 otherwise."""
    device.set_value(Quantity.SOUND, (NOON - timedelta(days=31)).timestamp(), 35.0)
    quiet = device.offsets[Quantity.SOUND].values[-1]
    for start, length, level in times:
        device.set_value(Quantity.SOUND, start.timestamp(), level)
        device.offsets[Quantity.SOUND].set((start + length).timestamp(), quiet)


async def test_each_limit_has_its_notices_with_their_nights(linked: House) -> None:
    evening = datetime(2026, 11, 14, 22, tzinfo=UTC)  # 23:00 in Stockholm
    make_noise(
        linked.devices[0],
        (datetime(2026, 11, 10, 11, tzinfo=UTC), 20 * MINUTE, 90.0),
        (evening, 15 * MINUTE, 83.0),
        (evening + timedelta(hours=4), 15 * MINUTE, 78.0),
        (evening + timedelta(days=2), 10 * MINUTE, 83.0),
        (evening + timedelta(days=3), 5 * MINUTE, 83.0),
    )
    answer = await try_limits(linked, limits=[75, 80, 85], durations=[10])
    found = {
        each["limit"]: (
            each["notices"],
            each["day"]["dates"],
            each["quiet_hours"]["notices"],
            each["quiet_hours"]["nights"],
        )
        for each in answer["results"]
    }
    assert found == {
        75: (4, ["2026-11-10"], 3, ["2026-11-14", "2026-11-16"]),
        80: (3, ["2026-11-10"], 2, ["2026-11-14", "2026-11-16"]),
        85: (1, ["2026-11-10"], 0, []),
    }
    assert answer["resolution_minutes"] == 5
    assert answer["summary"].splitlines() == [
        "- 75 dBA for 10 min, notices by day: 1, in quiet hours: 3 (2026-11-14, 2026-11-16)",
        "- 80 dBA for 10 min, notices by day: 1, in quiet hours: 2 (2026-11-14, 2026-11-16)",
        "- 85 dBA for 10 min, notices by day: 1, in quiet hours: 0",
        "",
        "This is an estimate from the values that Minut provides, not Minut's own rule.",
    ]


async def test_the_summary_is_in_the_language_of_the_system(house: House) -> None:
    house.hass.config.language = "de"
    await house.link()
    answer = await try_limits(house, limits=[72.5], durations=[7.5])
    assert answer["summary"].startswith("- 72,5 dBA für 7,5 min, Hinweise am Tag: ")


async def test_the_point_s_own_duration_and_quiet_hours_are_the_default(linked: House) -> None:
    point = linked.devices[0]
    answer = await try_limits(linked)
    assert [each["limit"] for each in answer["results"]] == [65, 70, 75, 80, 85]
    reaction = point.reactions["sound_level_high"]
    assert reaction.duration_seconds is not None
    assert {each["duration"] for each in answer["results"]} == {reaction.duration_seconds / 60}
    hours = point.quiet_hours
    assert answer["quiet_hours"] == {
        "start": f"{hours.start:%H:%M}",
        "end": f"{hours.end:%H:%M}",
    }


@pytest.mark.parametrize("rows", [[], [None], [""]])
async def test_a_list_without_a_filled_row_is_as_good_as_none(
    linked: House, rows: list[str | None]
) -> None:
    """The form sends rows that the user has added and left empty."""
    assert (await try_limits(linked, limits=rows, durations=rows))["results"] == (
        await try_limits(linked)
    )["results"]


async def test_an_empty_row_beside_others_does_not_count(linked: House) -> None:
    answer = await try_limits(linked, limits=["70", None, ""], durations=["", "5"])
    found = [(each["limit"], each["duration"]) for each in answer["results"]]
    assert found == [(70, 5)]


async def test_gaps_are_told_and_cause_no_notices(linked: House) -> None:
    point = linked.devices[0]
    start = NOON - timedelta(days=10)
    make_noise(point, (start, timedelta(hours=20), 95.0))
    point.gaps.append(((start - MINUTE).timestamp(), (start + timedelta(hours=30)).timestamp()))
    answer = await try_limits(linked, limits=80)
    assert [each["notices"] for each in answer["results"]] == [0]
    assert 29 < answer["gap_hours"] < 32
    assert answer["measured_hours"] + answer["gap_hours"] == pytest.approx(30 * 24, abs=1.5)


async def test_one_call_reads_one_series_of_one_point(linked: House) -> None:
    before = len(linked.simulator.requests)
    await try_limits(linked)
    new = linked.simulator.requests[before:]
    assert {request.path for request in new} == {f"/devices/{linked.point}/sound_level"}
    assert len(new) == 6  # of at most 1,440 values each


@pytest.mark.points(2)
async def test_a_home_with_several_points_is_refused(linked: House) -> None:
    before = len(linked.simulator.requests)
    with pytest.raises(ServiceValidationError) as raised:
        await try_limits(linked, linked.home)
    assert raised.value.translation_key == "one_point"
    assert len(linked.simulator.requests) == before


@pytest.mark.parametrize(
    "data",
    [
        {"limits": list(range(40, 62))},
        {"limits": ["loud"]},
    ],
)
async def test_senseless_limits_are_refused(linked: House, data: dict[str, Any]) -> None:
    with pytest.raises(vol.Invalid):
        await try_limits(linked, **data)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"limits": ["70", "39"]}, "39 dBA is out of range. Choose a value between 40 dBA and 100"),
        ({"limits": 101}, "101 dBA is out of range. Choose a value between 40 dBA and 100"),
        ({"durations": [4]}, "4 min is out of range. Choose a value between 5 min and 15"),
    ],
)
async def test_impossible_limits_are_refused_in_words(
    linked: House, data: dict[str, Any], text: str
) -> None:
    with pytest.raises(ServiceValidationError) as raised:
        await try_limits(linked, **data)
    assert str(raised.value).startswith(text)


async def test_trouble_at_minut_is_told(linked: House) -> None:
    linked.simulator.faults.add(path="/devices/*/sound_level", status=502, times=None)
    with pytest.raises(HomeAssistantError) as raised:
        await try_limits(linked)
    assert raised.value.translation_key == "history_unreachable"
