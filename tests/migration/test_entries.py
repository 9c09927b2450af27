"""Entries that Home Assistant's own `point` has left go on as they are."""

from copy import deepcopy
from typing import Any

from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.point.const import DOMAIN

from ..helpers.house import House
from .core_entries import BUTTON, MODERN, OLD, RUNNING, entry_of, issue_of, start
from .kinds import KINDS

pytestmark = pytest.mark.parametrize("load_registries", [False])


async def test_everything_goes_on(moved: House, stored: dict[str, Any]) -> None:
    former = entry_of(stored)
    entities = stored["core.entity_registry"]["data"]["entities"]
    devices = stored["core.device_registry"]["data"]["devices"]

    entry = await start(moved)

    assert entry.state is ConfigEntryState.LOADED
    assert entry.entry_id == former["entry_id"]
    assert entry.unique_id == moved.simulator.account.user_id
    assert (entry.version, entry.minor_version) == (1, 2)
    # What core needs to have it back:
    assert entry.data["webhook_id"] == former["data"]["webhook_id"]
    assert entry.data["token"].keys() >= {"access_token", "refresh_token", "expires_at"}
    assert entry.data["auth_implementation"] == "point_0123456789abcdef"

    registry = er.async_get(moved.hass)
    assert len(entities) == 18
    for entity in entities:
        now = registry.async_get(entity["entity_id"])
        assert now is not None
        assert now.unique_id == entity["unique_id"]
        assert now.id == entity["id"]
        assert now.device_id == entity["device_id"]
        assert now.name == entity["name"]
        assert now.disabled_by is None
        assert moved.hass.states.get(entity["entity_id"]), entity["entity_id"]
    registered = dr.async_entries_for_config_entry(dr.async_get(moved.hass), entry.entry_id)
    ids = {device.id for device in registered}
    assert ids > {device["id"] for device in devices}
    assert len(ids) == len(devices) + 1  # the account itself
    state = moved.hass.states.get("sensor.hallway_temperature")
    assert state
    assert float(state.state) == pytest.approx(21, abs=5)


@pytest.mark.parametrize("stored", MODERN, indirect=True)
@pytest.mark.parametrize("kind", KINDS, indirect=True)
async def test_each_kind_of_entry_goes_on(moved: House, stored: dict[str, Any]) -> None:
    written = deepcopy(entry_of(stored))
    known = deepcopy(stored["application_credentials"]["data"]["items"])

    entry = await start(moved)

    assert entry.state is ConfigEntryState.LOADED
    assert entry.entry_id == written["entry_id"]
    assert entry.title == written["title"]
    assert entry.unique_id == moved.simulator.account.user_id
    # All that core has written is still there, but for new tokens; it can have the entry back.
    kept = {key: value for key, value in written["data"].items() if key != "token"}
    assert entry.data.items() >= kept.items()
    assert entry.data["webhook_id"]
    assert stored["application_credentials"]["data"]["items"] == known
    assert moved.hass.states.get(BUTTON)
    assert issue_of(moved, entry)


@pytest.mark.parametrize("stored", [OLD], indirect=True)
async def test_an_old_entry_waits_for_a_cloud_that_does_not_tell_the_account(moved: House) -> None:
    fault = moved.simulator.faults.add(path="/users/me", status=503)
    entry = await start(moved)
    assert fault.hits == 1
    assert entry.state is ConfigEntryState.SETUP_RETRY
    await moved.advance(minutes=1)
    assert entry.unique_id == moved.simulator.account.user_id


@pytest.mark.parametrize("stored", [OLD], indirect=True)
async def test_an_old_entry_gives_way_to_one_of_the_same_account(moved: House) -> None:
    user_id = moved.simulator.account.user_id
    MockConfigEntry(
        domain=DOMAIN, unique_id=user_id, disabled_by=ConfigEntryDisabler.USER
    ).add_to_hass(moved.hass)
    old = await start(moved)
    assert old.state is ConfigEntryState.SETUP_ERROR
    assert old.error_reason_translation_key == "account_twice"


@pytest.mark.parametrize("stored", [OLD], indirect=True)
async def test_an_old_entry_whose_login_has_ended_asks_for_a_new_one(moved: House) -> None:
    moved.simulator.switches.refuse_refresh = 400
    entry = await start(moved)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    [flow] = moved.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == "reauth"
    assert issue_of(moved, entry)


@pytest.mark.parametrize("stored", [RUNNING], indirect=True)
async def test_an_entry_of_a_newer_version_of_ours_is_left_as_it_is(moved: House) -> None:
    [entry] = moved.hass.config_entries.async_entries(DOMAIN)
    moved.hass.config_entries.async_update_entry(entry, minor_version=7)
    await start(moved)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.minor_version == 7
    assert issue_of(moved, entry) is None
