"""Long imports: they show how far they are, can be cancelled, and say when they end."""

import asyncio
from typing import Any

from homeassistant.core import CoreState
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from tests.helpers.house import House

from .recorded import DAY, LAST, NO_REGULAR_IMPORT, import_history

STARTED = "0 % of the history from 2026-05-04 to 2026-11-20 has been imported."
STOPPED = "The import of the history from 2026-05-04 to 2026-11-20 was stopped at"


async def cancel(house: House, key: str | None = None) -> None:
    device = house.ha_device(key or house.point)
    assert device
    await house.hass.services.async_call(
        "point", "cancel_import", {"device_id": device.id}, blocking=True
    )


async def start_import(house: House, days: int = 200) -> asyncio.Task[Any]:
    """Start an import. Return when it is under way."""
    # Met by the last request of the first chunk; the answer is the same.
    request = house.simulator.faults.add(
        path="/devices/*/motion_events", content_type="application/json"
    )
    task = house.hass.async_create_task(import_history(house, start=LAST - days * DAY))
    await request.met.wait()
    return task


@pytest.fixture(autouse=True)
def _short_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show the progress of any import."""
    monkeypatch.setattr("custom_components.point.services.running_import.MIN_REQUESTS", 5)


async def test_a_cancelled_import_keeps_what_it_has(
    recorded: House, notifications: list[str]
) -> None:
    await recorded.link(options=NO_REGULAR_IMPORT)
    task = await start_import(recorded)
    await cancel(recorded)
    answer = await task
    assert answer["cancelled"] is True
    assert 0 < sum(answer["hours"].values()) < 5 * 200 * 24
    assert notifications[0].startswith(STARTED)
    assert notifications[-1].startswith(STOPPED)
    with pytest.raises(ServiceValidationError) as raised:
        await cancel(recorded)
    assert raised.value.translation_key == "no_import_running"


async def test_a_home_stands_for_its_points(recorded: House) -> None:
    await recorded.link(options=NO_REGULAR_IMPORT)
    task = await start_import(recorded)
    await cancel(recorded, recorded.home)
    assert (await task)["cancelled"] is True


async def test_an_import_of_another_point_goes_on(recorded: House) -> None:
    await recorded.link(options=NO_REGULAR_IMPORT)
    second = await recorded.simulator.add_device(recorded.home, "Loft")
    await recorded.advance(minutes=61)
    task = await start_import(recorded, days=20)
    with pytest.raises(ServiceValidationError):
        await cancel(recorded, second.device_id)
    assert "cancelled" not in await task


async def test_a_stopped_script_stops_its_import(recorded: House, notifications: list[str]) -> None:
    await recorded.link(options=NO_REGULAR_IMPORT)
    task = await start_import(recorded)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert notifications[-1].startswith(STOPPED)


async def test_an_import_goes_on_after_a_reload_and_can_be_cancelled(recorded: House) -> None:
    await recorded.link(options=NO_REGULAR_IMPORT)
    task = await start_import(recorded)
    assert await recorded.hass.config_entries.async_reload(recorded.entry.entry_id)
    assert not task.done()
    await cancel(recorded)
    assert (await task)["cancelled"] is True


async def test_an_import_does_not_delay_a_restart(recorded: House) -> None:
    await recorded.link(options=NO_REGULAR_IMPORT)
    task = await start_import(recorded)
    recorded.hass.set_state(CoreState.stopping)
    answer = await task
    recorded.hass.set_state(CoreState.running)
    assert answer["cancelled"] is True


async def test_an_import_that_fails_says_that_it_stopped(
    recorded: House, notifications: list[str]
) -> None:
    await recorded.link(options=NO_REGULAR_IMPORT)
    recorded.simulator.faults.add(path="*/humidity", status=502, times=None)
    with pytest.raises(HomeAssistantError):
        await import_history(recorded, start=LAST - 200 * DAY)
    assert notifications[-1].startswith(STOPPED)


async def test_a_short_import_shows_nothing(
    recorded: House, notifications: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.point.services.running_import.MIN_REQUESTS", 30)
    await recorded.link(options=NO_REGULAR_IMPORT)
    await import_history(recorded, start=LAST - 10 * DAY)
    assert notifications == []
