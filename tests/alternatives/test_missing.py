"""What is missing from an account is named, and the rest works."""

import logging

from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers import device_registry as dr, issue_registry as ir
import pytest

from custom_components.point.const import DOMAIN
from custom_components.point.diagnostics import async_get_config_entry_diagnostics
from custom_components.point.issues import Issue

from ..helpers.house import House
from .conftest import HOMES, PAGE


def issues(house: House) -> set[str]:
    """Return the kinds of the issues of the account."""
    registry = ir.async_get(house.hass)
    suffix = f"_{house.entry.entry_id}"
    return {key.removesuffix(suffix) for domain, key in registry.issues if domain == DOMAIN}


def counts(house: House) -> tuple[int, int]:
    """Return the number of homes and Points that are shown."""
    data = house.entry.runtime_data.coordinator.data
    return len(data.homes), len(data.devices)


async def lists(house: House) -> dict[str, object]:
    found = await async_get_config_entry_diagnostics(house.hass, house.entry)
    shown = found["lists"]
    assert isinstance(shown, dict)
    return shown


# Permissions


@pytest.mark.parametrize(
    ("name", "issue", "shown"),
    [
        ("homes_forbidden", Issue.HOMES_FORBIDDEN, (0, HOMES)),
        ("devices_forbidden", Issue.DEVICES_FORBIDDEN, (HOMES, 0)),
    ],
)
async def test_a_part_that_is_forbidden_is_named_and_the_rest_works(
    house: House, name: str, issue: Issue, shown: tuple[int, int]
) -> None:
    house.simulator.use(name)
    await house.link()
    assert issues(house) == {issue}
    assert counts(house) == shown
    assert (await lists(house))["forbidden"] == [name.removesuffix("_forbidden")]
    if name == "homes_forbidden":
        await house.advance(minutes=1)
        await house.simulator.press_button(house.point)
        await house.settle()
        assert house.state("event.button") == "2026-11-20T12:01:00.000+00:00"
        assert float(house.state("sensor.temperature")) == pytest.approx(12, abs=0.2)
    else:
        assert house.panel() == "disarmed"

    path = f"/{name.removesuffix('_forbidden')}"
    asked = house.requests("GET", path)
    await house.advance(minutes=5)
    assert house.requests("GET", path) <= asked + 1, "an event may name an unknown home"
    house.simulator.alternatives.set(name, active=False)
    await house.advance(minutes=15)
    assert not issues(house)
    assert counts(house) == (HOMES, HOMES)


async def test_what_was_shown_before_stays_for_two_refusals(house: House) -> None:
    await house.link()
    house.simulator.use("devices_forbidden")
    for _ in range(2):
        await house.advance(hours=1, minutes=1)
        assert counts(house) == (HOMES, HOMES)
        assert not issues(house)
    await house.advance(hours=1, minutes=1)
    assert issues(house) == {Issue.DEVICES_FORBIDDEN}
    assert counts(house) == (HOMES, 0)
    assert house.state("sensor.temperature") == "unavailable"
    await house.advance(hours=30)
    assert house.ha_device(house.point), "nothing is removed"

    house.simulator.alternatives.set("devices_forbidden", active=False)
    await house.advance(hours=1, minutes=1)
    assert not issues(house)
    assert house.state("sensor.temperature") != "unavailable"


async def test_the_issue_goes_with_the_account(house: House) -> None:
    house.simulator.use("homes_forbidden")
    await house.link()
    assert issues(house) == {Issue.HOMES_FORBIDDEN}
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    assert not issues(house)


async def test_the_issue_of_a_failed_setup_goes_with_the_account(house: House) -> None:
    house.simulator.use("version_retired_410")
    await house.link(state=ConfigEntryState.SETUP_RETRY)
    assert issues(house) == {Issue.API_RETIRED}
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert not issues(house)


async def test_if_all_is_forbidden_the_account_has_no_access(house: House) -> None:
    house.simulator.use("homes_forbidden", "devices_forbidden")
    await house.link(state=ConfigEntryState.SETUP_RETRY)
    assert issues(house) == {Issue.NO_API_ACCESS}


async def test_without_the_list_of_events_each_home_is_asked(house: House) -> None:
    house.simulator.use("events_forbidden")
    await house.link()
    assert counts(house) == (HOMES, HOMES)
    assert house.requests("GET", f"/homes/{house.home}/events")
    assert house.entry.runtime_data.coordinator.data.is_caught_up


async def test_without_webhooks_the_account_is_polled(house: House) -> None:
    house.simulator.use("webhooks_forbidden")
    await house.link()
    for _ in range(8):
        await house.advance(minutes=16)
    assert counts(house) == (HOMES, HOMES)
    assert issues(house) == {Issue.PUSH_REFUSED}


# Organizations


async def test_homes_of_an_organization_are_shown(house: House) -> None:
    house.simulator.switches.account_in_organization = True
    await house.link()
    assert counts(house) == (HOMES, HOMES)
    assert not issues(house)
    assert (await lists(house))["of_organization"]
    await house.call_panel("alarm_arm_away")
    await house.advance(minutes=2)
    assert house.panel() == "armed_away"


@pytest.mark.parametrize("status", [403, 404])
async def test_an_organization_whose_homes_are_not_listed_is_named(
    house: House, status: int
) -> None:
    house.simulator.switches.account_in_organization = True
    house.simulator.faults.add(path="/organizations/*", status=status, times=None)
    await house.link()
    assert counts(house) == (0, 0)
    assert issues(house) == {Issue.ORGANIZATION_EMPTY}
    house.simulator.faults.clear()
    await house.advance(minutes=16)
    assert counts(house) == (HOMES, HOMES)
    assert not issues(house)


@pytest.mark.parametrize("status", [200, 403, 404, 500])
async def test_an_account_that_is_really_empty_is_none_of_an_organization(
    house: House, status: int
) -> None:
    for home in list(house.simulator.homes):
        await house.simulator.remove_home(home)
    if status != 200:
        house.simulator.faults.add(path="/organizations", status=status, times=None)
    await house.link()
    assert counts(house) == (0, 0)
    assert not issues(house)


# Versions


@pytest.mark.parametrize("status", [410, 308])
async def test_a_retired_version_is_named(house: House, status: int) -> None:
    house.simulator.use(f"version_retired_{status}")
    await house.link(state=ConfigEntryState.SETUP_RETRY)
    assert issues(house) == {Issue.API_RETIRED}
    assert house.entry.error_reason_translation_key == "api_retired"
    house.simulator.alternatives.set(f"version_retired_{status}", active=False)
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()
    assert house.entry.state is ConfigEntryState.LOADED
    assert not issues(house)


# Pages


async def test_a_list_that_stays_incomplete_is_told_once_and_removes_nothing(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await house.link()
    answer = {"homes": [{"home_id": key} for key in list(house.simulator.homes)[:PAGE]]}
    house.simulator.faults.add(
        path="/homes", status=200, body=answer | {"paging": {"total_count": HOMES}}, times=None
    )
    caplog.clear()
    for _ in range(4):
        await house.advance(minutes=16)
    assert counts(house) == (HOMES, HOMES)
    assert (await lists(house))["incomplete"] == ["homes"]
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    [line] = [record.message for record in warnings if "only a part" in record.message]
    assert line == "Minut sent only a part of its list of homes: 10 elements"
    await house.advance(hours=30)
    devices = dr.async_entries_for_config_entry(dr.async_get(house.hass), house.entry.entry_id)
    assert len(devices) == 1 + 2 * HOMES


@pytest.mark.parametrize(
    ("path", "status", "state"),
    [
        ("/organizations", 401, ConfigEntryState.SETUP_ERROR),
        ("/organizations/*", 500, ConfigEntryState.SETUP_RETRY),
    ],
)
async def test_organizations_that_cannot_be_read_now_are_read_later(
    house: House, path: str, status: int, state: ConfigEntryState
) -> None:
    house.simulator.switches.account_in_organization = True
    house.simulator.faults.add(path=path, status=status, times=None)
    await house.link(state=state)
    assert not issues(house)
