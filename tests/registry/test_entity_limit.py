"""Large accounts in real registries: Home Assistant's limit of enabled entities is never reached.

Most of it at a scale of about 1 : 80.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterable

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    device_registry as dr,
    entity_platform,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.point.const import DOMAIN
from custom_components.point.registry import entity_budget
from custom_components.point.registry.entity_budget import PRECEDENCE, STAYS
from custom_components.point.registry.entity_limit import EntityLimit
from custom_components.point.state.account import AccountState
from simulator import Simulator

from ..helpers.account import NOON, device, home
from ..helpers.house import House

ROOM = 110
MOST = 130
SMALL_OF_HOME, SMALL_OF_POINT = 3, 8

CORE_SENSORS = ("temperature", "humidity", "sound_pressure")
CORE_BINARY_SENSORS = (
    *("alarm", "battery", "button_press", "cold", "connectivity", "dry", "glass"),
    *("heat", "moisture", "motion", "noise", "sound", "tamper", "tamper_old"),
)
"""What core's `point` registers for each device, all of it enabled: 17."""


@pytest.fixture
async def simulator(
    socket_enabled: None, freezer: FrozenDateTimeFactory
) -> AsyncIterator[Simulator]:
    """Return a cloud with six homes of two Points each: their small set is 114 entities."""
    freezer.move_to(NOON)
    async with Simulator(homes=6, devices=2, now=dt_util.utcnow) as cloud:
        yield cloud


@pytest.fixture(autouse=True)
def limits(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Let accounts in the simulated cloud be large with a dozen Points."""
    if "house" in request.fixturenames:
        scale(monkeypatch, room=ROOM, most=MOST)


def scale(monkeypatch: pytest.MonkeyPatch, *, room: int, most: int, full: int = 1) -> None:
    monkeypatch.setattr(entity_platform, "MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY", most)
    monkeypatch.setattr(entity_budget, "MOST", most)
    monkeypatch.setattr(entity_budget, "ROOM", room)
    monkeypatch.setattr(entity_budget, "FULL_SET_UP_TO", full)


def entities_of(house: House) -> list[er.RegistryEntry]:
    registry = er.async_get(house.hass)
    return er.async_entries_for_config_entry(registry, house.entry.entry_id)


def enabled(house: House) -> int:
    return sum(not entity.disabled for entity in entities_of(house))


def usual(house: House) -> list[list[bool]]:
    """Return of the table, row by row, which of its entities are enabled; all have to be there."""
    of = {
        "home": list(house.entry.runtime_data.coordinator.data.homes),
        "point": list(house.entry.runtime_data.coordinator.data.devices),
    }
    registry = er.async_get(house.hass)
    found: list[list[bool]] = []
    for row in PRECEDENCE:
        if row == STAYS:
            continue
        found.append([])
        for name in row:
            kind, _, rest = name.partition(".")
            for key in of[kind]:
                entry = registry.async_get(house.entity_id(rest, key))
                assert entry
                found[-1].append(not entry.disabled)
    return found


def issue(house: House) -> ir.IssueEntry | None:
    registry = ir.async_get(house.hass)
    return registry.async_get_issue(DOMAIN, f"entity_limit_{house.entry.entry_id}")


def disable(house: House, entities: Iterable[er.RegistryEntry], count: int) -> None:
    """Let a person disable so many."""
    registry = er.async_get(house.hass)
    chosen = [entity for entity in entities if not entity.disabled][:count]
    assert len(chosen) == count
    for entity in chosen:
        registry.async_update_entity(entity.entity_id, disabled_by=er.RegistryEntryDisabler.USER)


async def take_over(house: House) -> None:
    """Let core have registered the account before."""
    house.entry = await house.make_entry()
    devices, entities = dr.async_get(house.hass), er.async_get(house.hass)
    for point in house.devices:
        registered = devices.async_get_or_create(
            config_entry_id=house.entry.entry_id, identifiers={(DOMAIN, point.device_id)}
        )
        for platform, keys in (("sensor", CORE_SENSORS), ("binary_sensor", CORE_BINARY_SENSORS)):
            for key in keys:
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


async def test_the_full_set_is_what_it_is_counted_with(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan has to know at most how many entities come."""
    scale(monkeypatch, room=9_000, most=10_000, full=20)
    await house.link()
    per_key = Counter(
        entity.unique_id.removeprefix(f"{DOMAIN}.").partition("-")[0]
        for entity in entities_of(house)
        if not entity.disabled
    )
    most = {
        len(house.homes): (SMALL_OF_HOME + entity_budget.OTHERS_OF_HOME, house.home),
        len(house.devices): (SMALL_OF_POINT + entity_budget.OTHERS_OF_POINT, house.point),
    }
    for count, key in most.values():
        assert count / 2 < per_key[key] <= count
    assert per_key[house.simulator.account.user_id] <= entity_budget.OF_ACCOUNT
    assert issue(house) is None


async def test_a_large_account_is_enabled_row_by_row(house: House) -> None:
    await house.link()
    rows = usual(house)
    assert [all(row) for row in rows] == [True, True, True, True, False]
    assert not any(rows[-1])
    assert enabled(house) <= ROOM
    found = issue(house)
    assert found
    assert found.translation_placeholders
    assert found.translation_placeholders["left_out"] == "12"
    assert found.learn_more_url

    await house.advance(minutes=61)
    assert usual(house) == rows
    assert issue(house)


async def test_what_core_left_is_kept_and_nothing_more_is_enabled(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At full size: 9,800 entities, all of them enabled."""
    scale(monkeypatch, room=180, most=220)
    await take_over(house)
    before = {entity.entity_id for entity in entities_of(house)}
    assert len(before) == 12 * 17 + 6
    await start(house)
    account = house.simulator.account.user_id
    new = [entity for entity in entities_of(house) if not entity.disabled]
    new = [entity for entity in new if entity.entity_id not in before]
    assert all(account in entity.unique_id for entity in new)
    assert house.state("binary_sensor.push", account) == "on"
    assert not any(usual(house)[-1])  # there, but disabled
    assert house.state("sensor.temperature") not in {"unknown", "unavailable"}
    assert issue(house)


async def test_an_account_at_home_assistants_own_limit_lacks_no_entity(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would be enabled there would not even be registered."""
    scale(monkeypatch, room=180, most=12 * 17 + 6)
    await take_over(house)
    await start(house)
    assert enabled(house) == 12 * 17 + 6
    usual(house)
    account = house.simulator.account.user_id
    assert house.entity_id("binary_sensor.push", account)
    assert issue(house)


async def test_excluding_homes_makes_room(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    scale(monkeypatch, room=215, most=235)
    await take_over(house)
    await start(house)
    assert issue(house)
    house.hass.config_entries.async_update_entry(
        house.entry, options={"excluded_homes": [house.homes[5].home_id]}
    )
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()
    assert issue(house) is None

    new = await house.simulator.add_home("Boathouse")
    point = await house.simulator.add_device(new.home_id, "Jetty")
    await house.advance(minutes=61)
    assert house.state("sensor.disturbance", new.home_id) == "none"
    assert house.state("event.button", point.device_id) == "unknown"
    assert issue(house) is None


async def test_what_comes_back_takes_its_room_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home Assistant enables what was enabled, whatever is planned; all of it has to have room."""
    scale(monkeypatch, room=220, most=232)
    await take_over(house)
    await start(house)
    before = enabled(house)
    excluded = [home_.home_id for home_ in house.homes[1:]]
    for homes in (excluded, []):
        options = {"excluded_homes": homes}
        house.hass.config_entries.async_update_entry(house.entry, options=options)
        await house.hass.config_entries.async_reload(house.entry.entry_id)
        await house.settle()
        assert bool(issue(house)) is (homes == [])
    usual(house)
    assert enabled(house) == before


async def test_an_account_that_grew_keeps_what_it_had(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    scale(monkeypatch, room=150, most=170, full=2)
    homes = house.homes
    for home_ in homes[1:]:
        await house.simulator.remove_home(home_.home_id)
    await house.link()
    before = {entity.entity_id for entity in entities_of(house) if not entity.disabled}
    assert house.state("number.temperature_low") != "unavailable"
    assert len(before) > SMALL_OF_HOME + 2 * SMALL_OF_POINT + 10

    for number in range(5):
        new = await house.simulator.add_home(f"New {number}")
        for room in ("Hall", "Attic"):
            await house.simulator.add_device(new.home_id, room)
    await house.advance(minutes=61)
    assert before <= {entity.entity_id for entity in entities_of(house) if not entity.disabled}
    rows = usual(house)
    assert all(rows[0])
    assert not all(rows[-1])
    assert enabled(house) <= 150
    assert issue(house)


async def test_what_comes_while_there_is_no_room_waits(house: House) -> None:
    await house.link()
    new = await house.simulator.add_home("Boathouse")
    await house.simulator.add_device(new.home_id, "Jetty")
    await house.simulator.add_device(new.home_id, "Loft")
    was = enabled(house)
    await house.advance(minutes=61)
    assert enabled(house) == was
    registry = er.async_get(house.hass)
    panel = house.entity_id("alarm_control_panel.alarm", new.home_id)
    entry = registry.async_get(panel)
    assert entry
    assert entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    found = issue(house)
    assert found
    assert found.translation_placeholders
    assert found.translation_placeholders["left_out"] == str(7 * 3 + 14 * 8 - (was - 6))

    disable(house, [e for e in entities_of(house) if e.unique_id.endswith("-motion")], 12)
    await house.advance(minutes=61)
    entry = registry.async_get(panel)
    assert entry
    assert not entry.disabled


async def test_a_person_who_enables_more_is_warned_before_the_limit(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    scale(monkeypatch, room=130, most=150)
    await house.link()
    assert issue(house) is None
    registry = er.async_get(house.hass)
    mine = [e.entity_id for e in entities_of(house) if e.disabled][:20]
    for entity_id in mine:
        registry.async_update_entity(entity_id, disabled_by=None)
    await house.advance(seconds=31)  # Home Assistant loads the account again
    assert enabled(house) < 150
    assert issue(house)
    for entity_id in mine:
        registry.async_update_entity(entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    await house.advance(minutes=61)
    assert issue(house) is None


async def test_the_message_goes_with_the_account(house: House) -> None:
    await house.link()
    assert issue(house)
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert issue(house) is None


class Large:
    """An account as it is known, with 500 homes of two Points each, and real registries."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        self.entry = MockConfigEntry(domain=DOMAIN, title="Maria")
        self.entry.add_to_hass(hass)
        self.registry = er.async_get(hass)
        self.state = AccountState()
        self.grow(500)

    def grow(self, homes: int) -> None:
        self.state.merge_homes([home(f"h{number}") for number in range(homes)], NOON)
        points = [device(f"p{number}", home_id=f"h{number // 2}") for number in range(2 * homes)]
        self.state.merge_devices(points, NOON)

    def register(self, platform: str, unique_id: str, *, is_enabled: bool = True) -> None:
        self.registry.async_get_or_create(
            platform,
            DOMAIN,
            unique_id,
            config_entry=self.entry,
            disabled_by=None if is_enabled else er.RegistryEntryDisabler.INTEGRATION,
        )

    def plan(self) -> EntityLimit:
        found = EntityLimit(self.hass, self.entry)
        found.update(self.state)
        return found

    def placeholders(self) -> dict[str, str] | None:
        found = ir.async_get(self.hass).async_get_issue(
            DOMAIN, f"entity_limit_{self.entry.entry_id}"
        )
        return found.translation_placeholders if found else None


async def test_five_hundred_new_homes_have_all_but_the_buttons(hass: HomeAssistant) -> None:
    large = Large(hass)
    plan = large.plan()
    assert [plan.enables(row[-1]) for row in PRECEDENCE] == [True] * 5 + [False]
    assert large.placeholders() == {"account": "Maria", "enabled": "0", "left_out": "1000"}


async def test_a_registry_of_core_with_9800_entities(hass: HomeAssistant) -> None:
    large = Large(hass)
    for number in range(576):
        for key in CORE_SENSORS:
            large.register("sensor", f"{DOMAIN}.p{number}-{key}")
        for key in CORE_BINARY_SENSORS:
            large.register("binary_sensor", f"{DOMAIN}.p{number}-{key}")
    for number in range(8):
        large.register("alarm_control_panel", f"{DOMAIN}.h{number}")
    plan = large.plan()
    assert not any(plan.enables(name) for row in PRECEDENCE for name in row)
    assert plan.enables("account.binary_sensor.push")
    left_out = 492 + 424 * 3 + 2 * 500 + 424 * 2 + 424 * 2 + 1_000
    assert large.placeholders() == {
        "account": "Maria",
        "enabled": "9800",
        "left_out": str(left_out),
    }
