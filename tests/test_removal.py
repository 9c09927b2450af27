"""What a removed entry leaves behind at the cloud and here: nothing, or a message."""

from datetime import timedelta

from homeassistant.helpers import issue_registry as ir
import pytest

from .deliveries import register_hook
from .house import House
from .nabu_casa import NabuCasa


async def test_removing_the_entry_deletes_its_hooks_at_the_cloud(linked: House) -> None:
    stranger = await register_hook(linked, "https://example.org/api/webhook/another")
    await linked.hass.config_entries.async_remove(linked.entry.entry_id)
    await linked.settle()
    assert list(linked.simulator.hooks) == [stranger]


async def test_removing_an_entry_that_is_not_loaded_deletes_its_hook_too(linked: House) -> None:
    """Predecessor's defect 46."""
    await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    assert len(linked.simulator.hooks) == 1
    await linked.hass.config_entries.async_remove(linked.entry.entry_id)
    assert not linked.simulator.hooks


async def test_removing_works_with_an_expired_token(linked: House) -> None:
    linked.freezer.tick(timedelta(hours=2))
    await linked.hass.config_entries.async_remove(linked.entry.entry_id)
    assert not linked.simulator.hooks


@pytest.mark.parametrize("status", [204, 200])
async def test_any_answer_to_the_deletion_will_do(linked: House, status: int) -> None:
    """Predecessor's defect 44: an empty answer left the entry in a failed state."""
    linked.simulator.switches.delete_hook_status = status  # type: ignore[assignment] # a table
    await linked.hass.config_entries.async_remove(linked.entry.entry_id)
    assert not linked.simulator.hooks


async def test_a_hook_that_could_not_be_deleted_is_told_of(linked: House) -> None:
    linked.simulator.faults.add(method="DELETE", status=503)
    await linked.hass.config_entries.async_remove(linked.entry.entry_id)
    issue = ir.async_get(linked.hass).async_get_issue(
        "point", f"hooks_left_{linked.entry.entry_id}"
    )
    assert issue
    assert issue.translation_key == "hooks_left"


async def test_the_cloudhook_goes_too(house: House, nabu_casa: NabuCasa) -> None:
    await house.link()
    assert nabu_casa.hooks
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert not nabu_casa.hooks
    assert not house.simulator.hooks


async def test_a_cloudhook_that_was_never_there_is_no_trouble(
    house: House, nabu_casa: NabuCasa
) -> None:
    nabu_casa.is_logged_in = False
    await house.link()
    assert await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert not house.simulator.hooks


def issues_of_point(house: House) -> list[str]:
    found = ir.async_get(house.hass).issues.values()
    return [issue.issue_id for issue in found if issue.domain == "point"]


async def test_issues_of_the_account_go_with_it(house: House) -> None:
    house.simulator.faults.add(path="/webhooks", status=403, times=None)
    await house.link()
    await house.advance(minutes=1)
    await house.advance(minutes=2)
    assert issues_of_point(house)
    house.simulator.faults.clear()
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert not issues_of_point(house)
