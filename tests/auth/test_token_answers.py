"""What is read from the answers of the token endpoint, and what is kept of them."""

from base64 import urlsafe_b64encode
from datetime import timedelta

from homeassistant.helpers.json import json_bytes
import pytest

from custom_components.point.auth.token_endpoint import MAX_LIFETIME, claims
from simulator.formats import Json

from ..helpers.house import House
from .token_helpers import Ask, expire, tokens_of


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
