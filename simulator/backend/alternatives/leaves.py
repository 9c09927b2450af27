"""Transforms of single values, and of all values within an answer. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
import re

from simulator.backend.alternatives.model import LeafTransform
from simulator.formats import Json

HEX_ID = re.compile("[0-9a-f]{24}")
ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def map_leaves(value: Json, change: LeafTransform) -> Json:
    """Apply a transform to all values that are neither objects nor lists."""
    if isinstance(value, Mapping):
        return {name: map_leaves(inner, change) for name, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [map_leaves(inner, change) for inner in value]
    return change(value)


def number_as_text(value: Json) -> Json:
    """Write a number as text."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def unix_time(factor: int) -> LeafTransform:
    """Return a transform of times to Unix seconds times `factor`."""

    def change(value: Json) -> Json:
        if isinstance(value, str) and ISO_TIME.fullmatch(value):
            return int(datetime.fromisoformat(value).timestamp() * factor)
        return value

    return change


def id_as_uuid(value: Json) -> Json:
    """Write an id of 24 hex digits as a UUID."""
    if isinstance(value, str) and HEX_ID.fullmatch(value):
        parts = (value[:8], value[8:12], value[12:16], value[16:20], value[20:] + value[:8])
        return "-".join(parts)
    return value


def id_as_number(value: Json) -> Json:
    """Write an id of 24 hex digits as a number of 48 bits."""
    return int(value[:12], 16) if isinstance(value, str) and HEX_ID.fullmatch(value) else value


class Ids:
    """Remembers the ids that were sent in another form, to recognize them in requests."""

    def __init__(self) -> None:
        self._originals: dict[str, str] = {}

    def remembering(self, change: LeafTransform) -> LeafTransform:
        """Return a transform that remembers the ids that it changes."""

        def changed(value: Json) -> Json:
            result = change(value)
            if isinstance(value, str) and HEX_ID.fullmatch(value):
                self._originals[str(result)] = value
            return result

        return changed

    def original(self, value: Json) -> Json:
        """Return the original form of an id; other values are unchanged."""
        if isinstance(value, bool) or not isinstance(value, int | str):
            return value
        return self._originals.get(str(value), value)
