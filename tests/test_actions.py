"""What people are told of the actions: every field and every error has its words."""

import json
from pathlib import Path
import re
from typing import Any

from homeassistant.helpers.service import async_get_all_descriptions
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.point.actions import ACTIONS
from custom_components.point.const import DOMAIN
from custom_components.point.minut.thresholds import WishRefusal

from .house import House

FOLDER = Path(__file__).parent.parent / "custom_components/point"
TEXTS: Any = json.loads((FOLDER / "translations/en.json").read_text())
ICONS: Any = json.loads((FOLDER / "icons.json").read_text())
SERVICES = load_yaml_dict(str(FOLDER / "services.yaml"))
NAMES = {action.name for action in ACTIONS}
TARGETS = {"entity_id", "device_id", "area_id", "floor_id", "label_id", "exclude"}


def test_each_action_has_its_description_texts_and_icon() -> None:
    assert set(SERVICES) == NAMES
    assert set(TEXTS["services"]) == NAMES
    assert set(ICONS["services"]) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_field_is_described(name: str) -> None:
    fields = SERVICES[name].get("fields", {})
    assert set(TEXTS["services"][name]["fields"]) == set(fields)
    for text in TEXTS["services"][name]["fields"].values():
        assert text["name"]
        assert text["description"]


async def test_home_assistant_takes_the_descriptions(house: House) -> None:
    described = await async_get_all_descriptions(house.hass)
    assert set(described[DOMAIN]) == NAMES
    for name, description in described[DOMAIN].items():
        assert set(description["fields"]) == set(SERVICES[name].get("fields", {}))


def test_each_error_has_its_words() -> None:
    subjects = {"alarm", "change", "look_up", "stay", "stays"}
    keys = {f"{subject}_{kind}" for subject in subjects for kind in KINDS}
    keys |= set(WishRefusal)
    for path in FOLDER.glob("*.py"):
        keys |= set(re.findall(r'translation_key="(\w+)"', path.read_text()))
        keys |= set(re.findall(r'_(?:error|invalid)\(\s*"(\w+)"', path.read_text()))
    shown_elsewhere = {
        *TEXTS["issues"],
        *(key for part in TEXTS["entity"].values() for key in part),
    }
    assert keys - shown_elsewhere <= set(TEXTS["exceptions"])
    assert set(TEXTS["exceptions"]) - keys <= {
        *("cloud_unreachable", "no_api_access", "sample_event_failed")
    }


KINDS = ("forbidden", "refused", "unreachable")
