"""What shows of the stays of homes: calendar, occupied, check-in, check-out, and names."""

import json

from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers import entity_registry as er
from homeassistant.util import slugify
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.point.registry import entity_limit

from ..helpers.house import House
from .stay_helpers import KEYS, at, events_between, link, restart, shown

# What shows


async def test_shows_the_next_stay_and_then_that_it_goes_on(hosted: House) -> None:
    check_in, check_out = "2026-11-20T13:00:00+00:00", "2026-11-21T12:00:00+00:00"
    assert shown(hosted) == ["off", "off", check_in, check_out]
    await hosted.advance(minutes=60)
    assert shown(hosted) == ["on", "on", check_in, check_out]
    await hosted.advance(hours=23)
    assert shown(hosted) == ["off", "off", "unknown", "unknown"]


@pytest.mark.homes(2)
async def test_a_home_without_stays_is_not_occupied(hosted: House) -> None:
    other = hosted.homes[1].home_id
    assert shown(hosted, other) == ["off", "off", "unknown", "unknown"]


async def test_a_stay_without_check_out_goes_on(house: House) -> None:
    await house.simulator.add_guest(house.home, at(-1), None)
    await link(house)
    assert shown(house) == ["on", "on", "2026-11-20T11:00:00+00:00", "unknown"]


async def test_there_are_no_stays_unless_they_are_wanted(linked: House) -> None:
    registry = er.async_get(linked.hass)
    keys = {entity.unique_id.partition("-")[2] for entity in registry.entities.values()}
    assert keys.isdisjoint({"stays", "occupied", "check_in", "check_out"})
    assert linked.requests("GET", f"/homes/{linked.home}/guests") == 0


async def test_stays_that_are_not_wanted_any_more_are_removed(hosted: House) -> None:
    options = await hosted.hass.config_entries.options.async_init(hosted.entry.entry_id)
    await hosted.hass.config_entries.options.async_configure(
        options["flow_id"], {"stays": False, "guest_names": False}
    )
    await hosted.settle()
    assert hosted.entry.state is ConfigEntryState.LOADED
    assert hosted.entry.options == {
        "history": True,
        "stays": False,
        "guest_names": False,
        "entities": "usual",
        "excluded_homes": [],
    }
    assert not hosted.hass.states.async_entity_ids("calendar")


@pytest.mark.homes(2)
async def test_a_large_account_has_calendar_and_occupied_at_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks for stays wants to see them."""
    monkeypatch.setattr(entity_limit, "PLANNED_LIMIT", 50)
    monkeypatch.setattr(entity_limit, "FULL_LIMIT", 50)
    await link(house)
    registry = er.async_get(house.hass)
    found = {key: registry.async_get(house.entity_id(key, house.home)) for key in KEYS}
    disabled = {key for key, entity in found.items() if entity and entity.disabled}
    assert disabled == {"sensor.check_in", "sensor.check_out"}


@pytest.mark.parametrize("options", [{"stays": True, "guest_names": False}])
async def test_only_changed_options_load_the_account_anew(
    hosted: House, options: dict[str, bool]
) -> None:
    loaded = hosted.entry.runtime_data
    flows = hosted.hass.config_entries.options
    for chosen, is_same in ((options, False), (options, True)):
        form = await flows.async_init(hosted.entry.entry_id)
        await flows.async_configure(form["flow_id"], chosen)
        await hosted.settle()
        assert (hosted.entry.runtime_data is loaded) is is_same
        loaded = hosted.entry.runtime_data
    token = {**hosted.entry.data["token"], "expires_at": 0}
    hosted.hass.config_entries.async_update_entry(
        hosted.entry, data={**hosted.entry.data, "token": token}
    )
    await hosted.settle()
    assert hosted.entry.runtime_data is loaded


async def test_entities_of_stays_that_are_wanted_later_are_named_after_the_home_once(
    linked: House,
) -> None:
    """The home is in the area of its name by then."""
    linked.hass.config_entries.async_update_entry(linked.entry, options={"stays": True})
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.advance(seconds=1)
    name = slugify(linked.homes[0].name)
    assert linked.entity_id("calendar.stays", linked.home) == f"calendar.{name}_stays"
    assert linked.entity_id("sensor.check_in", linked.home) == f"sensor.{name}_check_in"


# Names of guests


async def test_names_show_in_the_calendar_only_where_that_is_wanted(house: House) -> None:
    await house.simulator.add_guest(house.home, at(-1), at(24), "Kim Guest")
    await link(house, guest_names=True)
    (event,) = await events_between(house, at(), at(1))
    assert event["summary"] == "Kim Guest"


async def test_names_and_contacts_show_nowhere_else(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in states, events, logs, or what is stored."""
    caplog.set_level("DEBUG")
    heard = async_capture_events(house.hass, "*")
    await house.simulator.add_guest(house.home, at(-1), at(1), "Kim Guest")
    await link(house, guest_names=True)
    await house.advance(hours=1)
    await restart(house)
    states = [state.as_dict() for state in house.hass.states.async_all()]
    places = [
        json.dumps(states, default=str),
        "\n".join(str(event.as_dict()) for event in heard),
        "\n".join(r.getMessage() for r in caplog.records if "point" in r.name),
        json.dumps(house.entry.runtime_data.coordinator.store._content()),
    ]
    for secret in ("Kim", "kim@example.org", "+46700000000"):
        assert not [place for place in places if secret in place]


async def test_names_do_not_show_unless_wanted(hosted: House) -> None:
    (event,) = await events_between(hosted, at(), at(2))
    assert event["summary"] == "Stay"
    assert hosted.get("calendar.stays", hosted.home).attributes["message"] == "Stay"
