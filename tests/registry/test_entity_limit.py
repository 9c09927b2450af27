"""Entities in a large account, and that Home Assistant's limit is never reached.

The accounts of these tests are large at a scale of about 1 : 80.
"""

import asyncio
from collections.abc import Iterable

from homeassistant.core import Event, callback
from homeassistant.helpers import (
    device_registry as dr,
    entity_platform,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.helpers.entity_registry import RegistryEntryDisabler
import pytest

from custom_components.point.const import DOMAIN, EntityChoice
from custom_components.point.registry import entity_limit
from custom_components.point.registry.entity_limit import Tier
from custom_components.point.storage import AccountStore

from ..helpers.house import House
from .core_entities import CORE_BINARY_SENSORS, CORE_SENSORS
from .tiers import HOME, POINT, keys

# The small set of entities of such an account has 114.
pytestmark = [pytest.mark.homes(6), pytest.mark.points(2)]


@pytest.fixture(autouse=True)
def limits(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Make accounts in the simulated cloud large with a dozen Points."""
    if "house" in request.fixturenames:
        scale(monkeypatch, planned=122, limit=142)


def scale(monkeypatch: pytest.MonkeyPatch, *, planned: int, limit: int, full: int = 30) -> None:
    monkeypatch.setattr(entity_platform, "MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY", limit)
    monkeypatch.setattr(entity_limit, "LIMIT", limit)
    monkeypatch.setattr(entity_limit, "PLANNED_LIMIT", planned)
    monkeypatch.setattr(entity_limit, "FULL_LIMIT", full)


def entities_of(house: House) -> list[er.RegistryEntry]:
    registry = er.async_get(house.hass)
    return er.async_entries_for_config_entry(registry, house.entry.entry_id)


def enabled(house: House) -> list[er.RegistryEntry]:
    return [entity for entity in entities_of(house) if not entity.disabled]


def enabled_keys(house: House, of: str) -> set[str]:
    prefix = f"{DOMAIN}.{of}"
    ids = {each.unique_id for each in enabled(house) if each.unique_id.startswith(prefix)}
    return {each.removeprefix(prefix).removeprefix("-") for each in ids}


def issue(house: House) -> ir.IssueEntry | None:
    registry = ir.async_get(house.hass)
    return registry.async_get_issue(DOMAIN, f"entity_limit_{house.entry.entry_id}")


def left_out(house: House) -> int:
    found = issue(house)
    assert found
    assert found.translation_placeholders
    return int(found.translation_placeholders["left_out"])


def disable(house: House, entities: Iterable[er.RegistryEntry]) -> None:
    """Let a person disable these."""
    registry = er.async_get(house.hass)
    for entity in entities:
        registry.async_update_entity(entity.entity_id, disabled_by=RegistryEntryDisabler.USER)


async def choose(house: House, choice: EntityChoice) -> None:
    house.hass.config_entries.async_update_entry(
        house.entry, options={**house.entry.options, "entities": choice}
    )
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()


async def take_over(house: House) -> None:
    """Let core have registered the account before."""
    house.entry = await house.make_entry()
    devices, entities = dr.async_get(house.hass), er.async_get(house.hass)
    for point in house.devices:
        registered = devices.async_get_or_create(
            config_entry_id=house.entry.entry_id, identifiers={(DOMAIN, point.device_id)}
        )
        for platform, names in (("sensor", CORE_SENSORS), ("binary_sensor", CORE_BINARY_SENSORS)):
            for key in names:
                entities.async_get_or_create(
                    platform,
                    DOMAIN,
                    f"{DOMAIN}.{point.device_id}-{key}",
                    config_entry=house.entry,
                    device_id=registered.id,
                )
    for home_ in house.homes:
        entities.async_get_or_create(
            "alarm_control_panel", DOMAIN, f"{DOMAIN}.{home_.home_id}", config_entry=house.entry
        )


async def start(house: House) -> None:
    await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.settle()


@pytest.mark.parametrize(
    ("full", "planned", "tier"),
    [
        (500, 500, Tier.FULL),
        (467, 500, Tier.DOCUMENTED),
        (30, 239, Tier.SMALL),
        (30, 113, Tier.ESSENTIAL),
    ],
)
async def test_an_account_gets_the_set_that_fits(
    house: House, monkeypatch: pytest.MonkeyPatch, full: int, planned: int, tier: Tier
) -> None:
    scale(monkeypatch, planned=planned, limit=600, full=full)
    await house.link()
    missing = {"pressure", "light", "smoking", "tamper_old"} - enabled_keys(house, house.point)
    assert enabled_keys(house, house.point) == {*keys(POINT, tier)} - missing
    # The picture is for accounts with up to ten Points.
    home = {*keys(HOME, tier)} - {"alarm", "noise_of_last_night"} | {""}
    assert enabled_keys(house, house.home) == home
    assert len(enabled(house)) <= planned + 10
    if tier is Tier.ESSENTIAL:
        assert left_out(house) == 114 - 42
    else:
        assert issue(house) is None


async def test_what_core_left_is_kept_and_nothing_more_is_enabled(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At full size: 9,800 entities, all of them enabled."""
    scale(monkeypatch, planned=180, limit=220)
    await take_over(house)
    before = {entity.entity_id for entity in entities_of(house)}
    assert len(before) == 12 * 17 + 6
    await start(house)
    account = house.simulator.account.user_id
    new = [entity for entity in enabled(house) if entity.entity_id not in before]
    assert all(account in entity.unique_id for entity in new)
    assert house.state("binary_sensor.push", account) == "on"
    assert house.state("sensor.temperature") not in {"unknown", "unavailable"}
    # The button of each Point, noise and notice of each home are there, but disabled.
    assert left_out(house) == 12 + 2 * 6


async def test_an_account_at_home_assistants_own_limit_lacks_no_entity(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An enabled one would not even be registered there."""
    scale(monkeypatch, planned=180, limit=12 * 17 + 6)
    await take_over(house)
    await start(house)
    assert len(enabled(house)) == 12 * 17 + 6
    assert house.entity_id("event.button")
    assert house.entity_id("binary_sensor.push", house.simulator.account.user_id)
    assert issue(house)


async def test_excluding_homes_makes_room(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    scale(monkeypatch, planned=225, limit=250)
    await take_over(house)
    await start(house)
    assert left_out(house)
    house.hass.config_entries.async_update_entry(
        house.entry, options={"excluded_homes": [house.homes[5].home_id]}
    )
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()
    assert issue(house) is None
    assert house.entity_id("event.button")
    assert enabled_keys(house, house.point) >= {*keys(POINT, Tier.SMALL)}


async def test_what_comes_while_there_is_no_room_waits(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.link()
    monkeypatch.setattr(entity_limit, "PLANNED_LIMIT", 0)
    new = await house.simulator.add_home("Boathouse")
    point = await house.simulator.add_device(new.home_id, "Jetty")
    was = len(enabled(house))
    await house.advance(minutes=61)
    assert len(enabled(house)) == was
    assert left_out(house) == 3 + 8
    registry = er.async_get(house.hass)
    panel = registry.async_get(house.entity_id("alarm_control_panel.alarm", new.home_id))
    assert panel
    assert panel.disabled_by is RegistryEntryDisabler.INTEGRATION

    monkeypatch.setattr(entity_limit, "PLANNED_LIMIT", 160)
    await house.advance(minutes=61)
    assert issue(house) is None
    assert enabled_keys(house, new.home_id) == {"", "noise", "disturbance"}
    assert enabled_keys(house, point.device_id) == {*keys(POINT, Tier.SMALL)}


async def test_a_person_who_enables_more_is_warned_before_the_limit(house: House) -> None:
    await house.link()
    assert issue(house) is None
    registry = er.async_get(house.hass)
    mine = [e.entity_id for e in entities_of(house) if e.disabled][:10]
    for entity_id in mine:
        registry.async_update_entity(entity_id, disabled_by=None)
    await house.advance(seconds=31)  # Home Assistant loads the account again
    assert issue(house)
    assert left_out(house) == 0
    for entity_id in mine:
        registry.async_update_entity(entity_id, disabled_by=RegistryEntryDisabler.USER)
    await house.advance(minutes=61)
    assert issue(house) is None


async def test_the_message_goes_with_the_account(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    scale(monkeypatch, planned=60, limit=80)
    await house.link()
    assert issue(house)
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert issue(house) is None


async def test_a_new_choice_gives_others_their_turn(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home Assistant disconnects a browser that cannot keep up with the changes."""
    scale(monkeypatch, planned=600, limit=700, full=30)
    monkeypatch.setattr(entity_limit, "BATCH", 10)
    await house.link()
    loop, counts = house.hass.loop, [0]
    handle = loop.call_soon(lambda: None)

    @callback
    def count(_event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        counts[-1] += 1

    def turn() -> None:
        nonlocal handle
        counts.append(0)
        handle = loop.call_soon(turn)

    turn()
    house.hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, count)
    for choice in (EntityChoice.ALL, EntityChoice.FEW):
        await choose(house, choice)
    handle.cancel()
    assert sum(counts) > 200
    assert max(counts) <= 2 * 10  # a poll may handle a batch as well
    assert enabled_keys(house, house.point) == {*keys(POINT, Tier.SMALL)}


async def test_a_change_of_the_set_ends_with_the_account(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    scale(monkeypatch, planned=600, limit=700, full=30)
    await house.link()
    monkeypatch.setattr(entity_limit, "BATCH", 10)
    close = AccountStore.async_close

    async def close_slowly(store: AccountStore) -> None:
        for _ in range(50):
            await asyncio.sleep(0)
        await close(store)

    monkeypatch.setattr(AccountStore, "async_close", close_slowly)
    house.hass.config_entries.async_update_entry(house.entry, options={"entities": "all"})
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    assert len(enabled(house)) < 300
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    await house.settle()
    assert not [
        entity.entity_id
        for entity in enabled(house)
        if (state := house.hass.states.get(entity.entity_id)) and state.state != "unavailable"
    ]
    caplog.clear()
    await start(house)
    assert "does not generate unique IDs" not in caplog.text
    assert len(enabled(house)) > 300


async def test_the_option_enables_and_disables_what_exists(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    scale(monkeypatch, planned=600, limit=700, full=30)
    await house.link()
    usual = enabled_keys(house, house.point)
    assert usual == {*keys(POINT, Tier.DOCUMENTED)} - {"smoking"}
    disable(house, [e for e in enabled(house) if e.unique_id.endswith("-motion")])

    await choose(house, EntityChoice.ALL)
    full = enabled_keys(house, house.point)
    assert full == {*keys(POINT, Tier.FULL)} - {"light", "smoking", "tamper_old", "motion"}
    assert house.state("number.temperature_low") != "unavailable"

    await choose(house, EntityChoice.FEW)
    assert enabled_keys(house, house.point) == {*keys(POINT, Tier.SMALL)} - {"motion"}
    assert enabled_keys(house, house.home) == {"", "noise", "disturbance"}

    # What a person enables afterwards stays.
    er.async_get(house.hass).async_update_entity(
        house.entity_id("binary_sensor.cold"), disabled_by=None
    )
    await house.advance(seconds=31)
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()
    assert house.state("binary_sensor.cold") == "off"

    await choose(house, EntityChoice.USUAL)
    assert enabled_keys(house, house.point) == usual - {"motion"}


async def test_smoking_is_enabled_at_its_first_detection_in_a_large_account_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    scale(monkeypatch, planned=600, limit=700, full=30)
    await house.link()
    assert "smoking" not in enabled_keys(house, house.point)
    await house.simulator.emit("smoking_detection_smoking_detected", device=house.point)
    await house.settle()
    assert house.state("binary_sensor.smoking") == "on"
    assert "smoking" not in enabled_keys(house, house.devices[1].device_id)


async def test_entities_that_a_person_wants_disabled_stay_disabled(house: House) -> None:
    """The system option "Enable newly added entities" is off."""
    house.entry = await house.make_entry()
    house.hass.config_entries.async_update_entry(house.entry, pref_disable_new_entities=True)
    await start(house)
    await house.advance(minutes=61)
    assert enabled(house) == []
    assert issue(house) is None


@pytest.mark.parametrize("value", ["most", ["few"], None])
async def test_an_option_of_an_unknown_value_means_the_usual_set(
    house: House, value: object
) -> None:
    house.entry = await house.make_entry(options={"entities": value})
    await start(house)
    assert enabled_keys(house, house.point) == {*keys(POINT, Tier.SMALL)}
