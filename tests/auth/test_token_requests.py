"""Formats of the token request: each is tried once, and the accepted one is remembered."""

from typing import Any, Literal

from homeassistant.config_entries import ConfigEntryState
import pytest

from ..helpers.person import Person, anybody, arriving, somebody_with_client  # noqa: F401 # fixtures among them

type Format = Literal["form", "basic", "json"]


def formats_sent(person: Person) -> list[Format]:
    """Return the formats of the token requests so far."""
    sent: list[Format] = []
    for request in person.house.simulator.requests:
        if request.path == "/oauth/token":
            assert isinstance(request.body, dict)
            is_form = "response_type" not in request.body
            sent.append("form" if is_form else "json" if "client_id" in request.body else "basic")
    return sent


async def link(person: Person, way: str) -> dict[str, Any]:
    step = await person.begin(way=way)
    result = await person.link(step) if step["type"] == "external" else step
    await person.house.settle()
    return result


@pytest.mark.parametrize("way", ["sign_in", "own_client"])
@pytest.mark.parametrize(
    ("accepted", "tried"),
    [("form", ["form"]), ("basic", ["form", "basic"]), ("json", ["form", "basic", "json"])],
)
async def test_the_format_that_minut_accepts_is_found_and_remembered(
    with_client: Person, way: str, accepted: Format, tried: list[Format]
) -> None:
    with_client.house.simulator.switches.token_requests = {accepted}
    assert (await link(with_client, way))["type"] == "create_entry"
    assert formats_sent(with_client) == tried

    for _ in range(2):  # renewed, and renewed again after a restart
        await with_client.house.advance(minutes=61)
        assert with_client.entry.state is ConfigEntryState.LOADED
        await with_client.house.hass.config_entries.async_reload(with_client.entry.entry_id)

    assert formats_sent(with_client) == [*tried, accepted, accepted]
    assert not with_client.cards("reauth")


SHAPES: dict[str, dict[str, object]] = {
    "in a wrapper": {"token_wrapper": "token"},
    "without lifetime": {"expires_in_token": False},
    "lifetime as text": {"expires_in_as_text": True},
    "opaque": {"jwt": False},
    "opaque, without lifetime and user": {
        "jwt": False,
        "expires_in_token": False,
        "user_id_in_token": False,
    },
}
"""Switches of the simulator."""


@pytest.mark.parametrize("way", ["sign_in", "own_client"])
@pytest.mark.parametrize("shape", SHAPES)
async def test_a_token_of_another_shape_links_the_account(
    with_client: Person, way: str, shape: str
) -> None:
    for switch, value in SHAPES[shape].items():
        setattr(with_client.house.simulator.switches, switch, value)
    assert (await link(with_client, way))["type"] == "create_entry"
    assert with_client.entry.unique_id == with_client.house.simulator.account.user_id
    for _ in range(2):
        await with_client.house.advance(minutes=61)
    assert with_client.entry.state is ConfigEntryState.LOADED
    assert not with_client.cards("reauth")


@pytest.mark.parametrize("way", ["sign_in", "own_client"])
async def test_a_wrong_secret_is_only_concluded_after_each_format(person: Person, way: str) -> None:
    await person.enter_client(client_secret="0" * 32)
    result = await link(person, way)
    assert result["reason"] == "oauth_unauthorized"
    assert formats_sent(person) == ["form", "basic", "json"]


async def test_a_format_that_is_no_longer_accepted_is_replaced_by_signing_in_again(
    with_client: Person,
) -> None:
    await link(with_client, "own_client")
    with_client.house.simulator.switches.token_requests = {"json"}
    with_client.house.simulator.expire_tokens()
    await with_client.house.hass.config_entries.async_reload(with_client.entry.entry_id)
    await with_client.house.settle()
    [flow_id] = with_client.cards("reauth")

    assert (await with_client.submit(flow_id))["reason"] == "reauth_successful"
    await with_client.house.settle()
    await with_client.house.advance(minutes=61)

    assert with_client.entry.state is ConfigEntryState.LOADED
    assert formats_sent(with_client)[-1] == "json"


@pytest.mark.parametrize("stored", ["smoke signals", 5, None])
async def test_a_stored_format_of_any_shape_does_not_end_the_login(
    with_client: Person, stored: object
) -> None:
    await link(with_client, "own_client")
    entry = with_client.entry
    token = {**entry.data["token"], "request_format": stored}
    with_client.house.hass.config_entries.async_update_entry(
        entry, data={**entry.data, "token": token}
    )
    await with_client.house.advance(minutes=61)
    assert entry.state is ConfigEntryState.LOADED
    assert not with_client.cards("reauth")


@pytest.mark.parametrize("status", [400, 403])
async def test_a_page_of_a_firewall_is_no_refusal(with_client: Person, status: int) -> None:
    """It ended the login for good: the user was asked to sign in, in vain."""
    await link(with_client, "sign_in")
    page = "<html><body>Request blocked</body></html>"
    fault = with_client.house.simulator.faults.add(
        path="/oauth/token", status=status, body=page, times=None
    )
    await with_client.house.advance(minutes=61)
    assert fault.hits
    assert not with_client.cards("reauth")
    fault.times = 0
    await with_client.house.advance(minutes=61)
    assert with_client.house.hass.states.get("binary_sensor.minut_account_push_updates")
    assert with_client.entry.state is ConfigEntryState.LOADED
    assert not with_client.cards("reauth")
