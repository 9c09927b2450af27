"""What automations and scripts mention, wherever in their configuration."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
import re
from typing import Any

from homeassistant.core import HomeAssistant, callback

DOMAINS = ("automation", "script")
NAME = re.compile(r"\w+(?:\.\w+)*")


@callback
def async_mentions(hass: HomeAssistant) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each automation and script by its name, with all that it mentions.

    Home Assistant itself knows of entities in triggers, conditions and targets. Here those in
    templates and inputs of blueprints count too, and attributes, devices and events.
    """
    for domain in DOMAINS:
        component = hass.data.get(domain)
        for entity in component.entities if component else ():
            yield entity.name or entity.entity_id, frozenset(_mentioned(entity.raw_config))


def _mentioned(value: Any) -> Iterator[str]:
    """Yield the words of a configuration, and each two of them with a dot between."""
    match value:
        case str():
            for name in NAME.findall(value):
                words = name.split(".")
                yield from words
                yield from map(".".join, pairwise(words))
        case Mapping():
            for key, each in value.items():
                yield from _mentioned(key)
                yield from _mentioned(each)
        case list():
            for each in value:
                yield from _mentioned(each)
