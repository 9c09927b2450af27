"""Each trigger by each kind of target."""

from collections.abc import Callable
from itertools import product
from typing import Any

from homeassistant.const import MAJOR_VERSION, MINOR_VERSION
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from ..helpers.house import House
from .happenings import (
    HAPPENINGS,
    TARGETS,
    attach,
    begin,
    by_area,
    by_device,
    by_home,
    by_label,
    ha_device,
    home_of,
    places,
)

EXAMPLES = ("glass_broke", "noise_ended")
"""A trigger of Points, and one of homes."""
OTHER_TARGETS = [target for target in TARGETS if target not in {by_device, by_area}]

type Target = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("name", "target"),
    # All triggers find their target in the same way.
    [*product(HAPPENINGS, (by_device, by_area)), *product(EXAMPLES, OTHER_TARGETS)],
)
async def test_fires_for_its_target_and_no_other(
    hosted: House, hass: HomeAssistant, name: str, target: Target
) -> None:
    meant, other = places(hosted, name)
    for key in (meant, other):
        await HAPPENINGS[name].prepare(hosted, key)
    await hosted.settle()
    fired = await attach(hass, name, target(hosted, meant))
    await begin(hosted, name, other)
    assert fired == []
    await begin(hosted, name, meant)
    [trigger] = fired
    home = ha_device(hosted, home_of(hosted, meant))
    assert trigger["platform"] == f"point.{name}"
    assert trigger["device_id"] == ha_device(hosted, meant).id
    assert trigger["home_device_id"] == home.id
    assert trigger["home"] == home.name == "Lakeside 4"
    assert trigger["point"] == (None if HAPPENINGS[name].of_home else ha_device(hosted, meant).name)


@pytest.mark.parametrize("name", HAPPENINGS)
@pytest.mark.parametrize("target", [by_area, by_label])
async def test_what_joins_the_target_later_counts(
    hosted: House, hass: HomeAssistant, name: str, target: Target
) -> None:
    meant, _ = places(hosted, name)
    await HAPPENINGS[name].prepare(hosted, meant)
    await hosted.settle()
    config = target(hosted)
    fired = await attach(hass, name, config)
    device = ha_device(hosted, meant)
    changes: dict[str, Any] = (
        {"area_id": config["area_id"][0]}
        if target is by_area
        else {"labels": {*config["label_id"]}}
    )
    dr.async_get(hass).async_update_device(device.id, **changes)
    await begin(hosted, name, meant)
    assert len(fired) == 1


@pytest.mark.skipif(
    (MAJOR_VERSION, MINOR_VERSION) < (2026, 11), reason="targets have no exclude before 2026.11"
)
@pytest.mark.parametrize("name", HAPPENINGS)
async def test_what_is_excluded_does_not_count(
    hosted: House, hass: HomeAssistant, name: str
) -> None:
    meant, other = places(hosted, name)
    for key in (meant, other):
        await HAPPENINGS[name].prepare(hosted, key)
    await hosted.settle()
    target = by_home(hosted, meant, other) | {"exclude": by_home(hosted, other)}
    fired = await attach(hass, name, target)
    await begin(hosted, name, other)
    assert fired == []
    await begin(hosted, name, meant)
    assert len(fired) == 1


async def test_an_area_with_a_home_means_only_the_points_in_it(
    hosted: House, hass: HomeAssistant
) -> None:
    point, _ = places(hosted, "glass_broke")
    fired = await attach(hass, "glass_broke", by_area(hosted, hosted.home))
    await begin(hosted, "glass_broke", point)
    assert fired == []


@pytest.mark.parametrize("name", HAPPENINGS)
async def test_fires_though_every_entity_is_disabled(
    hosted: House, hass: HomeAssistant, name: str
) -> None:
    meant, _ = places(hosted, name)
    await HAPPENINGS[name].prepare(hosted, meant)
    registry = er.async_get(hass)
    disabled_by = er.RegistryEntryDisabler.USER
    for entity in er.async_entries_for_config_entry(registry, hosted.entry.entry_id):
        registry.async_update_entity(entity.entity_id, disabled_by=disabled_by)
    await hosted.advance(seconds=31)  # Home Assistant reloads the entry
    assert not hass.states.async_entity_ids("binary_sensor")
    fired = await attach(hass, name, by_home(hosted, meant))
    await begin(hosted, name, meant)
    assert len(fired) == 1


@pytest.mark.parametrize("simulator", [6], indirect=True, ids=["12 Points"])
@pytest.mark.parametrize("name", HAPPENINGS)
async def test_fires_in_a_large_account(hosted: House, hass: HomeAssistant, name: str) -> None:
    """Most of its entities are disabled."""
    assert len(hosted.devices) == 12
    meant, other = places(hosted, name)
    for key in (meant, other):
        await HAPPENINGS[name].prepare(hosted, key)
    await hosted.settle()
    fired = await attach(hass, name, by_home(hosted, meant))
    await begin(hosted, name, other)
    assert fired == []
    await begin(hosted, name, meant)
    assert len(fired) == 1
