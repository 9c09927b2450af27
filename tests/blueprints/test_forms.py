"""The forms of the blueprints: who is notified, names in messages, and empty selections."""

import json
from pathlib import Path
import re
from typing import Any

from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.components.blueprint import models
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
import voluptuous as vol

from tests.helpers.house import House

from .conftest import FOLDER, Automate, messages
from .test_blueprints import raise_alarm
from .test_noise_escalation import first_home, noise, quiet

TRANSLATIONS = Path(__file__).parents[2] / "custom_components/point/translations"
ENGLISH = json.loads((TRANSLATIONS / "en.json").read_text("utf-8"))
EVIL = "[Loft](https://evil.example) *<b>1"


async def test_a_phone_is_notified_instead_of_home_assistant(
    linked: House,
    automate: Automate,
    told: list[ServiceCall],
    sent: list[ServiceCall],
) -> None:
    panel = linked.entity_id("alarm_control_panel.alarm")
    await automate("alarm_triggered", panels=[panel], notify=["notify.phone", "notify.tablet"])
    await raise_alarm(linked)
    assert [call.data for call in sent] == [
        {
            "entity_id": ["notify.phone", "notify.tablet"],
            "title": "Alarm in Lakeside 4",
            "message": "The alarm in Lakeside 4 has been triggered.",
        }
    ]
    assert not told


async def test_names_are_no_markdown_and_plain_on_a_phone(
    linked: House, hass: HomeAssistant, automate: Automate, told: list[ServiceCall]
) -> None:
    home = linked.ha_device(linked.home)
    assert home
    dr.async_get(hass).async_update_device(home.id, name_by_user=EVIL)
    await automate("alarm_triggered", panels=[linked.entity_id("alarm_control_panel.alarm")])
    await raise_alarm(linked)
    [notification] = told
    assert notification.data["title"] == f"Alarm in {EVIL}"  # not Markdown
    assert r"\[Loft\]\(https\:\/\/evil\.example\) \*\<b\>1" in notification.data["message"]
    assert messages(told) == [f"The alarm in {EVIL} has been triggered."]


async def test_own_actions_run_after_the_message(
    linked: House, automate: Automate, told: list[ServiceCall], withdrawn: list[ServiceCall]
) -> None:
    own = {
        "action": "persistent_notification.dismiss",
        "data": {"notification_id": "{{ home }}: {{ message }}"},
    }
    panel = linked.entity_id("alarm_control_panel.alarm")
    await automate("alarm_triggered", panels=[panel], triggered_actions=[own])
    await raise_alarm(linked)
    assert len(told) == 1
    assert [call.data["notification_id"] for call in withdrawn] == [
        "Lakeside 4: The alarm in Lakeside 4 has been triggered."
    ]


@pytest.mark.parametrize("blueprint", ["noise_escalation", "noise_follow_up"])
@pytest.mark.usefixtures("told")
async def test_own_actions_can_tell_that_the_noise_has_ended(
    linked: House, automate: Automate, sent: list[ServiceCall], blueprint: str
) -> None:
    own = {
        "action": "notify.send_message",
        "data": {"title": "{{ title }}", "message": "{{ message }}"},
    }
    await automate(blueprint, homes=first_home(linked), ended_actions=[own])
    await noise(linked, 1)
    await quiet(linked)
    [call] = sent
    assert call.data["title"] == "Noise in Lakeside 4 is over"
    assert call.data["message"] == "The noise in Lakeside 4 has ended."


@pytest.mark.parametrize(
    ("blueprint", "inputs"),
    [
        ("alarm_follows_stays", {}),
        ("alarm_follows_stays", {"panels": []}),
        ("alarm_triggered", {}),
        ("alarm_triggered", {"panels": []}),
        ("battery_round", {"days": []}),
        ("button_scenes", {}),
        ("button_scenes", {"buttons": [], "scenes": ["scene.bright"]}),
        ("button_scenes", {"buttons": ["event.button"], "scenes": []}),
        ("freeze_and_damp", {}),
        ("freeze_and_damp", {"sensors": []}),
        ("noise_answers", {}),
        ("noise_answers", {"homes": {}}),
        ("noise_escalation", {}),
        ("noise_escalation", {"homes": {}}),
        ("noise_escalation", {"homes": {"label_id": []}}),
        ("noise_follow_up", {}),
        ("noise_follow_up", {"homes": {}}),
        ("vacancy_watch", {}),
        ("vacancy_watch", {"points": {}}),
        ("vacancy_watch", {"points": {"device_id": []}}),
        ("who_came", {}),
        ("who_came", {"homes": {}}),
        ("who_came", {"homes": {"label_id": ["rented"]}, "events": []}),
    ],
)
async def test_an_empty_form_cannot_be_saved(
    linked: House,
    monkeypatch: pytest.MonkeyPatch,
    blueprint: str,
    inputs: dict[str, Any],
) -> None:
    """Neither while its selections are untouched, nor after they were emptied."""
    monkeypatch.setattr(models.DomainBlueprints, "blueprint_folder", FOLDER)
    assert await async_setup_component(linked.hass, "automation", {})
    use = {"path": f"point/{blueprint}.yaml", "input": inputs}
    with pytest.raises((vol.Invalid, HomeAssistantError)) as error:
        await async_validate_config_item(
            linked.hass, "made", {"alias": "Made", "use_blueprint": use}
        )
    expected = "at least (one|1)|must not be empty" if inputs else "Missing input"
    assert re.search(expected, str(error.value))


@pytest.mark.parametrize("path", (FOLDER / "point").glob("*.yaml"), ids=lambda path: path.stem)
def test_names_the_button_for_the_settings_of_a_home(path: Path) -> None:
    [button] = ENGLISH["config_subentries"].values()
    named = re.findall(
        r"\bchoose \*(.+?)\* in the integration", path.read_text("utf-8"), re.IGNORECASE
    )
    assert set(named) <= {button["initiate_flow"]["user"]}
