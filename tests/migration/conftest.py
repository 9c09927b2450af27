"""Fixtures of the migration: a Home Assistant in which core's `point` has run."""

from collections.abc import AsyncIterator
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    category_registry as cr,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    issue_registry as ir,
    label_registry as lr,
)
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from simulator import Simulator
from simulator.backend.tokens import Grant

from ..helpers.house import House
from .core_entries import BUTTON, MODERN, OLD, entry_of, files
from .kinds import Kind, from_a_storage_of_2024


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> Kind | None:
    """Return what is special about the entry, if anything is."""
    return getattr(request, "param", None)


@pytest.fixture(params=[*MODERN, OLD])
def stored(
    request: pytest.FixtureRequest, hass_storage: dict[str, Any], kind: Kind | None
) -> dict[str, Any]:
    """Return the storage of a Home Assistant that core's `point` ran on."""
    hass_storage.update(files(request.param))
    if kind is not None:
        [client] = hass_storage["application_credentials"]["data"]["items"]
        kind(entry_of(hass_storage), client)
    if kind is from_a_storage_of_2024:
        hass_storage["core.config_entries"]["minor_version"] = 2
    return hass_storage


@pytest.fixture
async def simulator(
    socket_enabled: None, freezer: FrozenDateTimeFactory, stored: dict[str, Any]
) -> AsyncIterator[Simulator]:
    """Return the cloud that core was linked to; it knows the tokens that core has left."""
    freezer.move_to("2026-12-01T12:00:00+00:00")
    async with Simulator(homes=1, devices=1, now=dt_util.utcnow) as cloud:
        refresh_token = entry_of(stored)["data"]["token"]["refresh_token"]
        grant = Grant(cloud.account.user_id, cloud.client_id)
        cloud.tokens._refresh[refresh_token] = grant
        yield cloud


@pytest.fixture
async def moved(
    hass: HomeAssistant,
    stored: dict[str, Any],
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    hass_client_no_auth: ClientSessionGenerator,
    _ample_budget: None,
) -> House:
    """Return a Home Assistant before its first start with this integration."""
    dr.async_setup(hass)
    for registry in (ar, cr, dr, er, fr, ir, lr):
        await registry.async_load(hass)
    await hass.config_entries.async_initialize()
    for component in ("http", "webhook", "repairs"):
        assert await async_setup_component(hass, component, {})
    automation = {
        "alias": "Ring",
        "triggers": {"trigger": "state", "entity_id": BUTTON, "to": "on"},
        "actions": [],
    }
    assert await async_setup_component(hass, "automation", {"automation": automation})
    return House(hass=hass, simulator=simulator, freezer=freezer, browser=hass_client_no_auth)
