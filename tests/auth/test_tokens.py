"""Access tokens: had, renewed once, and refused; of a loaded entry and of a removed one."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.config_entry_oauth2_flow import (
    OAuth2Session,
    async_get_config_entry_implementation,
)
from homeassistant.helpers.json import json_bytes
import pytest

from custom_components.point.auth.implementation import (
    LONGEST_LIFETIME,
    TOKEN_TIMEOUT,
    MinutImplementation,
)
from custom_components.point.auth.tokens import LastTokens, access_token, renewed_token
from custom_components.point.const import DOMAIN
from custom_components.point.minut.exceptions import (
    MinutError,
    MinutRateLimitedError,
    MinutUnauthorizedError,
    MinutUnreachableError,
)
from simulator.formats import Json

from ..helpers.house import House
from ..helpers.person import until


async def implementation_of(house: House) -> MinutImplementation:
    found = await async_get_config_entry_implementation(house.hass, house.entry)
    assert isinstance(found, MinutImplementation)
    return found


type Ask = Callable[[], Awaitable[str]]


@pytest.fixture(params=["loaded", "removed"])
async def ask(linked: House, request: pytest.FixtureRequest) -> Ask:
    """Return what asks for a token, by either way."""
    if request.param == "loaded":
        return access_token(
            OAuth2Session(linked.hass, linked.entry, await implementation_of(linked))
        )
    return LastTokens(linked.hass, linked.entry).valid


def expire(house: House) -> None:
    change(house, expires_at=house.simulator.time().timestamp() + 5)


def change(house: House, **changes: object) -> None:
    """Change the stored token; None takes a member away."""
    token = {**house.entry.data["token"], **changes}
    data = {
        **house.entry.data,
        "token": {name: value for name, value in token.items() if value is not None},
    }
    house.hass.config_entries.async_update_entry(house.entry, data=data)


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
    ask = access_token(OAuth2Session(linked.hass, linked.entry, await implementation_of(linked)))
    expire(linked)
    tokens = await asyncio.gather(ask(), ask(), ask())
    assert set(tokens) == {linked.entry.data["token"]["access_token"]}
    assert linked.requests("POST", "/oauth/token") == 1


async def test_tokens_that_ended_early_are_renewed_once(linked: House) -> None:
    renew = renewed_token(OAuth2Session(linked.hass, linked.entry, await implementation_of(linked)))
    refused = linked.entry.data["token"]["access_token"]
    tokens = await asyncio.gather(*(renew(refused) for _ in range(5)))
    tokens.append(await renew(refused))  # its refusal arrived late
    assert set(tokens) == {linked.entry.data["token"]["access_token"]} - {refused}
    assert linked.requests("POST", "/oauth/token") == 1


async def test_a_token_that_could_not_be_renewed_yet_is_renewed_later(linked: House) -> None:
    session = OAuth2Session(linked.hass, linked.entry, await implementation_of(linked))
    refused = linked.entry.data["token"]["access_token"]
    linked.simulator.faults.add(path="/oauth/token", status=503)
    with pytest.raises(MinutUnreachableError):
        await renewed_token(session)(refused)
    assert await access_token(session)() != refused


async def test_a_renewal_goes_on_without_the_one_who_asked(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a reload, or a script that starts anew, may lose the only good refresh token."""
    session = OAuth2Session(linked.hass, linked.entry, await implementation_of(linked))
    expire(linked)
    before = linked.entry.data["token"]
    renew, answer = session.implementation.async_refresh_token, asyncio.Event()

    async def slow(token: dict[str, Any]) -> dict[str, Any]:
        renewed = await renew(token)
        await answer.wait()
        return renewed

    monkeypatch.setattr(session.implementation, "async_refresh_token", slow)
    asking = asyncio.ensure_future(access_token(session)())
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
    request, answer = MinutImplementation._token_request, asyncio.Event()

    async def slow(signer: MinutImplementation, data: dict[str, Any]) -> dict[str, Any]:
        try:
            return await request(signer, data)
        finally:
            await answer.wait()

    monkeypatch.setattr(MinutImplementation, "_token_request", slow)
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


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [(503, "90", 90), (503, "soon", None), (429, "90", 90), (429, "soon", 60)],
)
async def test_the_token_endpoint_may_ask_for_patience(
    linked: House, status: int, retry_after: str, seconds: float | None
) -> None:
    ask = access_token(OAuth2Session(linked.hass, linked.entry, await implementation_of(linked)))
    expire(linked)
    headers = {"Retry-After": retry_after}
    linked.simulator.faults.add(path="/oauth/token", status=status, headers=headers)
    with pytest.raises(MinutUnreachableError) as raised:
        await ask()
    assert raised.value.retry_after == seconds


async def test_while_the_token_endpoint_wants_silence_no_request_asks_it(linked: House) -> None:
    headers = {"Retry-After": "600"}
    linked.simulator.faults.add(path="/oauth/token", status=429, headers=headers, times=None)
    expire(linked)
    for _ in range(3):
        with pytest.raises(HomeAssistantError, match="fewer requests"):
            await linked.call_panel("alarm_arm_away")
    assert linked.requests("POST", "/oauth/token") == 1


async def test_removed_entry_stores_nothing(linked: House) -> None:
    expire(linked)
    before = linked.entry.data
    await LastTokens(linked.hass, linked.entry).valid()
    assert linked.entry.data == before


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 400}, MinutUnauthorizedError),
        ({"status": 401}, MinutUnauthorizedError),
        ({"status": 403}, MinutUnauthorizedError),
        ({"status": 404}, MinutUnreachableError),
        ({"status": 429}, MinutRateLimitedError),
        ({"status": 503}, MinutUnreachableError),
        ({"disconnect": True, "times": None}, MinutUnreachableError),
        ({"status": 200, "body": "<html></html>"}, MinutUnreachableError),
        ({"status": 200, "body": "{", "content_type": "application/json"}, MinutUnreachableError),
        ({"status": 200, "body": []}, MinutUnreachableError),
        ({"status": 200, "body": {"expires_in": 3600}}, MinutUnreachableError),
        ({"status": 200, "body": {"access_token": 1, "expires_in": 3600}}, MinutUnreachableError),
        ({"status": 200, "body": {"access_token": "a" * 20}}, MinutUnreachableError),
        (
            {"status": 200, "body": {"access_token": "a\r\nX: y", "expires_in": 3600}},
            MinutUnreachableError,
        ),
        ({"status": 302, "headers": {"Location": "http://192.0.2.1/"}}, MinutUnreachableError),
        ({"status": 400, "body": "[" * 100_000}, MinutUnauthorizedError),
        ({"status": 200, "body": "[" * 100_000}, MinutUnreachableError),
        ({"status": 200, "body": "x" * (8 * 2**20 + 1)}, MinutUnreachableError),
        (
            {"status": 200, "body": {"access_token": "a" * 20, "expires_in": 10**400}},
            MinutUnreachableError,
        ),
        (
            {"status": 200, "body": {"access_token": "a" * 20, "expires_in": "soon"}},
            MinutUnreachableError,
        ),
        (
            {"status": 200, "body": {"access_token": "a" * 20, "expires_in": float("inf")}},
            MinutUnreachableError,
        ),
    ],
)
async def test_failed_renewal_is_a_minut_error(
    linked: House,
    ask: Ask,
    fault: dict[str, Any],
    error: type[MinutError],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Predecessor's defect 40: a refused refresh token was a retry for ever."""
    expire(linked)
    linked.simulator.faults.add(path="/oauth/token", **fault)
    with pytest.raises(error) as raised:
        await ask()
    assert type(raised.value) is error
    assert "a" * 20 not in caplog.text
    assert linked.entry.data["token"]["refresh_token"] not in caplog.text


async def test_hanging_renewal_ends_in_bounded_time(linked: House, ask: Ask) -> None:
    expire(linked)
    fault = linked.simulator.faults.add(path="/oauth/token", hang=True)
    asking = asyncio.ensure_future(ask())
    await until(lambda: fault.hits)
    linked.freezer.tick(TOKEN_TIMEOUT + 1)
    with pytest.raises(MinutUnreachableError):
        await asking


@pytest.mark.parametrize("missing", ["expires_at", "refresh_token"])
async def test_incomplete_token_asks_for_a_new_sign_in(
    linked: House, ask: Ask, missing: str
) -> None:
    expire(linked)
    change(linked, **{missing: None})
    with pytest.raises(MinutUnauthorizedError):
        await ask()


async def test_refused_renewal_asks_the_user_to_sign_in_again(linked: House) -> None:
    ask = access_token(OAuth2Session(linked.hass, linked.entry, await implementation_of(linked)))
    expire(linked)
    linked.simulator.switches.refuse_refresh = HTTPStatus.BAD_REQUEST
    with pytest.raises(MinutUnauthorizedError):
        await ask()
    await linked.settle()
    [flow] = linked.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == "reauth"


@pytest.mark.parametrize("implementation", ["gone", None])
async def test_entry_whose_client_is_gone_has_no_last_token(
    linked: House, implementation: str | None
) -> None:
    expire(linked)
    data: dict[str, Any] = {**linked.entry.data, "auth_implementation": implementation}
    if implementation is None:
        del data["auth_implementation"]
    linked.hass.config_entries.async_update_entry(linked.entry, data=data)
    with pytest.raises(MinutUnauthorizedError):
        await LastTokens(linked.hass, linked.entry).valid()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_does_not_take_the_secrets_elsewhere(
    linked: House, ask: Ask, status: int
) -> None:
    """Home Assistant's own token request sends them after a 307 and a 308."""
    expire(linked)
    elsewhere = f"{linked.simulator.root}/elsewhere"
    linked.simulator.faults.add(path="/oauth/token", status=status, headers={"Location": elsewhere})
    with pytest.raises(MinutUnreachableError):
        await ask()
    assert not [request for request in linked.simulator.requests if "elsewhere" in request.path]


async def test_of_a_token_only_what_can_be_stored_is_kept(linked: House) -> None:
    """One value that could not be written would keep all entries of Home Assistant from disk."""
    ask = access_token(OAuth2Session(linked.hass, linked.entry, await implementation_of(linked)))
    expire(linked)
    body: Json = {
        "access_token": "a" * 20,
        "refresh_token": ["not", "a", "text"],
        "expires_in": 10**18,
        "scope": "\ud800",
        "number": 2**70,
    }
    before = linked.entry.data["token"]
    linked.simulator.faults.add(path="/oauth/token", status=200, body=body)
    assert await ask() == "a" * 20
    token = linked.entry.data["token"]
    json_bytes(token)
    assert token["refresh_token"] == before["refresh_token"]
    assert token["expires_at"] <= linked.simulator.time().timestamp() + LONGEST_LIFETIME


async def test_expiry_that_came_as_text_is_read(linked: House, ask: Ask) -> None:
    linked.simulator.switches.expires_in_as_text = True
    expire(linked)
    assert await ask()
