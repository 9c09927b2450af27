"""What hassfest checks of the translations; see test_hassfest."""

from pathlib import Path
import re
import string

from homeassistant.helpers.config_validation import string_with_no_html
import pytest

from .shipped import LANGUAGES, POINT, SLUG, leaves, read

URL = re.compile(r"(https?|ftps?|mqtts?|socks5)://|www\.", re.IGNORECASE)


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.stem)
def test_translations_have_the_form_that_is_asked_for(path: Path) -> None:
    for keys, text in leaves(read(path)):
        where = "::".join(keys)
        assert all(SLUG.fullmatch(key) for key in keys), where
        assert isinstance(text, str), where
        assert string_with_no_html(text) == text, where
        assert text == text.strip(), where
        assert text, where
        assert not URL.search(text), where
        assert not re.search(r"'\{\w+\}'", text), where
        assert "[%" not in text, where  # references are not resolved for us
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        assert all(name.isidentifier() for name in names), where


TOP = {"application_credentials", "config", "entity", "exceptions", "issues", "options"}
TOP |= {
    "config_subentries",
    "selector",
    "services",
    "system_health",
    "title",
    "device",
    "conditions",
    "triggers",
}
STEP = {"title", "description", "data", "data_description", "menu_options", "sections", "submit"}
STEP |= {"menu_option_descriptions"}


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.stem)
def test_translations_have_only_known_sections(path: Path) -> None:
    texts = read(path)
    assert texts.keys() <= TOP
    flows = [texts[flow] for flow in ("config", "options") if flow in texts]
    for subentry in texts["config_subentries"].values():
        assert subentry["entry_type"]
        assert subentry["initiate_flow"]
        flows.append({"step": subentry["step"], "abort": subentry["abort"]})
    for issue in texts["issues"].values():
        assert issue.keys() in ({"title", "description"}, {"title", "fix_flow"})
        if "fix_flow" in issue:
            flows.append(issue["fix_flow"])
    for flow in flows:
        assert flow.keys() <= {"step", "error", "abort", "progress", "create_entry", "flow_title"}
        for step in flow["step"].values():
            assert step.keys() <= STEP
            assert step.get("data_description", {}).keys() <= step.get("data", {}).keys()
    for flow in texts["config_subentries"].values():
        # The dialog is named like the button that opens it.
        assert flow["step"]["user"]["title"] == flow["initiate_flow"]["user"]
    for exception in texts["exceptions"].values():
        assert exception.keys() == {"message"}
    for device in texts["device"].values():
        assert device.keys() == {"name"}


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.stem)
def test_translations_have_only_known_texts(path: Path) -> None:
    texts = read(path)
    for entities in texts["entity"].values():
        for entity in entities.values():
            assert entity.keys() <= {"name", "state", "state_attributes", "unit_of_measurement"}
            for attribute in entity.get("state_attributes", {}).values():
                assert attribute.keys() <= {"name", "state"}
    for service in texts["services"].values():
        assert service.keys() <= {"name", "description", "fields", "sections"}
        for field in service.get("fields", {}).values():
            assert field.keys() <= {"name", "description", "example"}
    for selector in texts["selector"].values():
        assert selector.keys() <= {"options", "choices", "fields"}
    assert texts["application_credentials"].keys() == {"description"}
    assert texts["system_health"].keys() == {"info"}
    for section in texts["config"]["step"].values():
        assert (
            section.get("menu_option_descriptions", {}).keys()
            <= section.get("menu_options", {}).keys()
        )


@pytest.mark.parametrize("kind", ["conditions", "triggers"])
@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.stem)
def test_triggers_and_conditions_have_only_known_texts(path: Path, kind: str) -> None:
    for each in read(path)[kind].values():
        assert each.keys() <= {"name", "description", "fields"}
        for field in each.get("fields", {}).values():
            assert field.keys() <= {"name", "description", "example"}


def test_every_field_of_the_flows_is_described() -> None:
    """The quality scale asks for more than a label."""
    texts = read(POINT / "translations" / "en.json")
    for flow in (texts["config"], texts.get("options", {"step": {}})):
        for name, step in flow["step"].items():
            assert step.get("data", {}).keys() == step.get("data_description", {}).keys(), name
