"""The pages of the documentation."""

from collections.abc import Iterator
from dataclasses import dataclass
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.util.yaml import parse_yaml

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^()\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")
HEAD = re.compile(r"^ *\|.*\|\n *\|[-:|]+\|$", re.MULTILINE)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def read(page: Path) -> str:
    return page.read_text("utf-8")


def prose(page: Path) -> str:
    """Return a page without its examples."""
    return BLOCK.sub("", read(page))


def links(page: Path) -> list[str]:
    return [one or other for one, other in LINK.findall(prose(page))]


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(prose(page)))
    return {heading.replace(" ", "-") for heading in kept}


def rows(page: str, heading: str = "") -> list[list[str]]:
    """Return the cells of the tables below a heading (default: all), without header rows."""
    text = prose(ROOT / "docs" / page)
    if heading:
        text = re.split(r"^#+ ", text.split(f"# {heading}\n", 1)[1], flags=re.MULTILINE)[0]
    lines = re.findall(r"^ *\|(.*)\|$", re.sub(HEAD, "", text), re.MULTILINE)
    return [[cell.strip() for cell in line.split("|")] for line in lines]


@dataclass(frozen=True, kw_only=True)
class Example:
    """A YAML example of a page, and the example before it."""

    name: str
    value: Any
    before: Any = None

    def is_a(self, key: str) -> bool:
        return isinstance(self.value, dict) and key in self.value


def examples() -> Iterator[Example]:
    """Yield each YAML example."""
    for page in PAGES:
        before = None
        for number, (_, language, text) in enumerate(BLOCK.findall(read(page))):
            if language == "yaml":
                value = json.loads(json.dumps(parse_yaml(text)))  # plain values
                yield Example(name=f"{page.name}-{number}", value=value, before=before)
                before = value
