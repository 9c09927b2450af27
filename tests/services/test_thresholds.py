"""Limits and quiet hours of many Points, set by one action."""

from datetime import time
from typing import Any

from homeassistant.const import CONF_ENTITY_ID
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    label_registry as lr,
)
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
import voluptuous as vol

from custom_components.point.const import DOMAIN
from custom_components.point.services.targets import async_points
from custom_components.point.texts import error_text
from simulator.world.device import QuietHours

from ..helpers.house import House

pytestmark = pytest.mark.points(2)


async def set_thresholds(house: House, **data: object) -> Any:
    """Call the action and return what it says of each Point, by Minut's id.

    It names each Point after its home.
    """
    answer = await house.hass.services.async_call(
        DOMAIN, "set_thresholds", data, blocking=True, return_response=True
    )
    assert answer is not None
    await house.settle()
    found: Any = answer["devices"]
    said = {key: found[ha_id(house, key)] for key in keys(house) if ha_id(house, key) in found}
    for key, each in said.items():
        device = house.simulator.devices[key]
        home = house.simulator.homes[device.home_id]
        assert each.pop("name") == f"{home.name} {device.description}"
    return said


def keys(house: House) -> list[str]:
    return list(house.simulator.devices)


def ha_id(house: House, key: str) -> str:
    device = house.ha_device(key)
    assert device
    return device.id


def coldest(house: House) -> list[float]:
    return [device.reactions["temperature_low"].value for device in house.devices]


def done(**settings: str) -> dict[str, object]:
    return {"settings": settings, "error": None}


@pytest.mark.homes(2)
async def test_sets_many_at_once_and_says_what_was_done(linked: House) -> None:
    """Each Point gets one change. The second one has some of the values already."""
    linked.devices[1].reactions["temperature_low"].value = 5
    answer = await set_thresholds(
        linked,
        device_id=[ha_id(linked, key) for key in keys(linked)[:2]],
        temperature_low=5,
        sound_level_high=80,
        noise_duration=15,
        quiet_hours=True,
        quiet_hours_start="23:00",
        quiet_hours_end="06:30:00",
    )
    changed = dict.fromkeys(
        [
            *("temperature_low", "sound_level_high", "noise_duration"),
            *("quiet_hours", "quiet_hours_start", "quiet_hours_end"),
        ],
        "changed",
    )
    assert answer == {
        keys(linked)[0]: done(**changed),
        keys(linked)[1]: done(**changed | {"temperature_low": "unchanged"}),
    }
    for device in linked.devices[:2]:
        assert device.reactions["temperature_low"].value == 5
        assert device.reactions["sound_level_high"].duration_seconds == 900
        assert device.quiet_hours == QuietHours(enabled=True, start=time(23), end=time(6, 30))
        assert linked.requests("PUT", f"/devices/{device.device_id}") == 1
    assert coldest(linked) == [5, 5, 12, 12]
    assert float(linked.state("number.temperature_low")) == 5


@pytest.mark.homes(2)
async def test_a_home_means_its_points(linked: House) -> None:
    await set_thresholds(linked, device_id=ha_id(linked, linked.home), temperature_low=5)
    assert coldest(linked) == [5, 5, 12, 12]


async def test_a_home_does_not_mean_its_points_that_are_excluded(linked: House) -> None:
    """Home Assistant offers this from 2026.11 on."""
    inside = [device.device_id for device in linked.devices if device.home_id == linked.home]
    target = {
        "device_id": [ha_id(linked, linked.home)],
        "exclude": {"device_id": [ha_id(linked, inside[0])]},
    }
    assert [point.key for point in async_points(linked.hass, target)] == inside[1:]


@pytest.mark.homes(2)
async def test_an_area_means_the_points_in_it(linked: House) -> None:
    area = ar.async_get(linked.hass).async_get_area_by_name(linked.homes[1].name)
    assert area
    other = dr.async_get(linked.hass).async_get_or_create(
        config_entry_id=other_entry(linked.hass).entry_id, identifiers={("lamp", "1")}
    )
    dr.async_get(linked.hass).async_update_device(other.id, area_id=area.id)
    await set_thresholds(linked, area_id=area.id, temperature_low=5)
    assert coldest(linked) == [12, 12, 5, 5]


@pytest.mark.homes(2)
async def test_a_label_means_the_points_that_wear_it(linked: House) -> None:
    label = lr.async_get(linked.hass).async_create("Rented")
    for key in (keys(linked)[1], keys(linked)[3]):
        dr.async_get(linked.hass).async_update_device(ha_id(linked, key), labels={label.label_id})
    await set_thresholds(linked, label_id=label.label_id, temperature_low=5)
    assert coldest(linked) == [12, 5, 12, 5]


@pytest.mark.homes(2)
async def test_an_entity_means_its_point(linked: House) -> None:
    entity_id = linked.entity_id("sensor.temperature", keys(linked)[2])
    await set_thresholds(linked, entity_id=entity_id, temperature_low=5)
    assert coldest(linked) == [12, 12, 5, 12]


async def test_temperatures_are_in_the_unit_of_the_user(linked: House) -> None:
    """As with Home Assistant's own actions, and as the numbers show them."""
    linked.hass.config.units = US_CUSTOMARY_SYSTEM
    point = ha_id(linked, linked.point)
    await set_thresholds(linked, device_id=point, temperature_low=41, temperature_high=None)
    assert coldest(linked)[0] == 5
    for value in (-5, 123):
        with pytest.raises(ServiceValidationError) as caught:
            await set_thresholds(linked, device_id=point, temperature_low=value)
        expected = f"{value} °F is out of range. Choose a value between -4 °F and 122 °F"
        assert str(caught.value) == expected


@pytest.mark.homes(2)
async def test_only_who_may_control_entities_may_set_them(
    linked: House, hass_read_only_user: MockUser
) -> None:
    with pytest.raises(Unauthorized):
        await linked.hass.services.async_call(
            DOMAIN,
            "set_thresholds",
            {"device_id": ha_id(linked, linked.point), "temperature_low": 5},
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
        )
    assert coldest(linked) == [12] * 4


@pytest.mark.parametrize("merge", [True, False])
@pytest.mark.parametrize("null", [True, False])
async def test_null_removes_a_limit(linked: House, *, merge: bool, null: bool) -> None:
    """In whichever way Minut removes one."""
    linked.simulator.switches.merge_reactions = merge
    linked.simulator.switches.null_removes_reaction = null
    answer = await set_thresholds(
        linked, device_id=ha_id(linked, linked.point), temperature_low=None, humidity_low=20
    )
    can_remove = null or not merge
    assert ("temperature_low" not in linked.devices[0].reactions) is can_remove
    assert linked.devices[0].reactions["humidity_low"].value == 20
    assert len(linked.devices[0].reactions) == 6 - can_remove
    said = answer[linked.point]
    became = "changed" if can_remove else "kept"
    assert said["settings"] == {"temperature_low": became, "humidity_low": "changed"}
    assert (said["error"] is None) is can_remove
    assert linked.state("number.temperature_low") == ("unknown" if can_remove else "12.0")


async def test_quiet_hours_that_minut_does_not_show_can_be_set_whole(house: House) -> None:
    house.simulator.switches.quiet_hours_readable = False
    await house.link()
    point = ha_id(house, house.point)
    with pytest.raises(ServiceValidationError, match="Minut does not show the quiet hours"):
        await set_thresholds(house, device_id=point, quiet_hours=True)
    answer = await set_thresholds(
        house,
        device_id=point,
        quiet_hours=True,
        quiet_hours_start="22:15",
        quiet_hours_end="07:15",
    )
    sent = dict.fromkeys(["quiet_hours", "quiet_hours_start", "quiet_hours_end"], "sent")
    assert answer[house.point] == done(**sent)
    window = QuietHours(enabled=True, start=time(22, 15), end=time(7, 15))
    assert house.devices[0].quiet_hours == window


@pytest.mark.homes(2)
async def test_one_that_fails_does_not_keep_the_others_from_theirs(linked: House) -> None:
    linked.simulator.faults.add(method="PUT", path=f"/devices/{linked.point}", status=403, times=3)
    home = ha_id(linked, linked.home)
    answer = await set_thresholds(linked, device_id=home, temperature_low=5)
    assert answer[linked.point]["settings"] == {}
    assert answer[linked.point]["error"].startswith("Minut does not allow this account")
    assert answer[keys(linked)[1]] == done(temperature_low="changed")
    with pytest.raises(HomeAssistantError) as caught:  # where nobody takes the answer
        await linked.hass.services.async_call(
            DOMAIN, "set_thresholds", {"device_id": home, "temperature_low": 4}, blocking=True
        )
    assert not isinstance(caught.value, ServiceValidationError)
    assert str(caught.value).startswith("Couldn't update Lakeside 4 Hallway: Minut does not allow")
    assert coldest(linked) == [12, 4, 12, 12]


@pytest.mark.parametrize("takes_answer", [True, False])
async def test_nothing_set_is_an_error(linked: House, *, takes_answer: bool) -> None:
    """The form takes the answer, and shows a check mark unless there is an error."""
    linked.simulator.faults.add(method="PUT", path="/devices/*", status=403, times=None)
    with pytest.raises(HomeAssistantError, match="Couldn't update Lakeside 4 Hallway: Minut does"):
        await linked.hass.services.async_call(
            DOMAIN,
            "set_thresholds",
            {"device_id": ha_id(linked, linked.point), "temperature_low": 4},
            blocking=True,
            return_response=takes_answer,
        )
    assert set(coldest(linked)) == {12}


@pytest.mark.homes(2)
async def test_invalid_values_are_a_validation_error_that_names_the_points(linked: House) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await linked.hass.services.async_call(
            DOMAIN,
            "set_thresholds",
            {"device_id": ha_id(linked, linked.home), "temperature_low": 40},
            blocking=True,
        )
    assert str(caught.value) == (
        "Couldn't update Lakeside 4 Bedroom, Lakeside 4 Hallway: The minimum must be below the "
        "maximum. Change the other limit first, or set both at once"
    )
    assert coldest(linked) == [12] * 4


async def test_different_errors_are_one_sentence(linked: House) -> None:
    linked.simulator.faults.add(path=f"/devices/{linked.point}", status=403, times=None)
    with pytest.raises(HomeAssistantError) as caught:
        await linked.hass.services.async_call(
            DOMAIN,
            "set_thresholds",
            {"device_id": ha_id(linked, linked.home), "temperature_low": 40},
            blocking=True,
        )
    assert "Lakeside 4 Hallway: Minut does not allow" in str(caught.value)
    assert "Lakeside 4 Bedroom: The minimum must" in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        {"temperature_low": "mild"},
        {"noise_duration": None},
        {"quiet_hours": None},
        {"quiet_hours_start": "late"},
        {"brightness": 3},
    ],
)
async def test_what_makes_no_sense_is_refused_at_once(
    linked: House, data: dict[str, object]
) -> None:
    with pytest.raises(vol.Invalid):
        await set_thresholds(linked, device_id=ha_id(linked, linked.point), **data)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (
            {"humidity_high": 101},
            "101 % is out of range. Choose a value between 0 % and 100 %",
        ),
        (
            {"sound_level_high_quiet_hours": 39.5},
            "39.5 dBA is out of range. Choose a value between 40 dBA and 100 dBA",
        ),
        (
            {"noise_duration": 16},
            "16 min is out of range. Choose a value between 5 min and 15 min",
        ),
        (
            {"temperature_low": 30, "temperature_high": 20},
            "The minimum must be below the maximum",
        ),
        (
            {"humidity_low": 50, "humidity_high": 50},
            "The minimum must be below the maximum",
        ),
    ],
)
async def test_impossible_values_are_refused_in_words(
    linked: House, data: dict[str, object], text: str
) -> None:
    """Also if the answer would have errors for each Point, as in the tools of developers."""
    with pytest.raises(ServiceValidationError) as caught:
        await set_thresholds(linked, device_id=ha_id(linked, linked.point), **data)
    assert str(caught.value) == text


async def test_nothing_to_set_is_said_in_words(linked: House) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await set_thresholds(linked, device_id=ha_id(linked, linked.point))
    assert str(caught.value).startswith("Nothing to set. Specify at least one limit")


@pytest.mark.homes(2)
async def test_what_is_not_of_minut_is_refused(linked: House) -> None:
    other = dr.async_get(linked.hass).async_get_or_create(
        config_entry_id=other_entry(linked.hass).entry_id,
        identifiers={("lamp", "1")},
        name="Lamp",
    )
    for target, key in (
        ({"device_id": [ha_id(linked, linked.point), other.id]}, "device_not_of_point"),
        ({"device_id": "0" * 32}, "device_not_of_point"),
        ({}, "no_point_targeted"),
        ({"device_id": []}, "no_point_targeted"),
        ({"area_id": "garden"}, "no_point_targeted"),
        ({CONF_ENTITY_ID: "light.lamp"}, "no_point_targeted"),
    ):
        with pytest.raises(ServiceValidationError) as caught:
            await set_thresholds(linked, **target, temperature_low=5)
        assert caught.value.translation_key == key
    assert coldest(linked) == [12] * 4


async def test_the_action_is_there_without_an_account_and_says_what_is_missing(
    linked: House,
) -> None:
    """Quality scale: action-setup."""
    point = ha_id(linked, linked.point)
    await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    with pytest.raises(ServiceValidationError) as caught:
        await set_thresholds(linked, device_id=point, temperature_low=5)
    assert caught.value.translation_key == "device_not_loaded"
    assert "Hallway" in str(caught.value)


def other_entry(hass: HomeAssistant) -> MockConfigEntry:
    entry = MockConfigEntry(domain="lamp")
    entry.add_to_hass(hass)
    return entry


async def test_errors_are_in_the_language_of_the_system(house: House) -> None:
    """Also the reason for a Point, which is a part of the error for all of them."""
    house.hass.config.language = "de"
    await house.link()
    home = ha_id(house, house.home)
    reason = "Der untere Grenzwert muss"
    with pytest.raises(ServiceValidationError) as caught:
        await set_thresholds(house, device_id=home, temperature_low=40)
    placeholders = caught.value.translation_placeholders
    assert placeholders
    names = "Lakeside 4 Bedroom, Lakeside 4 Hallway"
    assert placeholders["details"].startswith(f"{names}: {reason}")


async def test_an_error_without_a_text_of_ours_is_told_as_it_is(hass: HomeAssistant) -> None:
    assert error_text(hass, HomeAssistantError("Not today.")) == "Not today."


async def test_a_number_in_an_error_has_the_decimal_mark_of_the_language(house: House) -> None:
    house.hass.config.language = "de"
    await house.link()
    with pytest.raises(ServiceValidationError) as caught:
        await set_thresholds(house, device_id=ha_id(house, house.point), temperature_low=-21.5)
    found = {"least": "-20 °C", "most": "50 °C", "value": "-21,5 °C"}
    assert caught.value.translation_placeholders == found
