"""The table of actions, and what describes them."""

import json
from typing import Any

from homeassistant.helpers.service import async_get_all_descriptions
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.point.actions import ACTIONS, Action
from custom_components.point.const import DOMAIN

from .house import House
from .test_imports import POINT, ROOT

FOLDER = ROOT / POINT.replace(".", "/")
DESCRIBED = load_yaml_dict(str(FOLDER / "services.yaml"))
TEXTS: dict[str, Any] = json.loads((FOLDER / "translations/en.json").read_text("utf-8"))
ICONS: dict[str, Any] = json.loads((FOLDER / "icons.json").read_text("utf-8"))
each_action = pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)


def test_every_action_is_described_and_nothing_else_is() -> None:
    names = {action.name for action in ACTIONS}
    assert names == DESCRIBED.keys() == TEXTS["services"].keys() == ICONS["services"].keys()
    assert list(DESCRIBED) == sorted(DESCRIBED)


@each_action
def test_every_field_is_described(action: Action) -> None:
    fields = {str(key) for key in action.schema.schema}
    described = DESCRIBED[action.name]["fields"]
    assert fields == described.keys() == TEXTS["services"][action.name]["fields"].keys()
    for text in TEXTS["services"][action.name]["fields"].values():
        assert text["name"]
        assert text["description"]


@each_action
def test_what_can_be_selected_is_what_is_taken(action: Action) -> None:
    for field, about in DESCRIBED[action.name]["fields"].items():
        select = about["selector"].get("select") if about["selector"] else None
        if select is None:
            continue
        texts = TEXTS["selector"][select["translation_key"]]["options"]
        assert list(texts) == select["options"]
        (check,) = (value for key, value in action.schema.schema.items() if key == field)
        assert [check(option) for option in select["options"]] == select["options"]


@each_action
async def test_it_is_there_and_described_without_any_account(house: House, action: Action) -> None:
    description = (await async_get_all_descriptions(house.hass))[DOMAIN][action.name]
    assert description["fields"].keys() == DESCRIBED[action.name]["fields"].keys()
    assert "response" in description
