"""A Home Assistant, a simulated Minut cloud, and a clock for both."""

from collections.abc import AsyncIterator, Iterator
import logging
from pathlib import Path

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import MAJOR_VERSION, MINOR_VERSION
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.point.const import DOMAIN
from custom_components.point.minut import rate_limit
from custom_components.point.webhook import missed_events
from simulator import Simulator

from .helpers.deliveries import received  # noqa: F401 # a fixture
from .helpers.error_texts import checked_error_texts
from .helpers.house import House
from .helpers.nabu_casa import nabu_casa  # noqa: F401 # a fixture

# scripts/e2e runs these, without the plugin that the other tests need.
collect_ignore = ["e2e"]

NOON = "2026-11-20T12:00:00+00:00"
NEWEST = max(
    tuple(map(int, path.stem.removeprefix("home-assistant-").split(".")))
    for path in Path(__file__).parents[1].glob("requirements/home-assistant-[0-9]*.txt")
)
"""The newest Home Assistant that is supported, as (year, month)."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is for the newest Home Assistant only; run the long tests first.

    A process that runs a long test meanwhile leaves the other tests to the others.
    """
    is_newest = (MAJOR_VERSION, MINOR_VERSION) >= NEWEST
    for item in items:
        for mark in item.iter_markers("newest_only"):
            (reason,) = mark.args
            if not is_newest:
                item.add_marker(pytest.mark.skip(reason=reason))
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


@pytest.fixture(autouse=True, scope="session")
def _error_texts() -> Iterator[None]:
    """Fail when an error has no text."""
    with checked_error_texts():
        yield


@pytest.fixture(autouse=True)
def _custom_integrations(enable_custom_integrations: None) -> None:
    """Load this integration instead of core's."""


@pytest.fixture(autouse=True)
def _quiet_loggers() -> None:
    """Turn off log lines that no test reads.

    aiohttp's access log cannot format the time of a frozen clock. The line for each new entity
    takes a tenth of the time of a test.
    """
    for name in ("aiohttp.access", "homeassistant.helpers.entity_registry"):
        logging.getLogger(name).setLevel(logging.WARNING)


def number_of(request: pytest.FixtureRequest, name: str, default: int) -> int:
    """Return the number that a test wants, such as `pytest.mark.homes(2)`."""
    mark = request.node.get_closest_marker(name)
    return int(mark.args[0]) if mark else default


@pytest.fixture
async def simulator(
    request: pytest.FixtureRequest, socket_enabled: None, freezer: FrozenDateTimeFactory
) -> AsyncIterator[Simulator]:
    """Return a Minut cloud with one home of one Point, at noon.

    `pytest.mark.homes` and `pytest.mark.points` change the numbers. Adding the entities of a Point
    takes a good part of the time of a test.
    """
    freezer.move_to(NOON)
    homes, points = number_of(request, "homes", 1), number_of(request, "points", 1)
    async with Simulator(now=dt_util.utcnow, homes=homes, devices=points) as cloud:
        yield cloud


@pytest.fixture
def _ample_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise the rate limit: it does not refill while the clock stands still."""
    monkeypatch.setattr(rate_limit, "BURST", 10_000)
    monkeypatch.setattr(rate_limit, "PER_MINUTE", 10_000)


@pytest.fixture
def _old_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process have started long ago: by the clock of the test, it is just starting."""
    monkeypatch.setattr(missed_events, "process_started_at", lambda: None)


@pytest.fixture
async def house(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    _ample_budget: None,
    _old_process: None,
) -> House:
    """Return a Home Assistant that the simulated cloud can reach, without a linked account."""
    # The web server accepts no further routes once it runs.
    assert await async_setup_component(hass, "application_credentials", {})
    assert await async_setup_component(hass, "calendar", {})
    assert await async_setup_component(hass, "image", {})
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

    The harness always enables it. It records a stack for each callback, which takes half of the
    time of a test.
    """
