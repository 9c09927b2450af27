"""What a removed entry leaves behind at the cloud and here: nothing, or a message."""

import asyncio
from datetime import timedelta
from typing import Any

from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.point.auth.implementation import MinutImplementation
from custom_components.point.webhook.removal import SECOND_LIST_DELAY

from ..helpers.deliveries import address, register_hook
from ..helpers.house import House
from ..helpers.nabu_casa import NabuCasa
from ..helpers.person import until


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


async def test_removing_works_with_a_token_that_ended_early(linked: House) -> None:
    linked.simulator.expire_tokens()
    await linked.hass.config_entries.async_remove(linked.entry.entry_id)
    assert not linked.simulator.hooks


@pytest.fixture
def minut_answers(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Return what lets the answers of the token endpoint arrive; until then they are on the way."""
    request, answer = MinutImplementation._token_request, asyncio.Event()

    async def slow(*parameters: Any) -> dict[str, Any]:
        try:
            return await request(*parameters)
        finally:
            await answer.wait()

    monkeypatch.setattr(MinutImplementation, "_token_request", slow)
    return answer


async def remove_during_a_renewal(house: House, minut_answers: asyncio.Event) -> None:
    """Remove the entry while a request waits for its token, which arrives after that."""
    entries, entry_id = house.hass.config_entries, house.entry.entry_id
    house.freezer.tick(timedelta(hours=2))
    request = asyncio.ensure_future(house.entry.runtime_data.client.homes())
    await until(lambda: house.requests("POST", "/oauth/token"))
    removal = asyncio.ensure_future(entries.async_remove(entry_id))
    await until(lambda: entries.async_get_entry(entry_id) is None)
    minut_answers.set()
    await asyncio.wait([request, removal])
    await house.settle()
    assert removal.done()
    request.exception()


async def test_removing_waits_for_a_renewal_that_is_under_way(
    linked: House, minut_answers: asyncio.Event, caplog: pytest.LogCaptureFixture
) -> None:
    """A refresh token is good once: its second use is refused, and the hook would stay."""
    await remove_during_a_renewal(linked, minut_answers)
    assert not linked.simulator.hooks
    assert linked.requests("POST", "/oauth/token") == 1
    assert not [r for r in caplog.records if r.levelname in ("WARNING", "ERROR")]


@pytest.mark.parametrize("status", [400, 503])
async def test_a_renewal_that_fails_during_the_removal_asks_nobody_to_sign_in(
    linked: House, status: int, minut_answers: asyncio.Event, caplog: pytest.LogCaptureFixture
) -> None:
    linked.simulator.faults.add(path="/oauth/token", status=status)
    await remove_during_a_renewal(linked, minut_answers)
    assert issues_of_point(linked) == [f"hooks_left_{linked.entry.entry_id}"]
    assert not linked.hass.config_entries.flow.async_progress()
    assert not [r for r in caplog.records if r.levelname in ("WARNING", "ERROR")]


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


# While a hook is being made


async def link_while_the_making_hangs(house: House) -> None:
    """Set the account up, as far as until Minut has made the hook and does not say so."""
    making = house.simulator.faults.add(method="POST", path="/webhooks", swallow=True)
    house.entry = await house.make_entry()
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await making.met.wait()
    assert house.simulator.hooks


@pytest.mark.usefixtures("nabu_casa")
async def test_a_hook_of_which_minut_has_not_told_yet_is_deleted(house: House) -> None:
    """The address of a cloudhook does not show that it was ours."""
    await link_while_the_making_hangs(house)
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert not house.simulator.hooks
    assert not issues_of_point(house)


@pytest.mark.usefixtures("nabu_casa")
async def test_a_hook_of_which_minut_never_told_is_deleted(house: House) -> None:
    await link_while_the_making_hangs(house)
    house.simulator.faults.release()
    await house.settle()
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert not house.simulator.hooks


async def test_a_hook_that_minut_makes_only_during_the_removal_is_deleted(house: House) -> None:
    making = house.simulator.faults.add(method="POST", path="/webhooks", hang=True)
    house.entry = await house.make_entry()
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await making.met.wait()
    looks = house.requests("GET", "/webhooks")
    removal = asyncio.ensure_future(house.hass.config_entries.async_remove(house.entry.entry_id))
    await until(lambda: house.requests("GET", "/webhooks") > looks)
    await register_hook(house, address(house))
    house.freezer.tick(SECOND_LIST_DELAY + 1)
    await removal
    assert not house.simulator.hooks


@pytest.mark.usefixtures("nabu_casa")
async def test_what_is_known_of_a_hook_that_was_made_unseen_ends_with_it(house: House) -> None:
    await link_while_the_making_hangs(house)
    house.simulator.faults.release()
    await house.settle()
    assert "hook_asked_for" in house.entry.data
    await house.advance(minutes=1)
    assert list(house.simulator.hooks) == [house.entry.data["hook_id"]]
    assert "hook_asked_for" not in house.entry.data


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
