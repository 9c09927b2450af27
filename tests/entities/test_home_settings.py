"""Settings of a home: noise presets, and options of the alarm."""

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.point.minut.thresholds import Setting
from custom_components.point.state.noise_presets import PRESETS
from tests.helpers.house import House

pytestmark = pytest.mark.points(2)


async def choose(house: House, option: str) -> None:
    await house.hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": house.entity_id("select.noise_preset", house.home), "option": option},
        blocking=True,
    )
    await house.settle()


def limits(house: House) -> list[float]:
    """Return the general limit of each Point in the first home."""
    points = [each.device_id for each in house.devices if each.home_id == house.home]
    return [float(house.state("number.sound_level_high", point)) for point in points]


async def test_shows_the_preset_that_all_points_have(linked: House) -> None:
    assert linked.state("select.noise_preset", linked.home) == "standard"
    await linked.call("number.sound_level_high", "set_value", value=61)
    assert linked.state("select.noise_preset", linked.home) == "custom"


@pytest.mark.parametrize("preset", PRESETS)
async def test_sets_the_limits_of_all_points(linked: House, preset: str) -> None:
    await linked.call("number.sound_level_high", "set_value", value=61)
    await choose(linked, preset)
    assert linked.state("select.noise_preset", linked.home) == preset
    assert limits(linked) == [PRESETS[preset][Setting.SOUND_LEVEL_HIGH]] * 2


async def test_other_limits_cannot_be_chosen_as_a_set(linked: House) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await choose(linked, "custom")
    assert caught.value.translation_key == "custom_preset"


async def test_a_point_that_fails_does_not_keep_the_others_from_their_limits(
    linked: House,
) -> None:
    path = f"/devices/{linked.point}"
    linked.simulator.faults.add(method="PUT", path=path, status=403, times=None)
    with pytest.raises(HomeAssistantError):
        await choose(linked, "strict")
    assert sorted(limits(linked)) == [70, 75]
    assert linked.state("select.noise_preset", linked.home) == "custom"


async def test_a_home_without_points_has_no_preset(linked: House) -> None:
    home = await linked.simulator.add_home("Boathouse")
    await linked.advance(minutes=61)
    assert linked.state("select.noise_preset", home.home_id) == "unknown"


@pytest.mark.parametrize(
    ("key", "member"),
    [("silent_alarm", "silent_alarm"), ("scheduled_alarm", "scheduled_alarm_active")],
)
async def test_an_option_of_the_alarm_is_changed_alone(
    linked: House, key: str, member: str
) -> None:
    entity_id = linked.entity_id(f"switch.{key}", linked.home)
    registry = er.async_get(linked.hass)
    entity = registry.async_get(entity_id)
    assert entity
    assert entity.disabled
    registry.async_update_entity(entity_id, disabled_by=None)
    await linked.advance(seconds=31)
    home = linked.homes[0]
    for action, state in (("turn_on", "on"), ("turn_off", "off")):
        await linked.hass.services.async_call(
            "switch", action, {"entity_id": entity_id}, blocking=True
        )
        await linked.settle()
        assert getattr(home, member) is (state == "on")
        assert linked.state(f"switch.{key}", linked.home) == state
    sent = [r for r in linked.simulator.requests if r.method == "PATCH"]
    assert [request.body for request in sent] == [{member: True}, {member: False}]
    assert linked.panel() == "disarmed"
