"""The account is reloaded, as it is at a restart: what fires then, and what lasts over it."""

from homeassistant.core import HomeAssistant
import pytest

from ..helpers.house import House
from .happenings import (
    HAPPENINGS,
    WITH_DURATION,
    attach,
    attach_each_way,
    begin,
    by_device,
    by_home,
    counts,
    prepare,
    undo,
)


@pytest.mark.parametrize("name", HAPPENINGS)
async def test_a_restart_does_not_fire(hosted: House, name: str) -> None:
    """Neither what goes on over it, nor what began meanwhile: Home Assistant has its events."""
    one, other = await prepare(hosted, name)
    await begin(hosted, name, one)
    fired = await attach_each_way(hosted, name, one, other)
    await hosted.stop()
    if not name.startswith("stay"):  # stays go by our clock, and are told late
        await HAPPENINGS[name].begin(hosted, other)
    await hosted.start()
    await hosted.advance(minutes=1)
    assert counts(fired) == {0}


@pytest.mark.parametrize("name", HAPPENINGS)
async def test_fires_after_a_restart(hosted: House, hass: HomeAssistant, name: str) -> None:
    one, _ = await prepare(hosted, name)
    fired = await attach(hass, name, by_device(hosted, one))
    await hosted.stop()
    await hosted.start()
    await begin(hosted, name, one)
    assert len(fired) == 1


@pytest.mark.parametrize("name", WITH_DURATION)
async def test_a_duration_goes_on_over_a_reload(hosted: House, name: str) -> None:
    one, _ = await prepare(hosted, name)
    fired = await attach_each_way(hosted, name, one, **{"for": {"minutes": 10}})
    await begin(hosted, name, one)
    await hosted.advance(minutes=5)
    await hosted.stop()
    await hosted.start()
    await hosted.advance(minutes=4)
    assert counts(fired) == {0}
    await hosted.advance(minutes=2)
    assert counts(fired) == {1}
    await hosted.advance(minutes=11)
    assert counts(fired) == {1}


async def test_a_duration_that_passes_while_the_account_is_not_loaded(
    hosted: House, hass: HomeAssistant
) -> None:
    fired = await attach(hass, "removed", by_home(hosted, hosted.home), **{"for": {"minutes": 10}})
    await begin(hosted, "removed", hosted.point)
    await hosted.stop()
    await hosted.advance(minutes=11)
    assert fired == []
    await hosted.start()
    await hosted.advance(seconds=1)
    assert len(fired) == 1


async def test_a_duration_is_over_when_the_state_ends_while_the_account_is_not_loaded(
    hosted: House, hass: HomeAssistant
) -> None:
    target = by_home(hosted, hosted.home)
    fired = await attach(hass, "went_offline", target, **{"for": {"minutes": 10}})
    await begin(hosted, "went_offline", hosted.point)
    await hosted.stop()
    await hosted.simulator.bring_online(hosted.point)
    await hosted.start()
    await hosted.advance(minutes=11)
    assert fired == []


async def test_what_ends_while_the_account_is_not_loaded_ended_at_an_unknown_time(
    hosted: House, hass: HomeAssistant
) -> None:
    fired = await attach(hass, "came_online", by_home(hosted, hosted.home))
    await undo(hosted, "came_online", hosted.point)
    await begin(hosted, "came_online", hosted.point)
    await hosted.advance(minutes=1)
    await hosted.stop()
    await hosted.simulator.take_offline(hosted.point)
    await hosted.start()
    await begin(hosted, "came_online", hosted.point)
    seen, unseen = fired
    assert seen["last_ended"]
    assert unseen["last_ended"] is None
