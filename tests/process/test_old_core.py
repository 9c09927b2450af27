"""An entry from before Home Assistant 2024.10, in real processes: refused by core, then not."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from typing import Any

import pytest

from simulator import Simulator
from simulator.backend.tokens import Grant

from .installation import ROOT, Installation

FIXTURES = ROOT / "tests/fixtures/core_entries"
TEMPERATURE = "sensor.hallway_temperature"


@pytest.fixture
async def cloud(socket_enabled: None) -> AsyncIterator[Simulator]:
    """Return a Minut cloud on the real clock, with one home and one Point that reports nothing."""
    async with Simulator(homes=1, devices=1, heartbeat=timedelta(hours=12)) as simulator:
        yield simulator


@pytest.fixture
def former(cloud: Simulator) -> dict[str, Any]:
    """Return the entry stored by the old core, with a login that is still valid at Minut."""
    stored = json.loads((FIXTURES / "2024.9/core.config_entries.json").read_text("utf-8"))
    [entry] = stored["data"]["entries"]
    assert isinstance(entry, dict)
    refresh_token = entry["data"]["token"]["refresh_token"]
    cloud.tokens._refresh[refresh_token] = Grant(cloud.account.user_id, cloud.client_id)
    return entry


@pytest.mark.timeout(1800)  # three starts of Home Assistant, on a busy machine
async def test_what_core_refuses_is_taken_over_and_given_back(
    tmp_path: Path, cloud: Simulator, former: dict[str, Any]
) -> None:
    installation = Installation(tmp_path / "config", cloud)
    for name in ("core.device_registry", "core.entity_registry"):
        installation.put(FIXTURES / f"2026.10/{name}.json")
    installation.put(FIXTURES / "2024.9/core.config_entries.json")
    had = {
        entity["unique_id"]: entity["entity_id"]
        for entity in installation.file("core.entity_registry")["data"]["entities"]
    }

    async with installation.core() as core:
        [entry] = await core.frontend.entries("point")
        assert entry["state"] == "setup_error"
        assert await core.entities() == had
        devices = await core.devices()
        await core.until_state(TEMPERATURE, "unavailable")
    end_of_core = datetime.now(UTC)

    async with installation.ours() as ours:
        entry = await ours.entry()
        assert entry["entry_id"] == former["entry_id"]
        assert entry["title"] == former["title"]
        assert had.items() <= (await ours.entities()).items()
        assert devices <= await ours.devices()
        measured = await ours.until_state(TEMPERATURE)
        assert (await ours.first_record(TEMPERATURE))[1] < end_of_core
        assert "differs_from_core" in await ours.issues()
    stored = installation.file("core.config_entries")["data"]["entries"]
    [kept] = [each for each in stored if each["domain"] == "point"]
    assert kept["data"]["refresh_args"] == former["data"]["refresh_args"]
    assert kept["data"]["webhook_id"] == former["data"]["webhook_id"]
    [client] = installation.file("application_credentials")["data"]["items"]
    assert former["data"]["refresh_args"].items() <= client.items()

    async with installation.core() as core:
        assert (await core.entry())["entry_id"] == former["entry_id"]
        assert had.items() <= (await core.entities()).items()
        assert devices <= await core.devices()
        assert await core.until_state(TEMPERATURE) == measured
