"""Access tokens: renewed once, in time, and still available while an entry is removed."""

import asyncio
from typing import Any, Literal

from homeassistant.config_entries import ConfigEntryState
import pytest

from custom_components.point.auth.implementation import MinutImplementation
from custom_components.point.const import DOMAIN
from custom_components.point.minut.exceptions import MinutUnreachableError

from ..helpers.house import House
from ..helpers.person import until
from .token_helpers import Ask, expire, remove, tokens_of


def hold_token_answers(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Hold the answers to token requests until the event is set."""
    request, answer = MinutImplementation._token_request, asyncio.Event()

    async def slow(*parameters: Any) -> dict[str, Any]:
        try:
            return await request(*parameters)
        finally:
            await answer.wait()

    monkeypatch.setattr(MinutImplementation, "_token_request", slow)
    return answer


async def test_good_token_costs_no_request(linked: House, ask: Ask) -> None:
    assert await ask() == linked.entry.data["token"]["access_token"]
    assert linked.requests("POST", "/oauth/token") == 0


async def test_token_is_renewed_before_it_ends(linked: House, ask: Ask) -> None:
    expire(linked)
    before = linked.entry.data["token"]["access_token"]
    token = await ask()
    assert token != before
    assert linked.simulator.tokens.grant_of(token, linked.simulator.time())


async def test_loaded_entry_stores_the_new_token_once(linked: House) -> None:
    ask = tokens_of(linked).valid
    expire(linked)
    tokens = await asyncio.gather(ask(), ask(), ask())
    assert set(tokens) == {linked.entry.data["token"]["access_token"]}
    assert linked.requests("POST", "/oauth/token") == 1


async def test_tokens_that_ended_early_are_renewed_once(linked: House) -> None:
    renew = tokens_of(linked).renew
    refused = linked.entry.data["token"]["access_token"]
    tokens = await asyncio.gather(*(renew(refused) for _ in range(5)))
    tokens.append(await renew(refused))  # its refusal arrived late
    assert set(tokens) == {linked.entry.data["token"]["access_token"]} - {refused}
    assert linked.requests("POST", "/oauth/token") == 1


async def test_a_token_that_could_not_be_renewed_yet_is_renewed_later(linked: House) -> None:
    tokens = tokens_of(linked)
    refused = linked.entry.data["token"]["access_token"]
    linked.simulator.faults.add(path="/oauth/token", status=503)
    with pytest.raises(MinutUnreachableError):
        await tokens.renew(refused)
    assert await tokens.valid() != refused


async def test_a_renewal_goes_on_without_the_one_who_asked(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a reload, or a script that restarts, could lose the only valid refresh token."""
    expire(linked)
    before = linked.entry.data["token"]
    answer = hold_token_answers(monkeypatch)
    asking = asyncio.ensure_future(tokens_of(linked).valid())
    await until(lambda: linked.requests("POST", "/oauth/token"))
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    answer.set()
    await linked.settle()
    assert linked.entry.data["token"] != before


async def test_a_reload_waits_for_the_renewal_that_a_poll_has_begun(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two renewals with one refresh token: the second is refused, and asks for a new sign-in."""
    answer = hold_token_answers(monkeypatch)
    entries = linked.hass.config_entries
    expire(linked)
    poll = asyncio.ensure_future(linked.entry.runtime_data.client.homes())
    await until(lambda: linked.requests("POST", "/oauth/token"))
    reload = asyncio.ensure_future(entries.async_reload(linked.entry.entry_id))
    await until(lambda: linked.entry.state is ConfigEntryState.SETUP_IN_PROGRESS)
    for _ in range(10):  # as long as another renewal would need to be on its way
        await linked.simulator.deliveries_done()
        await asyncio.sleep(0)
    answer.set()
    await asyncio.wait([poll, reload])
    await linked.settle()
    assert linked.entry.state is ConfigEntryState.LOADED
    assert not entries.flow.async_progress_by_handler(DOMAIN)
    assert linked.requests("POST", "/oauth/token") == 1


async def test_removed_entry_keeps_its_new_token(linked: House) -> None:
    """There is no entry to store it on, and the refresh token of the old one is used up."""
    expire(linked)
    before = linked.entry.data
    tokens = tokens_of(linked)
    await remove(linked)
    token = await tokens.valid()
    assert await tokens.valid() == token
    assert await tokens.renew(token) != token
    assert linked.entry.data == before
    assert linked.requests("POST", "/oauth/token") == 2


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_an_account_goes_on_after_its_token_ended_early(
    linked: House, status: Literal[400, 401, 403]
) -> None:
    linked.simulator.switches.expired_token_status = status
    linked.simulator.expire_tokens()
    await linked.call_panel("alarm_arm_away")
    assert linked.panel() == "arming"
    assert linked.requests("POST", "/oauth/token") == 1
    assert not linked.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
