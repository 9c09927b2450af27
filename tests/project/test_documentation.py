"""Check that the documentation is complete and correct: links work, it describes what exists."""

from pathlib import Path
import re
from urllib.parse import parse_qs, urlparse

from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint import models
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.point.condition import CONDITIONS
from custom_components.point.const import DOMAIN
from custom_components.point.trigger import TRIGGERS
from scripts.lib import events_page

from ..helpers.documents import PAGES, ROOT, anchors, links, prose, read, rows
from .quality_scale_entities import NAMED_BY_CLASS
from .sources import TEXTS, services

REPOSITORY = "https://github.com/minut-point/home-assistant-point/blob/main/"
SCRIPT = re.compile(r"scripts/[a-z0-9-]+")
CITATION = re.compile(r"API notes\s+(\d+(?:\.\d+)?(?:(?:,| and| to)\s+\d+(?:\.\d+)?)*)")
SECTION = re.compile(r"^(?:#+|\|(?= 12\.)) (\d+(?:\.\d+)?)\b", re.MULTILINE)
"""A heading, or a row of the table in section 12."""
BLUEPRINTS = sorted((ROOT / "blueprints" / "automation" / DOMAIN).glob("*.yaml"))
DOCS = "".join(map(prose, PAGES))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_work(page: Path) -> None:
    """Only links inside the repository are checked."""
    for link in links(page):
        if urlparse(link).scheme and not link.startswith(REPOSITORY):
            continue
        path, _, anchor = link.removeprefix(REPOSITORY).partition("#")
        target = (page.parent / path if path else page).resolve()
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_can_be_reached() -> None:
    found, new = set(), {ROOT / "README.md"}
    while new:
        found |= new
        new = {
            (page.parent / link.partition("#")[0]).resolve()
            for page in new
            for link in links(page)
            if ".md" in link and "://" not in link
        } - found
    assert set(PAGES) == found


def test_the_page_of_events_is_up_to_date() -> None:
    """Run scripts/events-page if this fails."""
    text = read(events_page.PAGE)
    assert events_page.page(text) == text


def test_every_entity_has_its_row_and_its_name() -> None:
    written = {
        (kind, key): re.sub(r" [★☆]$", "", name)
        for name, place, *_ in rows("entities.md")
        if (found := re.fullmatch(r"`(\w+)` `(\w+)`", place))
        for kind, key in [found.groups()]
    }
    there = {
        (platform, key): texts["name"]
        for platform, entities in TEXTS["entity"].items()
        for key, texts in entities.items()
        if platform != "alarm_control_panel"  # its unique id has no key
    }
    of_class = {tuple(kind.split(".")): name for kind, name in NAMED_BY_CLASS.items()}
    assert written == there | of_class


def first_cells(page: str, heading: str) -> list[str]:
    return [row[0] for row in rows(page, heading)]


def test_every_option_has_its_row() -> None:
    [step] = TEXTS["options"]["step"].values()
    assert sorted(first_cells("setup.md", "Options")) == sorted(step["data"].values())


def test_every_repair_has_its_row() -> None:
    titles = [issue["title"] for issue in TEXTS["issues"].values()]
    assert sorted(first_cells("troubleshooting.md", "Repairs")) == sorted(titles)


def test_every_action_is_described_and_no_other() -> None:
    named = set(re.findall(rf"\b{DOMAIN}\.([a-z]+_[a-z_]+)", DOCS)) - {*TRIGGERS, *CONDITIONS}
    assert named == {name for name in services() if "_" in name}
    in_table = re.findall(r"`point\.(\w+)`", " ".join(first_cells("actions.md", "Actions")))
    assert sorted(in_table) == sorted(services())


@pytest.mark.parametrize("field", ["kind"])
def test_every_choice_of_an_action_is_named(field: str) -> None:
    for choice in services()["get_readings"]["fields"][field]["selector"]["select"]["options"]:
        assert f"`{choice}`" in DOCS


def test_every_script_is_described_and_no_other() -> None:
    there = {f"scripts/{path.name}" for path in (ROOT / "scripts").iterdir() if path.is_file()}
    everything = "".join(map(read, PAGES))
    assert set(SCRIPT.findall(everything)) - {"scripts/lib"} == there


def test_every_benchmark_is_described() -> None:
    [names] = re.findall(r"^benchmarks=\((.+)\)$", read(ROOT / "scripts" / "bench"), re.MULTILINE)
    assert set(names.split()) == set(re.findall(r"`scripts/bench (\w+)", DOCS))


def cited_sections() -> dict[str, str]:
    """Return each section of Minut's API that a file cites, and one of the files that do."""
    files = [
        path
        for folder in ("custom_components", "simulator", "tests", "benchmarks", "docs")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".md"}
    ]
    return {
        section: str(path.relative_to(ROOT))
        for path in files
        for citation in CITATION.findall(read(path))
        for section in re.findall(r"\d+(?:\.\d+)?", citation)
    }


def test_every_cited_section_of_minuts_api_exists() -> None:
    cited = cited_sections()
    assert {"6.3", "12.5"} <= cited.keys()
    sections = set(SECTION.findall(read(ROOT / "docs" / "minut-api.md")))
    assert {section: path for section, path in cited.items() if section not in sections} == {}


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.stem)
def test_every_blueprint_can_be_imported(path: Path) -> None:
    url = REPOSITORY + path.relative_to(ROOT).as_posix()
    blueprint = models.Blueprint(
        load_yaml_dict(str(path)), expected_domain="automation", schema=AUTOMATION_BLUEPRINT_SCHEMA
    )
    assert blueprint.metadata["source_url"] == url
    assert blueprint.validate() is None
    offered = [
        parse_qs(urlparse(link).query)["blueprint_url"]
        for link in links(ROOT / "docs" / "automations.md")
        if "/redirect/blueprint_import/" in link
    ]
    assert [url] in offered
    assert len(offered) == len(BLUEPRINTS)
