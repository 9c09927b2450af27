"""The message about what differs from core, and the automations that it lists."""

from typing import Any

from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.point import issues
from custom_components.point.const import DOMAIN

from ..helpers.house import House
from .core_entries import BUTTON, RUNNING, async_reload, files, issue_of, start

pytestmark = pytest.mark.parametrize("load_registries", [False])


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
