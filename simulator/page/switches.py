"""The switches and alternatives as the page shows and sets them."""

import ast
from dataclasses import fields
from datetime import timedelta
import inspect
from itertools import pairwise
from typing import Literal, cast, get_args, get_origin, get_type_hints

from simulator.backend.alternatives import GROUPS
from simulator.backend.switches import Switches
from simulator.formats import Json, JsonObject

_TYPES: dict[str, object] = get_type_hints(Switches)


def _read_help() -> dict[str, str]:
    """Return the docstring below each field of Switches."""
    [body] = [
        node.body
        for node in ast.parse(inspect.getsource(Switches)).body
        if isinstance(node, ast.ClassDef)
    ]
    return {
        field.target.id: " ".join(text.value.value.split())
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


HELP = _read_help()


def _kind(name: str) -> str | None:
    """Return how the page sets a switch: "bool", "seconds" or "choice"; None: it does not."""
    declared = _TYPES[name]
    if declared is bool:
        return "bool"
    if declared is timedelta:
        return "seconds"
    return "choice" if get_origin(declared) is Literal else None


def switch_rows(switches: Switches) -> list[Json]:
    """Return the switches that can be set on the page."""
    return [
        _row(switches, field.name, kind)
        for field in fields(Switches)
        if (kind := _kind(field.name)) is not None
    ]


def alternative_groups(switches: Switches) -> list[Json]:
    """Return all alternatives by group."""
    return [
        {
            "name": name,
            "alternatives": [
                {
                    "name": each,
                    "help": alternative.meaning,
                    "value": each in switches.alternatives,
                }
                for each, alternative in group.items()
            ],
        }
        for name, group in GROUPS.items()
    ]


def _row(switches: Switches, name: str, kind: str) -> JsonObject:
    value = getattr(switches, name)
    row: JsonObject = {"name": name, "kind": kind, "help": HELP.get(name, "")}
    match kind:
        case "seconds":
            return row | {"value": cast("timedelta", value).total_seconds()}
        case "choice":
            choices = [str(choice) for choice in get_args(_TYPES[name])]
            return row | {"value": str(value), "choices": choices}
        case _:
            return row | {"value": bool(value)}


def set_switch(switches: Switches, name: str, value: Json) -> None:
    """Set a switch by its name. Raise KeyError or ValueError if the page does not offer that."""
    declared = _TYPES[name]
    match _kind(name):
        case "bool":
            setattr(switches, name, bool(value))
        case "seconds":
            setattr(switches, name, timedelta(seconds=float(str(value))))
        case "choice":
            choices = {str(choice): choice for choice in get_args(declared)}
            setattr(switches, name, choices[str(value)])
        case _:
            raise ValueError(f"{name} cannot be set on the page")
