"""The action that answers with what was measured."""

from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
import voluptuous as vol

from custom_components.point.minut import rate_limit

from ..helpers.house import House
from ..history.recorded import of_minut

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WANTED = {"kind": "temperature", "start": NOON - 12 * HOUR, "end": NOON - 2 * HOUR}


async def ask(house: House, **data: object) -> Any:
    """Call the action for what is `WANTED` of the first Point, unless told otherwise."""
    if "device_id" not in data:
        device = house.ha_device(house.point)
        data["device_id"] = device.id if device else None
    return await house.hass.services.async_call(
        "point",
        "get_readings",
        {name: value for name, value in {**WANTED, **data}.items() if value is not None},
        blocking=True,
        return_response=True,
    )


async def values(house: House, **data: object) -> list[Any]:
    """Return the values of the only Point in the answer."""
    (answer,) = (await ask(house, **data))["readings"].values()
    found: list[Any] = answer["values"]
    return found


async def test_it_answers_with_hours_by_device(linked: House) -> None:
    device = linked.ha_device(linked.point)
    assert device
    answer = await ask(linked)
    expected = of_minut(linked.devices[0], "temperature", NOON - 12 * HOUR, NOON - 2 * HOUR)
    assert answer == {
        "readings": {
            device.id: {
                "unit": "°C",
                "values": [
                    {
                        "start": start.isoformat(),
                        "value": hour.mean,
                        "min": hour.low,
                        "max": hour.high,
                    }
                    for start, hour in expected.items()
                ],
            }
        }
    }
    assert len(expected) == 10


@pytest.mark.parametrize(
    ("kind", "unit"),
    [("humidity", "%"), ("sound_level", "dBA"), ("battery", "V"), ("pressure", "hPa")],
)
async def test_each_kind_has_its_unit(linked: House, kind: str, unit: str) -> None:
    assert linked.devices[0].has_pressure
    (answer,) = (await ask(linked, kind=kind))["readings"].values()
    assert answer["unit"] == unit
    assert len(answer["values"]) == 10


@pytest.mark.points(2)
async def test_of_several_points_one_that_does_not_measure_a_kind_has_no_values(
    linked: House,
) -> None:
    measuring, other, *_ = linked.devices
    assert measuring.has_pressure
    assert not other.has_pressure
    ids = [
        device.id for point in (measuring, other) if (device := linked.ha_device(point.device_id))
    ]
    readings = (await ask(linked, device_id=ids, kind="pressure"))["readings"]
    assert [len(readings[device_id]["values"]) for device_id in ids] == [10, 0]
    with pytest.raises(HomeAssistantError) as caught:
        await ask(linked, device_id=ids[1], kind="pressure")
    assert caught.value.translation_key == "history_refused"


async def test_values_are_in_the_unit_that_the_sensor_shows(linked: House) -> None:
    registry = er.async_get(linked.hass)
    for sensor, kind, unit, range_ in (
        ("sensor.pressure", "pressure", "hPa", (900, 1100)),
        ("sensor.pressure", "pressure", "mmHg", (675, 825)),
        ("sensor.temperature", "temperature", "°F", (50, 90)),
    ):
        entity_id = linked.entity_id(sensor)
        registry.async_update_entity_options(entity_id, "sensor", {"unit_of_measurement": unit})
        await linked.settle()
        (answer,) = (await ask(linked, kind=kind))["readings"].values()
        assert answer["unit"] == unit
        for value in answer["values"]:
            assert all(range_[0] < value[name] < range_[1] for name in ("value", "min", "max"))
            assert all(value[name] == round(value[name], 4) for name in ("value", "min", "max"))


async def test_values_without_a_sensor_are_in_the_unit_of_minut(linked: House) -> None:
    er.async_get(linked.hass).async_remove(linked.entity_id("sensor.pressure"))
    await linked.settle()
    (answer,) = (await ask(linked, kind="pressure"))["readings"].values()
    assert answer["unit"] == "Pa"
    assert answer["values"][0]["value"] > 90_000


@pytest.mark.parametrize("rows", ["tuples", "objects"])
async def test_motion_is_counted_however_the_rows_come(linked: House, rows: Any) -> None:
    linked.simulator.switches.motion_rows = rows
    found = await values(linked, kind="motion_events", resolution={"minutes": 15})
    device = linked.devices[0]
    first = int((NOON - 12 * HOUR).timestamp()) // 900
    assert found == [
        {
            "start": (NOON - 12 * HOUR + number * timedelta(minutes=15)).isoformat(),
            "value": device.motion_count(first + number),
        }
        for number in range(40)
    ]


async def test_a_long_series_is_asked_for_in_parts(linked: House) -> None:
    before = len(linked.simulator.requests)
    start = NOON - timedelta(days=20)
    found = await values(linked, start=start, resolution="00:10:00")
    assert len(linked.simulator.requests) == before + 3
    times = [datetime.fromisoformat(value["start"]) for value in found]
    assert times == [start + number * timedelta(minutes=10) for number in range(len(times))]
    assert times[-1] == NOON - 2 * HOUR - timedelta(minutes=10)


async def test_a_bucket_that_is_begun_is_whole(linked: House) -> None:
    found = await values(linked, start=NOON - 4 * HOUR + timedelta(minutes=59))
    assert [value["start"][11:16] for value in found] == ["08:00", "09:00"]


async def test_end_is_now_where_it_is_left_out(linked: House) -> None:
    found = await values(linked, start=NOON - 3 * HOUR, end=None)
    assert [value["start"][11:16] for value in found] == ["09:00", "10:00", "11:00"]


@pytest.mark.points(2)
async def test_a_home_stands_for_its_points(linked: House) -> None:
    home = linked.ha_device(linked.home)
    assert home
    answer = await ask(linked, device_id=[home.id])
    points = [
        linked.ha_device(device.device_id)
        for device in linked.devices
        if device.home_id == linked.home
    ]
    assert set(answer["readings"]) == {point.id for point in points if point}
    assert len(points) == 2


async def test_a_person_does_not_wait_for_history(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[rate_limit.Priority] = []
    acquire = rate_limit.RequestBudget.acquire

    async def note(self: rate_limit.RequestBudget, priority: rate_limit.Priority) -> None:
        asked.append(priority)
        await acquire(self, priority)

    monkeypatch.setattr(rate_limit.RequestBudget, "acquire", note)
    await ask(linked)
    assert asked == [rate_limit.Priority.COMMAND]


@pytest.mark.parametrize(
    ("status", "key"),
    [(404, "history_refused"), (503, "history_unreachable"), (401, "unauthorized")],
)
async def test_trouble_at_minut_is_told(linked: House, status: int, key: str) -> None:
    linked.simulator.faults.add(path="/devices/*/*", status=status, times=None)
    with pytest.raises(HomeAssistantError) as raised:
        await ask(linked)
    assert raised.value.translation_key == key
    assert not isinstance(raised.value, ServiceValidationError)


# What cannot be asked


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"start": NOON - HOUR, "end": NOON - 2 * HOUR}, "nothing_between"),
        ({"start": NOON - timedelta(days=8), "resolution": {"minutes": 1}}, "too_many_values"),
        ({"start": "0001-01-01T00:30Z", "resolution": {"hours": 7}}, "too_many_values"),
        ({"device_id": ["nothing"]}, "device_not_of_point"),
        ({"device_id": []}, "no_point_targeted"),
        ({"resolution": {"seconds": 30}}, "out_of_range"),
        ({"resolution": {"days": 2}}, "out_of_range"),
    ],
)
async def test_invalid_input_is_rejected(linked: House, data: dict[str, object], key: str) -> None:
    before = len(linked.simulator.requests)
    with pytest.raises(ServiceValidationError) as raised:
        await ask(linked, **data)
    assert raised.value.translation_key == key
    assert len(linked.simulator.requests) == before


async def test_a_resolution_out_of_range_is_told_as_it_is_entered(linked: House) -> None:
    with pytest.raises(ServiceValidationError) as raised:
        await ask(linked, resolution={"seconds": 30})
    assert str(raised.value) == (
        "0:00:30 is out of range. Choose a value between 0:01:00 and 24:00:00"
    )


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "noise"},
        {"start": "yesterday"},
    ],
)
async def test_input_of_the_wrong_type_is_rejected(linked: House, data: dict[str, object]) -> None:
    with pytest.raises(vol.Invalid):
        await ask(linked, **data)


async def test_a_device_of_another_integration_is_refused(linked: House) -> None:
    device = dr.async_get(linked.hass).async_get_or_create(
        config_entry_id=linked.entry.entry_id, identifiers={("lamp", "1")}, name="Lamp"
    )
    with pytest.raises(ServiceValidationError) as raised:
        await ask(linked, device_id=device.id)
    assert raised.value.translation_placeholders == {"device": "Lamp"}


async def test_a_device_of_an_account_that_is_not_loaded_is_refused(linked: House) -> None:
    """The action exists nevertheless."""
    device = linked.ha_device(linked.point)
    assert device
    await linked.stop()
    with pytest.raises(ServiceValidationError) as raised:
        await ask(linked, device_id=device.id)
    assert raised.value.translation_key == "device_not_loaded"
