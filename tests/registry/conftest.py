"""Fixtures of the registries."""

from homeassistant.core import HomeAssistant
import pytest

from .registered import Registered


@pytest.fixture
async def registered(hass: HomeAssistant) -> Registered:
    return Registered(hass)
