"""Unique ids of entities."""

from homeassistant.const import Platform
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.point.registry.unique_ids import split_unique_id, unique_id
from tests.helpers.house import House

UUID = "0b0a8a5c-3f5e-4a53-8a52-5c6f3f7a0c11"


@pytest.mark.parametrize("owner", ["5f1e", UUID])
def test_the_key_is_found_whatever_the_id_looks_like(owner: str, house: House) -> None:
    entity = er.async_get(house.hass).async_get_or_create(
        Platform.SENSOR, "point", unique_id(owner, "sound_pressure")
    )
    assert split_unique_id(entity) == (owner, "sound_pressure")


def test_the_panel_of_a_home_has_no_key(house: House) -> None:
    entity = er.async_get(house.hass).async_get_or_create(
        Platform.ALARM_CONTROL_PANEL, "point", f"point.{UUID}"
    )
    assert split_unique_id(entity) == (UUID, None)
