"""The action that reports on a night, a stay or another period of a home."""

from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from typing import Any

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
import pytest

from simulator.world.weather import Quantity

from ..helpers.house import House

pytestmark = pytest.mark.points(2)

GOLDEN = Path(__file__).parent / "golden"
PAGE = Path(__file__).parents[2] / "docs" / "reports.md"
TEN = datetime(2026, 11, 19, 21, tzinfo=UTC)
"""22:00 in Stockholm, the start of the last night."""
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(hours: float) -> datetime:
    """Return a time of the last night."""
    return TEN + timedelta(hours=hours)


async def report(house: House, home_id: str | None = None, /, **data: object) -> Any:
    """Return the report of a home, by default of the first one."""
    home = house.ha_device(home_id or house.home)
    assert home
    return await house.hass.services.async_call(
        "point", "report", {"device_id": home.id, **data}, blocking=True, return_response=True
    )


async def have_a_party(house: House) -> None:
    """Have a party from 23:00 to 1:30; from 3:00 to 5:30 the second Point has no contact."""
    hallway, bedroom = house.devices[:2]
    for start, level in ((-2.0, 38.0), (1.0, 84.0), (2.0, 91.0), (3.5, 38.0)):
        hallway.set_value(Quantity.SOUND, at(start).timestamp(), level)
    bedroom.gaps.append((at(5).timestamp(), at(7.5).timestamp()))
    events: tuple[tuple[str, float, dict[str, Any]], ...] = (
        ("disturbance_first_notice", 1.2, {}),
        ("disturbance_second_notice", 1.5, {}),
        ("disturbance_snoozed", 1.6, {"user_id": house.simulator.account.user_id}),
        ("disturbance_ended", 3.6, {}),
    )
    for kind, hours, fields in events:
        await house.simulator.emit(kind, home=house.home, created_at=at(hours), **fields)
    await house.simulator.emit("device_offline", device=bedroom.device_id, created_at=at(6))
    await house.settle()


async def test_the_report_of_a_party_night_is_as_in_the_golden_files(linked: House) -> None:
    await have_a_party(linked)
    answer = await report(linked)
    assert answer["markdown"] + "\n" == (GOLDEN / "party_night.md").read_text("utf-8")
    names = {
        device.id: name
        for key, name in (
            (linked.home, "HOME"),
            (linked.devices[0].device_id, "HALLWAY"),
            (linked.devices[1].device_id, "BEDROOM"),
        )
        if (device := linked.ha_device(key))
    }
    text = json.dumps({key: value for key, value in answer.items() if key != "markdown"}, indent=2)
    for device_id, name in names.items():
        text = text.replace(device_id, name)
    assert text + "\n" == (GOLDEN / "party_night.json").read_text("utf-8")


def test_the_page_shows_the_report_of_the_party_night() -> None:
    """The golden file is what the action answers about the simulated party."""
    golden = (GOLDEN / "party_night.md").read_text("utf-8")
    quoted = "".join(f"> {line}".rstrip() + "\n" for line in golden.splitlines())
    assert quoted in PAGE.read_text("utf-8")


async def test_a_report_is_in_the_language_and_the_unit_of_the_system(house: House) -> None:
    house.hass.config.language = "de"
    house.hass.config.units = US_CUSTOMARY_SYSTEM
    await house.link()
    answer = await report(house)
    assert answer["markdown"].startswith("## Bericht über Lakeside 4")
    assert answer["temperature_unit"] == "°F"
    for point in answer["points"].values():
        assert 55 < point["temperature"]["min"] <= point["temperature"]["max"] < 85
        assert f"{point['temperature']['max']} °F".replace(".", ",") in answer["markdown"]


async def test_a_report_covers_the_period_that_was_asked_for(linked: House) -> None:
    await linked.hass.config.async_set_time_zone("Europe/Stockholm")
    answer = await report(linked, start="2026-11-18 08:30:00", end="2026-11-18 20:00:00")
    assert answer["start"] == "2026-11-18T08:30:00+01:00"
    assert answer["end"] == "2026-11-18T20:00:00+01:00"
    for point in answer["points"].values():
        assert point["measured_minutes"] == 11.5 * 60
        assert point["gaps"] == []


async def test_a_month_is_read_in_parts(linked: House) -> None:
    before = len(linked.simulator.requests)
    answer = await report(linked, start=NOON - timedelta(days=30), end=NOON - timedelta(hours=2))
    for point in answer["points"].values():
        assert point["measured_minutes"] == (30 * 24 - 2) * 60
        assert point["limits_assumed_until"]
    series = [
        request
        for request in linked.simulator.requests[before:]
        if "time_resolution" in request.query
    ]
    assert len(series) == 2 * (6 + 1 + 1)  # sound, temperature, humidity of two Points


async def test_a_stay_is_from_check_in_to_check_out(linked_with_stays: House) -> None:
    house = linked_with_stays
    guest = await house.simulator.add_guest(
        house.home, name="Kim | Doe", check_in=at(-6), check_out=at(2)
    )
    answer = await report(house, stay_id=guest.guest_id)
    assert datetime.fromisoformat(answer["start"]) == at(-6)
    assert datetime.fromisoformat(answer["end"]) == at(2)
    assert "Kim" not in json.dumps(answer)


async def test_the_guest_is_named_with_the_option_only(house: House) -> None:
    await house.link(options={"stays": True, "guest_names": True})
    guest = await house.simulator.add_guest(
        house.home, name="Kim | Doe", check_in=at(-6), check_out=at(40)
    )
    answer = await report(house, stay_id=guest.guest_id)
    assert answer["guest"] == "Kim | Doe"
    assert "Guest: Kim \\| Doe" in answer["markdown"]
    assert datetime.fromisoformat(answer["end"]) == NOON  # the stay is not over


async def test_a_point_that_was_offline_half_of_the_night_shows_a_gap(linked: House) -> None:
    hallway = linked.devices[0]
    hallway.gaps.append((at(5).timestamp(), at(10).timestamp()))
    answer = await report(linked)
    device = linked.ha_device(hallway.device_id)
    assert device
    point = answer["points"][device.id]
    assert point["measured_minutes"] == 300
    assert [(gap["cause"]) for gap in point["gaps"]] == ["unknown"]
    assert datetime.fromisoformat(point["gaps"][0]["end"]) == at(10)


async def test_a_night_without_any_measurement_has_no_figures(linked: House) -> None:
    for device in linked.devices:
        device.gaps.append((at(-1).timestamp(), at(11).timestamp()))
    answer = await report(linked)
    for point in answer["points"].values():
        assert "loudest" not in point
        assert point["measured_minutes"] == 0
        assert point["temperature"] is None
    assert "no measurements" in answer["markdown"]


@pytest.mark.parametrize("status", [403, 404])
async def test_a_home_whose_events_minut_does_not_provide_has_a_report(
    linked: House, status: int
) -> None:
    linked.simulator.faults.add(path="/homes/*/events", status=status, times=None)
    answer = await report(linked)
    assert answer["notices"] is None
    assert answer["notices_complete"] is False
    assert "does not provide the notices" in answer["markdown"]


@pytest.mark.parametrize(
    ("status", "key"), [(502, "history_unreachable"), (403, "history_forbidden")]
)
async def test_trouble_at_minut_is_told(linked: House, status: int, key: str) -> None:
    linked.simulator.faults.add(path="/devices/*/sound_level", status=status, times=None)
    with pytest.raises(HomeAssistantError) as raised:
        await report(linked)
    assert raised.value.translation_key == key


async def test_values_of_a_day_are_no_report_and_the_error_says_so(linked: House) -> None:
    linked.simulator.faults.add(
        path="/devices/*/sound_level",
        status=200,
        body={"unit": "dBA", "time_resolution": 86400, "values": []},
        times=None,
    )
    with pytest.raises(HomeAssistantError) as raised:
        await report(linked)
    assert raised.value.translation_key == "history_refused"
    assert raised.value.translation_placeholders == {"reason": "the resolution is too coarse"}


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"end": NOON}, "stay_or_period"),
        ({"stay_id": "1", "start": NOON - timedelta(days=1)}, "stay_or_period"),
        ({"stay_id": "1"}, "stays_are_off"),
        ({"start": NOON + timedelta(days=1)}, "nothing_between"),
        ({"start": NOON - timedelta(days=33)}, "report_too_long"),
    ],
)
async def test_senseless_input_is_refused(linked: House, data: dict[str, object], key: str) -> None:
    before = len(linked.simulator.requests)
    with pytest.raises(ServiceValidationError) as raised:
        await report(linked, **data)
    assert raised.value.translation_key == key
    assert len(linked.simulator.requests) == before


async def test_a_stay_that_is_unknown_or_has_not_begun_is_refused(
    linked_with_stays: House,
) -> None:
    house = linked_with_stays
    guest = await house.simulator.add_guest(
        house.home,
        name="Kim",
        check_in=NOON + timedelta(days=1),
        check_out=NOON + timedelta(days=2),
    )
    for stay_id, key in ((guest.guest_id, "nothing_between"), ("no-such-stay", "unknown_stay")):
        with pytest.raises(ServiceValidationError) as raised:
            await report(house, stay_id=stay_id)
        assert raised.value.translation_key == key


async def test_a_point_has_no_report(linked: House) -> None:
    device = linked.ha_device(linked.point)
    assert device
    with pytest.raises(ServiceValidationError) as raised:
        await linked.hass.services.async_call(
            "point", "report", {"device_id": device.id}, blocking=True, return_response=True
        )
    assert raised.value.translation_key == "not_a_home"


@pytest.fixture
async def linked_with_stays(house: House) -> House:
    """Return a Home Assistant with one linked account whose stays are read."""
    await house.link(options={"stays": True})
    return house
