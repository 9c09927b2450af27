"""A restored backup that runs beside the original, in real processes: both hear."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from simulator import Simulator

from .installation import Installation

RESTORED = (
    "application_credentials",
    "core.config_entries",
    "core.device_registry",
    "core.entity_registry",
)


@pytest.fixture
async def cloud(socket_enabled: None) -> AsyncIterator[Simulator]:
    """Return a Minut cloud on the real clock, with one home and one Point that reports nothing."""
    async with Simulator(homes=1, devices=1, heartbeat=timedelta(hours=12)) as simulator:
        yield simulator


@pytest.mark.timeout(1800)  # two starts of Home Assistant, on a busy machine
async def test_both_hear(tmp_path: Path, cloud: Simulator) -> None:
    original = Installation(tmp_path / "original", cloud)
    restored = Installation(tmp_path / "restored", cloud)
    async with original.ours() as first:
        await first.link(cloud)
        point = next(iter(cloud.devices))
        button = (await first.entities())[f"point.{point}-button_press"]

        async def stored() -> str | None:
            if not all((tmp_path / "original/.storage" / name).exists() for name in RESTORED):
                return None
            hook_id = data_of(original).get("hook_id")
            return hook_id if hook_id in cloud.hooks else None

        taken = await first.until(stored, "a webhook that is stored")
        for name in RESTORED:
            source = tmp_path / "original/.storage" / name
            copyfile(source, tmp_path / "restored/.storage" / name)

        async with restored.ours() as second:

            async def alone() -> bool | None:
                urls = [hook.url for hook in cloud.hooks.values()]
                is_alone = len(urls) == 1 and urls[0].startswith(restored.url)
                return is_alone or None

            await second.entry()
            await second.until(alone, "the copy to take the webhook away")
            assert taken not in cloud.hooks
            await first.reload()

            async def both() -> bool | None:
                return len(cloud.hooks) == 2 or None

            await first.until(both, "a webhook for each")
            await cloud.press_button(point)
            await first.until_state(button, "on")
            await second.until_state(button, "on")
            assert "copy_found" in await first.issues()
            assert "copy_found" not in await second.issues()

            await second.remove()
            [left] = cloud.hooks.values()
            assert left.url.startswith(original.url)


def data_of(installation: Installation) -> dict[str, Any]:
    entries = installation.file("core.config_entries")["data"]["entries"]
    [data] = [entry["data"] for entry in entries if entry["domain"] == "point"] or [{}]
    assert isinstance(data, dict)
    return data
