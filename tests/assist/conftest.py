"""Fixtures of Assist."""

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from ..helpers.house import House
from .llm_helpers import expose


@pytest.fixture
async def asked(house: House, hass: HomeAssistant) -> House:
    """Return an account with stays; everything is exposed, and Home Assistant is elsewhere."""
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "llm", {})
    await hass.config.async_set_time_zone("America/New_York")
    house.entry = await house.make_entry()
    house.hass.config_entries.async_update_entry(
        house.entry, options={"stays": True, "history": False}
    )
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.advance(seconds=1)
    expose(house)
    return house
