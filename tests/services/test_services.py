"""The table of actions, and what describes them: every field and every error has its words."""

import json
import re
from typing import Any

from homeassistant.helpers.service import async_get_all_descriptions
from homeassistant.util.yaml import load_yaml_dict
import pytest
import voluptuous as vol

from custom_components.point.const import DOMAIN
from custom_components.point.minut.event_types import EVENT_TYPES
from custom_components.point.minut.thresholds import InvalidThresholds
from custom_components.point.services import ACTIONS, Action

from ..helpers.house import House
from ..project.test_imports import POINT, ROOT

FOLDER = ROOT / POINT.replace(".", "/")
DESCRIBED = load_yaml_dict(str(FOLDER / "services.yaml"))
TEXTS: dict[str, Any] = json.loads((FOLDER / "translations/en.json").read_text("utf-8"))
ICONS: dict[str, Any] = json.loads((FOLDER / "icons.json").read_text("utf-8"))
each_action = pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)

TARGETS = {"entity_id", "device_id", "area_id", "floor_id", "label_id", "exclude", "metadata"}
"""What Home Assistant takes for an action with a target, beside its fields."""


def checks(schema: Any) -> dict[str, Any]:
    """Return what an action takes, and what checks it: the first mapping in its schema."""
    while not isinstance(schema, dict):
        schema = schema.validators[0] if hasattr(schema, "validators") else schema.schema
    return {str(key): check for key, check in schema.items()}


def test_every_action_is_described_and_nothing_else_is() -> None:
    names = {action.name for action in ACTIONS}
    assert names == DESCRIBED.keys() == TEXTS["services"].keys() == ICONS["services"].keys()
    assert list(DESCRIBED) == sorted(DESCRIBED)


@each_action
def test_every_field_is_described(action: Action) -> None:
    described = DESCRIBED[action.name]
    taken = checks(action.schema).keys() - (TARGETS if "target" in described else set())
    texts = TEXTS["services"][action.name]["fields"]
    assert taken == described["fields"].keys() == texts.keys()
    for text in texts.values():
        assert text["name"]
        assert text["description"]


@each_action
def test_error_of_a_misspelled_field_shows_no_enum(action: Action) -> None:
    """Home Assistant suggests similar fields."""
    for field in checks(action.schema):
        with pytest.raises(vol.Invalid) as error:
            action.schema({f"{field}s": 1})
        assert "<" not in str(error.value)


@each_action
def test_error_of_an_option_that_does_not_exist_names_no_class(action: Action) -> None:
    for field, about in DESCRIBED[action.name]["fields"].items():
        options = about["selector"].get("select", {"custom_value": True})
        if options.get("custom_value"):
            continue
        with pytest.raises(vol.Invalid) as error:
            checks(action.schema)[field]("light")
        assert all(option in str(error.value) for option in options["options"])
        assert not re.search("[A-Z]", str(error.value))


@each_action
def test_what_can_be_selected_is_what_is_taken(action: Action) -> None:
    for field, about in DESCRIBED[action.name]["fields"].items():
        select = about["selector"].get("select")
        if select is None:
            continue
        texts = TEXTS["selector"][select["translation_key"]]["options"]
        assert list(texts) == select["options"]
        check = checks(action.schema)[field]
        if select.get("multiple"):
            assert vol.Schema(check)(select["options"]) == select["options"]
        else:
            assert [check(option) for option in select["options"]] == select["options"]


def test_every_known_type_of_event_can_be_selected() -> None:
    field = DESCRIBED["get_events"]["fields"]["event_type"]
    assert field["selector"]["select"]["options"] == list(EVENT_TYPES)
    shown = TEXTS["entity"]["event"]["activity"]["state_attributes"]["event_type"]["state"]
    for name, text in TEXTS["selector"]["event_type"]["options"].items():
        assert text == shown[name]


def test_every_setting_has_a_default_that_is_taken() -> None:
    [action] = [action for action in ACTIONS if action.name == "set_thresholds"]
    taken = checks(action.schema)
    for field, about in DESCRIBED["set_thresholds"]["fields"].items():
        if "boolean" in about["selector"]:
            # The form would send it although nobody has chosen it, and show no box to choose it.
            assert "default" not in about
            continue
        vol.Schema(taken[field])(about["default"])
        if number := about["selector"].get("number"):
            assert number["min"] < about["default"] < number["max"]
            assert number["unit_of_measurement"]


async def test_they_are_there_and_described_without_any_account(house: House) -> None:
    described = (await async_get_all_descriptions(house.hass))[DOMAIN]
    assert described.keys() == {action.name for action in ACTIONS}
    for action in ACTIONS:
        assert described[action.name]["fields"].keys() == DESCRIBED[action.name]["fields"].keys()
        assert ("response" in described[action.name]) is (action.supports_response != "none")


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("get_readings", {"resolution": 1e300}),
        ("get_readings", {"resolution": float("inf")}),
        ("set_thresholds", {"entity_id": 50}),
        ("set_thresholds", {"quiet_hours_start": "9" * 20 + ":00"}),
        ("get_events", {"start": "\ud800"}),
        ("create_stay", {"check_in": "\ud800"}),
    ],
)
async def test_input_that_home_assistants_validators_do_not_expect_is_invalid(
    house: House, name: str, wrong: dict[str, object]
) -> None:
    [action] = [action for action in ACTIONS if action.name == name]
    data = {"device_id": "1", "start": "2026-11-19", "kind": "temperature", "name": "Kim", **wrong}
    taken = checks(action.schema)
    with pytest.raises(vol.Invalid):
        await house.hass.services.async_call(
            DOMAIN,
            name,
            {key: value for key, value in data.items() if key in taken},
            blocking=True,
            return_response=True,
        )


def test_each_error_has_its_words() -> None:
    subjects = {"alarm", "change", "history", "import", "look_up", "stay", "stays"}
    keys = {f"{subject}_{kind}" for subject in subjects for kind in KINDS}
    keys |= {f"{subject}_kept" for subject in ("alarm", "change")}  # commands for homes and Points
    keys |= set(InvalidThresholds)
    written = "".join(path.read_text("utf-8") for path in FOLDER.rglob("*.py"))
    for pattern in (
        r'translation_key="(\w+)"',
        r'translation_key="\w+" if \w+ else "(\w+)"',
        r'\binvalid\(\s*"(\w+)"',
        r'"(device_not_\w+)"',
    ):
        keys |= set(re.findall(pattern, written))
    keys |= {f"stays_{kind}" for kind in re.findall(r'unexpected="(\w+)"', written)}
    shown_elsewhere = {
        *TEXTS["issues"],
        *(key for part in TEXTS["entity"].values() for key in part),
    }
    assert keys - shown_elsewhere <= set(TEXTS["exceptions"])
    assert set(TEXTS["exceptions"]) - keys <= {"cloud_unreachable", "no_api_access"}


KINDS = ("forbidden", "refused", "unreachable")
