"""Access tokens: renewed once, refused, and still available while an entry is removed."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Literal

from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.json import json_bytes
import pytest

from custom_components.point.auth.implementation import MinutImplementation
from custom_components.point.auth.token_endpoint import MAX_LIFETIME, TOKEN_TIMEOUT, claims
from custom_components.point.auth.tokens import EntryTokens, async_get_tokens
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


def tokens_of(house: House) -> EntryTokens:
    return async_get_tokens(house.hass, house.entry)


type Ask = Callable[[], Awaitable[str]]


@pytest.fixture(params=["loaded", "removed"])
def ask(linked: House, request: pytest.FixtureRequest) -> Ask:
    """Return what provides the tokens of an entry, which may be in the middle of its removal."""
    valid = tokens_of(linked).valid

    async def valid_during_removal() -> str:
        await remove(linked)
        return await valid()

    return valid_during_removal if request.param == "removed" else valid


async def remove(house: House) -> None:
    """Unload and remove the entry, as Home Assistant does before it lets us clean up."""
    entries = house.hass.config_entries
    await entries.async_unload(house.entry.entry_id)
    del entries._entries[house.entry.entry_id]


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
    """Else a reload, or a script that starts anew, may lose the only good refresh token."""
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


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [(503, "90", 90), (503, "soon", None), (429, "90", 90), (429, "soon", 60)],
)
async def test_the_token_endpoint_may_ask_for_patience(
    linked: House, status: int, retry_after: str, seconds: float | None
) -> None:
    ask = tokens_of(linked).valid
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
        with pytest.raises(HomeAssistantError, match="too many requests"):
            await linked.call_panel("alarm_arm_away")
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


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 400, "body": {"error": "invalid_grant"}}, MinutUnauthorizedError),
        ({"status": 400, "body": {"error": "invalid_client"}}, MinutUnauthorizedError),
        ({"status": 403, "body": {"error": "unauthorized_client"}}, MinutUnauthorizedError),
        ({"status": 200, "body": {"error": "invalid_grant"}}, MinutUnauthorizedError),
        ({"status": 401}, MinutUnauthorizedError),
        ({"status": 401, "body": "<html></html>"}, MinutUnauthorizedError),
        ({"status": 400}, MinutUnreachableError),
        ({"status": 400, "body": "<html>Blocked</html>"}, MinutUnreachableError),
        ({"status": 403, "body": "<html>Blocked</html>"}, MinutUnreachableError),
        ({"status": 400, "body": {"error": "invalid_request"}}, MinutUnreachableError),
        ({"status": 400, "body": {"error": ["invalid_grant"]}}, MinutUnreachableError),
        ({"status": 404}, MinutUnreachableError),
        ({"status": 429}, MinutRateLimitedError),
        ({"status": 503}, MinutUnreachableError),
        ({"disconnect": True, "times": None}, MinutUnreachableError),
        ({"status": 200, "body": "<html></html>"}, MinutUnreachableError),
        ({"status": 200, "body": "{", "content_type": "application/json"}, MinutUnreachableError),
        ({"status": 200, "body": []}, MinutUnreachableError),
        ({"status": 200, "body": {"expires_in": 3600}}, MinutUnreachableError),
        ({"status": 200, "body": {"access_token": 1, "expires_in": 3600}}, MinutUnreachableError),
        (
            {"status": 200, "body": {"access_token": "a\r\nX: y", "expires_in": 3600}},
            MinutUnreachableError,
        ),
        ({"status": 302, "headers": {"Location": "http://192.0.2.1/"}}, MinutUnreachableError),
        ({"status": 400, "body": "[" * 100_000}, MinutUnreachableError),
        ({"status": 200, "body": "[" * 100_000}, MinutUnreachableError),
        ({"status": 200, "body": "x" * (8 * 2**20 + 1)}, MinutUnreachableError),
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
    ask = tokens_of(linked).valid
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
        await tokens_of(linked).valid()


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
    ask = tokens_of(linked).valid
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
    assert token["expires_at"] <= linked.simulator.time().timestamp() + MAX_LIFETIME


@pytest.mark.parametrize(
    ("expires_in", "lifetime"),
    [
        (600, 600),
        (600.5, 600),
        ("600", 600),
        (0, 0),
        (-5, 0),
        (10**9, MAX_LIFETIME),
        *((odd, 3600) for odd in (None, "soon", "", True, [600], float("inf"), 10**400)),
        ("9" * 10_000, MAX_LIFETIME),
    ],
)
async def test_lifetime_of_an_opaque_token(
    linked: House, expires_in: Json, lifetime: float
) -> None:
    expire(linked)
    body = {"access_token": "a" * 20, "expires_in": expires_in}
    linked.simulator.faults.add(path="/oauth/token", status=200, body=body)
    await tokens_of(linked).valid()
    now = linked.simulator.time().timestamp()
    assert linked.entry.data["token"]["expires_at"] - now == lifetime


@pytest.mark.parametrize(("kind", "lifetime"), [("jwt", 1800), ("opaque", 3600)])
async def test_without_expires_in_the_token_itself_says_when_it_expires(
    linked: House, kind: str, lifetime: float
) -> None:
    switches = linked.simulator.switches
    switches.expires_in_token, switches.jwt = False, kind == "jwt"
    switches.token_lifetime = timedelta(minutes=30)
    expire(linked)
    await tokens_of(linked).valid()
    now = linked.simulator.time().timestamp()
    assert linked.entry.data["token"]["expires_at"] - now == lifetime


async def test_a_token_in_its_own_wrapper_is_read(linked: House, ask: Ask) -> None:
    linked.simulator.switches.token_wrapper = "token"
    expire(linked)
    assert linked.simulator.tokens.grant_of(await ask(), linked.simulator.time())


async def test_claims_of_any_shape_are_read(linked: House) -> None:
    """Only the text between the dots is JSON, and not even that is certain."""
    parts = [base64url(each) for each in ("{}", "[]", "null", "[" * 10_000, '{"exp":"x"}')]
    for part in (*parts, "ä", "=", ""):
        assert claims(f"{base64url('{"alg":"HS256"}')}.{part}.x").get("userId") is None


def base64url(value: str) -> str:
    return urlsafe_b64encode(value.encode()).decode().rstrip("=")


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
