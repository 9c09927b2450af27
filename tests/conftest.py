"""A Home Assistant, a simulated Minut cloud, and a clock that both go by."""

from collections.abc import AsyncIterator
import logging

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.point.const import DOMAIN
from custom_components.point.minut import rate_limit
from simulator import Simulator

from .helpers.deliveries import received  # noqa: F401 # a fixture
from .helpers.house import House
from .helpers.nabu_casa import nabu_casa  # noqa: F401 # a fixture

# Runs by itself (scripts/e2e), without the plugin that the other tests need.
collect_ignore = ["e2e"]

NOON = "2026-11-20T12:00:00+00:00"


@pytest.fixture(autouse=True)
def _custom_integrations(enable_custom_integrations: None) -> None:
    """Load this integration in the place of core's."""


@pytest.fixture(autouse=True)
def _no_access_log() -> None:
    """Keep aiohttp from formatting local times, of which a frozen clock has none."""
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)


@pytest.fixture
async def simulator(
    socket_enabled: None, freezer: FrozenDateTimeFactory
) -> AsyncIterator[Simulator]:
    """Return a Minut cloud with two homes of two Points each, at noon."""
    freezer.move_to(NOON)
    async with Simulator(now=dt_util.utcnow) as cloud:
        yield cloud


@pytest.fixture
def _ample_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let requests through at once: while the clock stands still, no budget refills."""
    monkeypatch.setattr(rate_limit, "BURST", 10_000)
    monkeypatch.setattr(rate_limit, "PER_MINUTE", 10_000)


@pytest.fixture
async def house(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    _ample_budget: None,
) -> House:
    """Return a Home Assistant that the simulated cloud can reach; no account is linked yet."""
    # Its web server takes no further routes once it runs.
    assert await async_setup_component(hass, "application_credentials", {})
    assert await async_setup_component(hass, "calendar", {})
    assert await async_setup_component(hass, DOMAIN, {DOMAIN: {"api_url": simulator.root}})
    browser = await hass_client_no_auth()
    await hass.config.async_update(internal_url=str(browser.make_url("")).rstrip("/"))
    return House(hass=hass, simulator=simulator, freezer=freezer, browser=browser)


@pytest.fixture
async def linked(house: House) -> House:
    """Return a Home Assistant with one linked account."""
    await house.link()
    return house


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Leave asyncio's debug mode to PYTHONASYNCIODEBUG.

    The harness always has it on; it records a stack for each callback, half of a test's time.
    """
