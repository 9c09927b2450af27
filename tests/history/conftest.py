"""A Home Assistant that records into a real database, and one Point whose past it can have."""

from collections.abc import AsyncIterator
import logging

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import RecorderInstanceContextManager

from custom_components.point.history import importer
from simulator import Simulator
from tests.conftest import NOON
from tests.helpers.house import House


@pytest.fixture
def mock_recorder_before_hass(async_test_recorder: RecorderInstanceContextManager) -> None:
    """Prepare the recorder before `hass`, without a log line for each row."""
    for name in ("sqlalchemy.engine", "homeassistant.components.recorder"):
        logging.getLogger(name).setLevel(logging.WARNING)


@pytest.fixture
def persistent_database() -> bool:
    """Use a database file."""
    return True


@pytest.fixture
def _readings_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not import calculated statistics regularly, as in an account of many Points."""
    monkeypatch.setattr(importer, "MAX_EXTERNAL", 0)


@pytest.fixture
async def simulator(
    socket_enabled: None, freezer: FrozenDateTimeFactory
) -> AsyncIterator[Simulator]:
    """Return a Minut cloud with one home and one Point, at noon."""
    freezer.move_to(NOON)
    async with Simulator(homes=1, devices=1, now=dt_util.utcnow) as cloud:
        yield cloud


@pytest.fixture
def notifications(hass: HomeAssistant) -> list[str]:
    """Return the messages of the notifications that are shown, which grows with them."""
    messages: list[str] = []

    @callback
    def note(
        change: persistent_notification.UpdateType,
        found: dict[str, persistent_notification.Notification],
    ) -> None:
        messages.extend(each["message"] for each in found.values())

    persistent_notification.async_register_callback(hass, note)
    return messages


@pytest.fixture
async def recorded(simulator: Simulator, recorder_mock: None, house: House) -> House:
    """Return a Home Assistant with a recorder; no account is linked yet."""
    return house
