"""The blueprints, made into automations of a Home Assistant with a linked account."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
import logging
from pathlib import Path
import re
from typing import Any

from homeassistant.components.blueprint import models
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

FOLDER = Path(__file__).parents[2] / "blueprints" / "automation"
MADE = "automation.made"
NOT_OURS = {"homeassistant.loader", "aiohttp_fast_zlib", "asyncio", "custom_components.point"}
"""Loggers that say nothing about an automation. Tests of a lost cloud log that it is lost."""


@pytest.fixture(autouse=True)
def _clean_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Check that an automation of a blueprint logs neither an error nor a warning."""
    yield
    problems = [
        record.getMessage()
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.levelno >= logging.WARNING
        and not any(record.name.startswith(logger) for logger in NOT_OURS)
    ]
    assert not problems


type Automate = Callable[..., Awaitable[None]]
"""Make an automation of a blueprint, by its name, with these inputs."""


@pytest.fixture
async def automate(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, withdrawn: list[ServiceCall]
) -> AsyncIterator[Automate]:
    """Return how to make an automation. Any of them may withdraw a notification."""
    monkeypatch.setattr(models.DomainBlueprints, "blueprint_folder", FOLDER)
    await hass.config.async_set_time_zone("UTC")

    async def make(blueprint: str, **inputs: Any) -> None:
        use = {"path": f"point/{blueprint}.yaml", "input": inputs}
        config = {"automation": [{"id": "made", "alias": "Made", "use_blueprint": use}]}
        assert await async_setup_component(hass, "automation", config)
        await hass.async_block_till_done()
        state = hass.states.get(MADE)
        assert state
        assert state.state == "on", state.attributes

    yield make
    # What waits in an automation ends with it.
    await hass.services.async_call("automation", "turn_off", {"entity_id": MADE}, blocking=True)


@pytest.fixture
def told(hass: HomeAssistant) -> list[ServiceCall]:
    """Return a list that collects the messages of the blueprints' own actions."""
    calls: list[ServiceCall] = async_mock_service(hass, "persistent_notification", "create")
    return calls


@pytest.fixture
def withdrawn(hass: HomeAssistant) -> list[ServiceCall]:
    calls: list[ServiceCall] = async_mock_service(hass, "persistent_notification", "dismiss")
    return calls


@pytest.fixture
def sent(hass: HomeAssistant) -> list[ServiceCall]:
    """Return a list that collects the messages that are sent to notify entities."""
    calls: list[ServiceCall] = async_mock_service(hass, "notify", "send_message")
    return calls


ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def messages(calls: list[ServiceCall]) -> list[str]:
    """Return the texts of the notifications so far, as they are shown, and forget them."""
    texts = [call.data["message"] for call in calls]
    calls.clear()
    assert not any(re.search(r"[_*<\[`(]", ESCAPED.sub("", text)) for text in texts), texts
    return [ESCAPED.sub(r"\1", text) for text in texts]
