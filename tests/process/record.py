"""Writes what core's own `point` stores to tests/fixtures/core_entries (scripts/core-entries).

All in it is of the simulated cloud: invented.
"""

import asyncio
from collections.abc import Callable
import json
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
from typing import Any

from homeassistant.const import MAJOR_VERSION, MINOR_VERSION

from scripts.lib.develop.linking import DOMAIN
from simulator import Simulator

from .installation import ROOT, Installation

FOLDER = ROOT / "tests/fixtures/core_entries" / f"{MAJOR_VERSION}.{MINOR_VERSION}"
type Members = Callable[[dict[str, Any], str], bool]
FILES: dict[str, tuple[str, Members]] = {
    "core.config_entries": ("entries", lambda item, _entry: item["domain"] == DOMAIN),
    "core.device_registry": ("devices", lambda item, entry: entry in json.dumps(item)),
    "core.entity_registry": ("entities", lambda item, _entry: item["platform"] == DOMAIN),
    "application_credentials": ("items", lambda _item, _entry: True),
}


async def record() -> None:
    """Link an account, rename what a person might, and keep what has been stored."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        async with Simulator(homes=1, devices=1) as simulator:
            installation = Installation(Path(folder) / "config", simulator)
            async with installation.core() as core:
                await core.link(simulator)
                entry = await core.entry()
                await core.rename()
            for name, (members, is_ours) in FILES.items():
                stored = installation.file(name)
                found = [
                    item for item in stored["data"][members] if is_ours(item, entry["entry_id"])
                ]
                stored["data"] = {
                    key: [] if isinstance(value, list) else value
                    for key, value in stored["data"].items()
                } | {members: found}
                (FOLDER / f"{name}.json").write_text(_text(stored, members), encoding="utf-8")


def _text(stored: dict[str, Any], members: str) -> str:
    """Return JSON with one line for each member."""
    lines = ",\n".join(f"      {json.dumps(item)}" for item in stored["data"][members])
    others = {key: value for key, value in stored["data"].items() if key != members}
    head = "".join(
        f"    {json.dumps(key)}: {json.dumps(value)},\n" for key, value in others.items()
    )
    top = "".join(
        f"  {json.dumps(key)}: {json.dumps(value)},\n"
        for key, value in stored.items()
        if key != "data"
    )
    return f'{{\n{top}  "data": {{\n{head}    "{members}": [\n{lines}\n    ]\n  }}\n}}\n'


if __name__ == "__main__":
    sys.exit(asyncio.run(record()))
