"""The blueprints, made into automations of a Home Assistant with a linked account."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.blueprint import models
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from simulator import Simulator
from tests.conftest import NOON

FOLDER = Path(__file__).parents[2] / "blueprints" / "automation"
MADE = "automation.made"


@pytest.fixture
async def simulator(
    socket_enabled: None, freezer: FrozenDateTimeFactory
) -> AsyncIterator[Simulator]:
    """Return a Minut cloud with two homes of one Point each, at noon on a Friday."""
    freezer.move_to(NOON)
    async with Simulator(devices=1, now=dt_util.utcnow) as cloud:
        yield cloud


type Automate = Callable[..., Awaitable[None]]
"""Make an automation of a blueprint, by its name, with these inputs."""


@pytest.fixture
async def automate(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Automate]:
    monkeypatch.setattr(models.DomainBlueprints, "blueprint_folder", FOLDER)
    await hass.config.async_set_time_zone("UTC")

    async def make(blueprint: str, **inputs: Any) -> None:
        use = {"path": f"point/{blueprint}.yaml", "input": inputs}
        config = {"automation": [{"id": "made", "alias": "Made", "use_blueprint": use}]}
        assert await async_setup_component(hass, "automation", config)
        await hass.async_block_till_done()
        state = hass.states.get(MADE)
        assert state
        assert state.state == "on", state.attributes

    yield make
    # What waits in an automation ends with it.
    await hass.services.async_call("automation", "turn_off", {"entity_id": MADE}, blocking=True)


@pytest.fixture
def told(hass: HomeAssistant) -> list[ServiceCall]:
    """Return a list that collects the messages of the blueprints' own actions."""
    calls: list[ServiceCall] = async_mock_service(hass, "persistent_notification", "create")
    return calls


@pytest.fixture
def withdrawn(hass: HomeAssistant) -> list[ServiceCall]:
    calls: list[ServiceCall] = async_mock_service(hass, "persistent_notification", "dismiss")
    return calls


def messages(calls: list[ServiceCall]) -> list[str]:
    """Return what was told so far, and forget it."""
    texts = [call.data["message"] for call in calls]
    calls.clear()
    return texts
