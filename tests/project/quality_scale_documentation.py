"""What the quality scale asks of the documentation, rule by rule; see quality_scale."""

import re

from homeassistant.util.yaml import load_yaml_dict

from custom_components.point.auth.yaml import CONFIG_SCHEMA

from .sources import DOCS, POINT, README, ROOT, TEXTS, has_options, headings, services


def docs_actions() -> None:
    assert services()
    assert [name for name in services() if f"`point.{name}`" not in DOCS] == []
    fields = {field for action in services().values() for field in action["fields"]}
    assert [field for field in fields if not re.search(rf"\b{field}\b", DOCS)] == []


def docs_conditions() -> None:
    _describes("conditions")


def docs_triggers() -> None:
    _describes("triggers")


def _describes(kind: str) -> None:
    """Each trigger or condition has its row on its page, with its options."""
    page = (ROOT / "docs" / f"{kind}.md").read_text("utf-8")
    described = load_yaml_dict(str(POINT / f"{kind}.yaml"))
    offered = {name: value for name, value in described.items() if not name.startswith(".")}
    rows = {name: row for row, name in re.findall(r"^(\| `point\.(\w+)` .*)$", page, re.MULTILINE)}
    assert rows.keys() == offered.keys()
    for name, value in offered.items():
        options = re.findall(r"`(\w+)`", rows[name].rstrip("| ").rpartition("|")[2])
        assert options == list(value.get("fields", {})), name


def docs_high_level_description() -> None:
    assert "https://www.minut.com/" in README[:500]


def docs_installation_instructions() -> None:
    assert {"Install", "Set up"} <= headings(README)


def docs_removal_instructions() -> None:
    assert "Remove it, or go back" in headings(README)


def docs_configuration_parameters() -> None:
    assert has_options()
    labels = [
        label for step in TEXTS["options"]["step"].values() for label in step["data"].values()
    ]
    assert [label for label in labels if label not in DOCS] == []


def docs_installation_parameters() -> None:
    [section] = CONFIG_SCHEMA.schema.values()
    options = {str(key) for key in section.validators[0].schema}
    assert options == {"api_url", "client_id", "client_secret"}
    assert [key for key in options if f"`{key}`" not in DOCS] == []
    fields = TEXTS["config"]["step"]["pick_implementation"]["data"].values()
    assert [label for label in fields if label.casefold() not in DOCS.casefold()] == []


def docs_data_update() -> None:
    assert "How data is updated" in headings(DOCS)


def docs_examples() -> None:
    assert "Automations" in headings(README)
    assert DOCS.count("```yaml\nautomation:") >= 2


def docs_known_limitations() -> None:
    assert "Known limitations" in headings(DOCS)


def docs_supported_devices() -> None:
    assert "Supported devices" in headings(DOCS)


def docs_supported_functions() -> None:
    assert "What you get" in headings(README)
    for platform, entities in TEXTS["entity"].items():
        for key, texts in entities.items():
            assert texts["name"].casefold() in DOCS.casefold(), f"{platform}.{key}"


def docs_troubleshooting() -> None:
    assert "Troubleshooting" in headings(DOCS)


def docs_use_cases() -> None:
    assert "Use cases" in headings(DOCS)
