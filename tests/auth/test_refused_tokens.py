"""Renewals that fail: refused, postponed, redirected or never answered."""

import asyncio
from http import HTTPStatus
from typing import Any

from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.point.const import DOMAIN
from custom_components.point.minut.connection import TIMEOUT_SECONDS
from custom_components.point.minut.exceptions import (
    MinutError,
    MinutRateLimitedError,
    MinutUnauthorizedError,
    MinutUnreachableError,
)

from ..helpers.house import House
from ..helpers.person import until
from .token_helpers import Ask, change, expire, tokens_of


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
    linked.freezer.tick(TIMEOUT_SECONDS + 1)
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
