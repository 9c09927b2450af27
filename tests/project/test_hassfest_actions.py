"""What hassfest checks of actions, triggers and conditions; see test_hassfest."""

from typing import Any

from homeassistant.helpers.selector import validate_selector
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.point.condition import CONDITIONS
from custom_components.point.trigger import TRIGGERS

from .shipped import POINT, SLUG, read

# Actions


def actions() -> dict[str, Any]:
    path = POINT / "services.yaml"
    return load_yaml_dict(str(path)) if path.exists() else {}


def test_actions_are_described_in_full() -> None:
    """Each has a name, a description and an icon; so has each field, with a valid selector."""
    texts = read(POINT / "translations" / "en.json")["services"]
    selectors = read(POINT / "translations" / "en.json")["selector"]
    icons = read(POINT / "icons.json")["services"]
    assert texts.keys() == icons.keys() == actions().keys()
    for name, action in actions().items():
        assert SLUG.fullmatch(name)
        assert {"name", "description"} <= texts[name].keys()
        fields = (action or {}).get("fields", {})
        assert texts[name].get("fields", {}).keys() == fields.keys()
        for key, field in fields.items():
            assert {"name", "description"} <= texts[name]["fields"][key].keys()
            validate_selector(field["selector"])
            match field["selector"]:
                case {"select": {"translation_key": str(key), "options": options}}:
                    assert {str(option) for option in options} == selectors[key]["options"].keys()
                case {"select": {"options": options}}:
                    assert not [option for option in options if isinstance(option, str)]


# Triggers and conditions


@pytest.mark.parametrize(
    ("kind", "offered"),
    [("trigger", TRIGGERS), ("condition", CONDITIONS)],
    ids=["trigger", "condition"],
)
def test_triggers_and_conditions_are_described_in_full(
    kind: str, offered: dict[str, object]
) -> None:
    """Each has a target, texts and an icon; each field texts and a valid selector."""
    described = load_yaml_dict(str(POINT / f"{kind}s.yaml"))
    described = {name: value for name, value in described.items() if not name.startswith(".")}
    english, icons = read(POINT / "translations" / "en.json"), read(POINT / "icons.json")
    texts = english[f"{kind}s"]
    assert offered.keys() == described.keys() == texts.keys() == icons[f"{kind}s"].keys()
    for name, value in described.items():
        assert SLUG.fullmatch(name)
        assert icons[f"{kind}s"][name].keys() == {kind}
        assert {"name", "description"} <= texts[name].keys()
        validate_selector({"target": value["target"]})
        fields = value.get("fields", {})
        assert texts[name].get("fields", {}).keys() == fields.keys()
        for key, field in fields.items():
            assert texts[name]["fields"][key]["name"]
            validate_selector(field["selector"])
            if select := field["selector"].get("select"):
                options = english["selector"][select["translation_key"]]["options"]
                assert options.keys() == set(select["options"])
