"""Entries that Home Assistant's own `point` has left, read from the files that it wrote."""

from collections.abc import AsyncIterator, Callable
from copy import deepcopy
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry, ConfigEntryDisabler, ConfigEntryState
from homeassistant.const import __version__
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
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.point import issues
from custom_components.point.const import DOMAIN
from simulator import Simulator
from simulator.backend.tokens import Grant

from .helpers.house import House

FIXTURES = Path(__file__).parent / "fixtures" / "core_entries"
RUNNING = __version__.rpartition(".")[0]
MODERN = [version for version in ("2026.10", "2026.11") if version <= RUNNING]
OLD = "2024.9"
BUTTON = "binary_sensor.doorbell"

pytestmark = pytest.mark.parametrize("load_registries", [False])


def files(version: str) -> dict[str, Any]:
    """Return what core had stored, by the names of the files."""
    folders = [FIXTURES / "2026.10", FIXTURES / OLD] if version == OLD else [FIXTURES / version]
    found = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for folder in folders
        for path in folder.glob("*.json")
    }
    if version == OLD:
        del found["application_credentials"]
    return found


type Kind = Callable[[dict[str, Any], dict[str, Any]], None]
"""Makes an entry and its client what they are for some of core's users."""


def imported_from_yaml(entry: dict[str, Any], client: dict[str, Any]) -> None:
    """2024.10 stored the client of YAML under the name of the integration."""
    client["auth_domain"] = entry["data"]["auth_implementation"] = DOMAIN


def signed_in_again(entry: dict[str, Any], client: dict[str, Any]) -> None:
    """From before 2024.10, and linked once more since: everything old is still there."""
    entry["title"] = "alex@example.org"
    entry["data"]["refresh_args"] = {key: client[key] for key in ("client_id", "client_secret")}
    entry["data"]["webhook_url"] = "https://home.example.org/api/webhook/0123456789"


def without_unique_id(entry: dict[str, Any], _client: dict[str, Any]) -> None:
    entry["unique_id"] = None


def without_webhook(entry: dict[str, Any], _client: dict[str, Any]) -> None:
    """Core made the webhook when it set the entry up, where the dialog had not."""
    del entry["data"]["webhook_id"]


def from_a_storage_of_2024(entry: dict[str, Any], _client: dict[str, Any]) -> None:
    """What Home Assistant has added to entries since; it brings older files up itself."""
    for key in ("created_at", "modified_at", "discovery_keys", "subentries"):
        del entry[key]


KINDS = [
    imported_from_yaml,
    signed_in_again,
    without_unique_id,
    without_webhook,
    from_a_storage_of_2024,
]


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


def entry_of(stored: dict[str, Any]) -> dict[str, Any]:
    [entry] = stored["core.config_entries"]["data"]["entries"]
    assert isinstance(entry, dict)
    return entry


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


async def start(moved: House) -> ConfigEntry:
    """Start the integration, and with it the entry."""
    section = {DOMAIN: {"api_url": moved.simulator.root}}
    assert await async_setup_component(moved.hass, DOMAIN, section)
    await moved.settle()
    [entry] = moved.hass.config_entries.async_entries(DOMAIN, include_disabled=False)
    return entry


def issue_of(house: House, entry: ConfigEntry) -> ir.IssueEntry | None:
    registry = ir.async_get(house.hass)
    return registry.async_get_issue(DOMAIN, f"differs_from_core_{entry.entry_id}")


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


async def test_what_differs_is_told_once_with_the_automations(moved: House) -> None:
    entry = await start(moved)
    issue = issue_of(moved, entry)
    assert issue
    assert issue.is_fixable
    assert issue.is_persistent
    assert issue.translation_placeholders == {
        "account": issues.as_text(entry.title),
        "automations": f"* Ring: `{BUTTON}`",
    }

    ir.async_delete_issue(moved.hass, DOMAIN, issue.issue_id)  # as its flow does
    assert await moved.hass.config_entries.async_reload(entry.entry_id)
    assert issue_of(moved, entry) is None


@pytest.mark.parametrize("expected_lingering_timers", [True])  # the device registry tidies up
async def test_removing_the_account_takes_the_message_back(moved: House) -> None:
    entry = await start(moved)
    await moved.hass.config_entries.async_remove(entry.entry_id)
    assert issue_of(moved, entry) is None


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
async def test_a_person_can_wave_the_message_off(
    moved: House, hass_client: ClientSessionGenerator
) -> None:
    entry = await start(moved)
    frontend = await hass_client()
    issue = {"handler": DOMAIN, "issue_id": f"differs_from_core_{entry.entry_id}"}
    form = await (await frontend.post("/api/repairs/issues/fix", json=issue)).json()
    assert form["step_id"] == "confirm"
    assert form["description_placeholders"]["account"] == entry.title
    end = await frontend.post(f"/api/repairs/issues/fix/{form['flow_id']}", json={})
    assert (await end.json())["type"] == "create_entry"
    assert issue_of(moved, entry) is None


@pytest.mark.parametrize("stored", [RUNNING], indirect=True)
async def test_a_long_list_of_automations_is_cut(moved: House) -> None:
    trigger = {"trigger": "state", "entity_id": BUTTON}
    automations = [
        {"alias": f"Ring {number:02}", "triggers": trigger, "actions": []} for number in range(40)
    ]
    await async_reload(moved.hass, automations)
    issue = issue_of(moved, await start(moved))
    assert issue
    assert issue.translation_placeholders
    lines = issue.translation_placeholders["automations"].splitlines()
    assert len(lines) == 31
    assert lines[-1] == "* … (+10)"


POINT = next(
    device["id"]
    for device in files(RUNNING)["core.device_registry"]["data"]["devices"]
    if device["model"] == "Point"
)
IDS = {
    entity["entity_id"]: entity["id"]
    for entity in files(RUNNING)["core.entity_registry"]["data"]["entities"]
}
MOTION = "binary_sensor.hallway_motion"
WARMTH = "sensor.hallway_temperature"
ON_DEVICE = {"trigger": "device", "domain": "binary_sensor", "type": "motion", "device_id": POINT}
WARM = {"trigger": "numeric_state", "entity_id": WARMTH, "above": 25}
RECEIVED = {"trigger": "event", "event_type": "point_webhook_received"}


def when(*triggers: dict[str, Any], then: str | None = None) -> dict[str, Any]:
    """Return an automation; what it does may be a template."""
    does = [{"variables": {"seen": then}}] if then else []
    return {"alias": "Lights", "triggers": list(triggers), "actions": does}


@pytest.mark.parametrize("stored", [RUNNING], indirect=True)
@pytest.mark.parametrize(
    ("automation", "listed"),
    [
        pytest.param(
            when(ON_DEVICE | {"entity_id": MOTION}), f"* Lights: `{MOTION}`", id="trigger"
        ),
        pytest.param(when(then="binary_sensor.hallway_motion_2"), "—", id="another-entity"),
        pytest.param(when(ON_DEVICE | {"entity_id": IDS[MOTION]}), "* Lights", id="device"),
        pytest.param(
            when(ON_DEVICE) | {"actions": [{"action": "x.y", "target": {"entity_id": WARMTH}}]},
            "—",
            id="device-of-a-reading",
        ),
        pytest.param(when(WARM), "—", id="reading"),
        pytest.param(when(RECEIVED), "—", id="event"),
        pytest.param(
            {"alias": "Lights", "triggers": {"trigger": "state"}, "variables": {"it": MOTION}},
            "—",
            id="broken",
        ),
    ],
)
async def test_what_is_listed(moved: House, automation: dict[str, Any], listed: str) -> None:
    await async_reload(moved.hass, [automation])
    issue = issue_of(moved, await start(moved))
    assert issue
    assert issue.translation_placeholders
    assert issue.translation_placeholders["automations"] == listed


@pytest.mark.parametrize("stored", [RUNNING], indirect=True)
async def test_scripts_are_listed_too(moved: House) -> None:
    condition = {"condition": "state", "entity_id": MOTION, "state": "on"}
    scripts = {"night": {"alias": "Good night", "sequence": [condition]}}
    assert await async_setup_component(moved.hass, "script", {"script": scripts})
    issue = issue_of(moved, await start(moved))
    assert issue
    assert issue.translation_placeholders
    assert issue.translation_placeholders["automations"] == (
        f"* Good night: `{MOTION}`\n* Ring: `{BUTTON}`"
    )


@pytest.mark.parametrize("stored", [RUNNING], indirect=True)
async def test_an_entry_of_a_newer_version_of_ours_is_left_as_it_is(moved: House) -> None:
    [entry] = moved.hass.config_entries.async_entries(DOMAIN)
    moved.hass.config_entries.async_update_entry(entry, minor_version=7)
    await start(moved)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.minor_version == 7
    assert issue_of(moved, entry) is None


async def async_reload(hass: HomeAssistant, automations: list[dict[str, Any]]) -> None:
    """Let other automations be there."""
    with patch(
        "homeassistant.config.async_hass_config_yaml", return_value={"automation": automations}
    ):
        await hass.services.async_call("automation", "reload", blocking=True)
