"""Webhooks at Minut: kept as Minut shows them, found on any page, and only ours are deleted."""

from typing import Any

from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.point.webhook.reconciler import DELETION_GRACE_PERIOD
from simulator.backend.hooks import Hook

from ..helpers.deliveries import (
    WEBHOOK_ID,
    address,
    delivery,
    post,
    register_former_hook,
    register_hook,
)
from ..helpers.house import House
from ..helpers.nabu_casa import NabuCasa


def issue(house: House, key: str) -> ir.IssueEntry | None:
    return ir.async_get(house.hass).async_get_issue("point", f"{key}_{house.entry.entry_id}")


async def reload(house: House) -> None:
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()


async def disable(house: House) -> None:
    entries = house.hass.config_entries
    await entries.async_set_disabled_by(house.entry.entry_id, ConfigEntryDisabler.USER)
    await house.settle()


async def enable(house: House) -> None:
    await house.hass.config_entries.async_set_disabled_by(house.entry.entry_id, None)
    await house.settle()


# As Minut shows it


def show_otherwise(monkeypatch: pytest.MonkeyPatch, **shown: object) -> None:
    """Have Minut show webhooks with other values than they were registered with."""
    as_json = Hook.as_json

    def changed(hook: Hook, *, secret: bool) -> Any:
        return {**as_json(hook, secret=secret), **shown}

    monkeypatch.setattr(Hook, "as_json", changed)


EXPANDED = ["short_button_press", "pir_motion", "temperature_high"]


@pytest.mark.parametrize(
    "shown", [{"events": EXPANDED}, {"url": "https://normalised.example.org/"}, {"events": None}]
)
async def test_webhook_that_minut_shows_otherwise_is_kept(
    house: House, monkeypatch: pytest.MonkeyPatch, shown: dict[str, object]
) -> None:
    show_otherwise(monkeypatch, **shown)
    await house.link()
    [hook_id] = house.simulator.hooks
    await reload(house)
    for _ in range(3):
        await house.advance(hours=25)
    assert list(house.simulator.hooks) == [hook_id]
    assert house.requests("POST", "/webhooks") == 1


async def test_order_of_the_events_does_not_matter(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_otherwise(monkeypatch, events=EXPANDED)
    await house.link()
    show_otherwise(monkeypatch, events=EXPANDED[::-1])
    await house.advance(hours=25)
    assert house.requests("POST", "/webhooks") == 1


async def test_webhook_that_is_changed_at_minut_is_replaced(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_otherwise(monkeypatch, events=EXPANDED)
    await house.link()
    [former] = house.simulator.hooks
    show_otherwise(monkeypatch, events=EXPANDED[:1])
    await house.advance(hours=25)
    [hook_id] = house.simulator.hooks
    assert hook_id != former
    for _ in range(3):
        await house.advance(hours=25)
    assert list(house.simulator.hooks) == [hook_id]


async def test_webhook_is_kept_when_minut_shows_it_as_registered_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        show_otherwise(patch, events=EXPANDED)
        await house.link()
    await house.advance(hours=25)
    assert house.requests("POST", "/webhooks") == 1


async def test_list_that_fails_after_the_creation_costs_one_replacement(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Minut shows is learned from the second webhook."""
    show_otherwise(monkeypatch, events=EXPANDED)
    create = house.simulator.faults.add(method="POST", path="/webhooks/*/ping", status=404)
    house.simulator.faults.add(method="GET", path="/webhooks", rotate=True)
    house.simulator.faults.add(method="GET", path="/webhooks", status=503)
    await house.link()
    assert create.hits == 1
    for _ in range(4):
        await house.advance(hours=25)
    assert house.requests("POST", "/webhooks") == 2


@pytest.mark.parametrize("odd", [None, 5, "text", [], {"events": 5}, {"url": []}], ids=str)
async def test_stored_picture_of_any_content_harms_nothing(linked: House, odd: object) -> None:
    data = {**linked.entry.data, "hook_shown": odd}
    linked.hass.config_entries.async_update_entry(linked.entry, data=data)
    await reload(linked)
    assert linked.requests("POST", "/webhooks") == 1
    assert linked.entry.state is ConfigEntryState.LOADED


# On any page


async def test_webhook_on_a_later_page_is_found(house: House) -> None:
    house.simulator.switches.default_page_size = 2
    house.entry = await house.make_entry()
    strangers = [await register_hook(house, f"https://{n}.example.org/") for n in range(5)]
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.settle()
    for _ in range(3):
        await house.advance(hours=25)
    assert list(house.simulator.hooks) == [*strangers, house.entry.data["hook_id"]]
    assert house.requests("POST", "/webhooks") == 6
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert list(house.simulator.hooks) == strangers


async def test_webhook_that_is_missing_in_an_incomplete_list_is_not_made_again(
    linked: House,
) -> None:
    """Another page may have failed to show it."""
    before = dict(linked.simulator.hooks)
    linked.simulator.faults.add(
        method="GET",
        path="/webhooks",
        status=200,
        body={"hooks": [], "paging": {"total_count": 1}},
        times=2,
    )
    await linked.advance(hours=25)
    await linked.advance(minutes=1)
    assert linked.simulator.hooks == before
    assert linked.requests("POST", "/webhooks") == 1


async def test_removal_deletes_a_webhook_that_an_incomplete_list_lacks(linked: House) -> None:
    linked.simulator.faults.add(
        method="GET",
        path="/webhooks",
        status=200,
        body={"hooks": [], "paging": {"total_count": 1}},
        times=None,
    )
    await linked.hass.config_entries.async_remove(linked.entry.entry_id)
    assert not linked.simulator.hooks


# Only ours


async def test_webhook_of_a_clone_is_not_touched(linked: House) -> None:
    """A copy of this Home Assistant has the same webhook id, at another address."""
    clone = await register_hook(linked, f"https://clone.example.org/api/webhook/{WEBHOOK_ID}")
    await reload(linked)
    assert clone in linked.simulator.hooks
    await linked.hass.config_entries.async_remove(linked.entry.entry_id)
    assert list(linked.simulator.hooks) == [clone]


async def test_webhook_that_core_registered_is_deleted(house: House) -> None:
    former = f"https://former.example.org/api/webhook/{WEBHOOK_ID}"
    house.entry = await house.make_entry({"webhook_url": former})
    await register_hook(house, former)
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.settle()
    assert [hook.url for hook in house.simulator.hooks.values()] == [address(house)]


async def test_webhook_whose_answer_was_lost_is_deleted_though_the_next_one_is_lost_too(
    house: House, nabu_casa: NabuCasa
) -> None:
    """Only the id of the first one is left, as the second one has taken the place of its URL."""
    for number in range(2):
        lost = house.simulator.faults.add(method="POST", path="/webhooks", swallow=True)
        if number == 0:
            house.entry = await house.make_entry()
            assert await house.hass.config_entries.async_setup(house.entry.entry_id)
        else:
            await nabu_casa.async_delete(WEBHOOK_ID)
            await house.hass.config_entries.async_setup(house.entry.entry_id)
        await lost.met.wait()
        house.simulator.faults.release()
        await house.settle()
        await house.hass.config_entries.async_unload(house.entry.entry_id)
    assert len(house.simulator.hooks) == 2
    await nabu_casa.async_delete(WEBHOOK_ID)
    await house.start()
    assert list(house.simulator.hooks) == [house.entry.data["hook_id"]]


# Deletions that fail


async def former_hooks(house: House, number: int) -> list[str]:
    """Have webhooks of ours left at Minut; return their ids."""
    return [await register_former_hook(house, f"https://{n}.example.org") for n in range(number)]


async def test_removal_goes_on_after_a_webhook_that_cannot_be_deleted(linked: House) -> None:
    await former_hooks(linked, 3)
    current = linked.entry.data["hook_id"]
    linked.simulator.faults.add(method="DELETE", path=f"/webhooks/{current}", status=503)
    await linked.hass.config_entries.async_remove(linked.entry.entry_id)
    assert list(linked.simulator.hooks) == [current]
    assert issue(linked, "hooks_left")


async def test_webhook_that_cannot_be_deleted_for_days_is_reported(linked: House) -> None:
    [left] = await former_hooks(linked, 1)
    linked.simulator.faults.add(method="DELETE", status=403, times=None)
    await reload(linked)
    assert not issue(linked, "hooks_not_deleted")
    for _ in range(int(DELETION_GRACE_PERIOD.total_seconds() // 3600) - 1):
        await linked.advance(hours=1)
        assert not issue(linked, "hooks_not_deleted")
    await linked.advance(hours=1)
    await linked.advance(hours=1)
    found = issue(linked, "hooks_not_deleted")
    assert found
    assert found.translation_placeholders
    assert found.translation_placeholders["reason"]
    assert left not in str(found.translation_placeholders)
    await reload(linked)
    assert issue(linked, "hooks_not_deleted")

    linked.simulator.faults.clear()
    await linked.advance(hours=2)
    assert left not in linked.simulator.hooks
    assert not issue(linked, "hooks_not_deleted")
    assert not {"former_hooks", "former_hooks_since"} & linked.entry.data.keys()


async def test_each_failure_has_its_own_days(linked: House) -> None:
    await former_hooks(linked, 1)
    linked.simulator.faults.add(method="DELETE", status=403, times=1)
    await reload(linked)
    await linked.advance(minutes=1)
    assert "former_hooks" not in linked.entry.data
    linked.freezer.tick(DELETION_GRACE_PERIOD)
    await former_hooks(linked, 1)
    linked.simulator.faults.add(method="DELETE", status=403, times=None)
    await reload(linked)
    assert not issue(linked, "hooks_not_deleted")


# Disabled accounts


async def test_disabling_deletes_the_webhook_and_enabling_makes_another(linked: House) -> None:
    [former] = linked.simulator.hooks
    stranger = await register_hook(linked, "https://example.org/api/webhook/another")
    await disable(linked)
    assert list(linked.simulator.hooks) == [stranger]
    assert not {"hook_id", "hook_url", "hook_secret", "hook_token"} & linked.entry.data.keys()
    await enable(linked)
    assert linked.entry.state is ConfigEntryState.LOADED
    assert list(linked.simulator.hooks) == [stranger, linked.entry.data["hook_id"]]
    assert former not in linked.simulator.hooks
    linked.simulator.webhooks.remove(stranger)
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    assert linked.state("binary_sensor.button_press") == "on"


async def test_disabling_an_account_that_is_not_loaded_deletes_its_webhook_too(
    linked: House,
) -> None:
    linked.simulator.faults.add(path="/homes", status=500, times=None)
    await reload(linked)
    assert linked.entry.state is ConfigEntryState.SETUP_RETRY
    await disable(linked)
    assert not linked.simulator.hooks


async def test_disabling_with_an_expired_token_keeps_the_account_signed_in(linked: House) -> None:
    linked.freezer.tick(7200)
    await disable(linked)
    assert not linked.simulator.hooks
    await enable(linked)
    assert linked.entry.state is ConfigEntryState.LOADED
    assert not linked.hass.config_entries.flow.async_progress()


async def test_disabling_during_a_registration_leaves_no_webhook(house: House) -> None:
    making = house.simulator.faults.add(method="POST", path="/webhooks", swallow=True)
    house.entry = await house.make_entry()
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await making.met.wait()
    await disable(house)
    assert not house.simulator.hooks


async def test_webhook_that_cannot_be_deleted_while_disabling_is_deleted_later(
    linked: House, caplog: pytest.LogCaptureFixture
) -> None:
    linked.simulator.faults.add(method="DELETE", status=503)
    await disable(linked)
    [left] = linked.simulator.hooks
    assert linked.entry.data["former_hooks"] == [left]
    assert "Couldn't delete the webhook of a disabled account" in caplog.text
    assert left not in caplog.text
    assert (await post(linked, {"hook_id": left})).status == 410
    await enable(linked)
    assert list(linked.simulator.hooks) == [linked.entry.data["hook_id"]]
    assert linked.entry.data["hook_id"] != left


async def test_disabling_does_not_wait_long_for_minut(linked: House) -> None:
    linked.simulator.revoke_tokens()
    await disable(linked)
    assert linked.entry.state is ConfigEntryState.NOT_LOADED
    assert linked.entry.data["former_hooks"] == list(linked.simulator.hooks)


async def test_account_that_is_enabled_at_once_keeps_a_webhook(linked: House) -> None:
    entries, entry_id = linked.hass.config_entries, linked.entry.entry_id
    await entries.async_set_disabled_by(entry_id, ConfigEntryDisabler.USER)
    await entries.async_set_disabled_by(entry_id, None)
    await linked.settle()
    assert list(linked.simulator.hooks) == [linked.entry.data["hook_id"]]
    assert (await post(linked, delivery(linked))).status == 200


async def test_disabling_an_account_whose_client_is_gone_keeps_the_ids(
    linked: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Removing the credentials does not remove the account."""
    data = {**linked.entry.data, "auth_implementation": "gone"}
    linked.hass.config_entries.async_update_entry(linked.entry, data=data)
    await disable(linked)
    assert linked.entry.data["former_hooks"] == list(linked.simulator.hooks)
    assert "UnknownImplementationError" in caplog.text
