"""From core's own `point` to this integration and back, in real Home Assistant processes."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator import Simulator

from .installation import Installation

BUTTON = "binary_sensor.doorbell"
CONNECTIVITY = "binary_sensor.hallway_connectivity"
PANEL = "alarm_control_panel.lakeside_4"
TEMPERATURE = "sensor.hallway_temperature"


@pytest.fixture
async def cloud(socket_enabled: None) -> AsyncIterator[Simulator]:
    """Return a Minut cloud on the real clock, with one home and one Point that reports nothing."""
    async with Simulator(homes=1, devices=1, heartbeat=timedelta(hours=12)) as simulator:
        yield simulator


@pytest.mark.timeout(1800)  # four starts of Home Assistant, on a busy machine
async def test_there_and_back_again(tmp_path: Path, cloud: Simulator) -> None:
    installation = Installation(tmp_path / "config", cloud)
    [point] = cloud.devices

    async with installation.core() as core:
        await core.link(cloud)
        entry = await core.entry()
        await core.rename()
        entities = await core.entities()
        measured = await core.until_state(TEMPERATURE)
    end_of_core = datetime.now(UTC)
    credentials = installation.file("application_credentials")

    async with installation.ours() as ours:
        assert (await ours.entry())["entry_id"] == entry["entry_id"]
        assert entities.items() <= (await ours.entities()).items()
        assert await ours.until_state(TEMPERATURE) == measured
        assert await ours.state(CONNECTIVITY) == "on"
        assert await ours.state(PANEL) == "disarmed"
        await cloud.press_button(point)
        await ours.until_state(BUTTON, "on")
        await ours.until_state(BUTTON, "off")
        recorded, at = await ours.first_record(TEMPERATURE)
        assert recorded == measured
        assert at < end_of_core
        issue = (await ours.issues())["differs_from_core"]
        assert issue["translation_placeholders"]["automations"] == f"* Doorbell: `{BUTTON}`"
        assert await ours.confirm(issue) == "create_entry"
    assert installation.file("application_credentials") == credentials

    async with installation.core() as core:
        assert (await core.entry())["entry_id"] == entry["entry_id"]
        assert entities.items() <= (await core.entities()).items()
        await core.until_state(TEMPERATURE)
        await cloud.press_button(point)
        await core.until_state(BUTTON, "on")
    assert installation.file("application_credentials") == credentials

    async with installation.ours() as ours:
        await ours.entry()
        await cloud.press_button(point)
        await ours.until_state(BUTTON, "on")
        assert "differs_from_core" not in await ours.issues()
