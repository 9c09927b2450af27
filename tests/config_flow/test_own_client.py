"""Linking the account that an API client belongs to, without a browser (API notes 2.3)."""

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ImplementationUnavailableError
from homeassistant.helpers.config_entry_oauth2_flow import (
    AbstractOAuth2Implementation,
    async_add_implementation_provider,
)
import pytest

from ..helpers.person import Person, anybody, arriving, somebody_with_client, somebody_with_yaml  # noqa: F401 # fixtures among them


@pytest.fixture
async def linked_person(with_client: Person) -> Person:
    """Return a person who has linked the account of the client."""
    await with_client.begin(way="own_client")
    await with_client.house.settle()
    return with_client


async def reauth(person: Person) -> str:
    """Start what a refused token starts, and return the flow."""
    person.entry.async_start_reauth(person.house.hass)
    await person.house.settle()
    [flow_id] = person.cards(SOURCE_REAUTH)
    return flow_id


async def links(person: Person) -> None:
    result = await person.begin(way="own_client")
    await person.house.settle()
    account = person.house.simulator.account
    assert result["type"] == "create_entry"
    assert person.entry.unique_id == account.user_id
    assert person.entry.state is ConfigEntryState.LOADED
    assert "refresh_token" not in person.entry.data["token"]


async def test_links_the_account_of_a_stored_client(with_client: Person) -> None:
    await links(with_client)


async def test_links_the_account_of_the_client_in_yaml(with_yaml: Person) -> None:
    await links(with_yaml)


async def test_the_token_is_had_again_when_it_ends(linked_person: Person) -> None:
    before = linked_person.entry.data["token"]["access_token"]
    await linked_person.house.advance(minutes=61)
    assert linked_person.entry.data["token"]["access_token"] != before
    assert linked_person.entry.state is ConfigEntryState.LOADED
    assert not linked_person.cards(SOURCE_REAUTH)


async def test_links_no_account_twice(linked_person: Person) -> None:
    result = await linked_person.begin(way="own_client")
    assert result["reason"] == "already_configured"


async def test_a_wrong_secret_is_named(person: Person) -> None:
    await person.enter_client(client_secret="0" * 32)
    result = await person.begin(way="own_client")
    assert result["reason"] == "oauth_unauthorized"
    assert "client secret" in await person.words(result)


async def test_signs_in_again_by_itself(linked_person: Person) -> None:
    entry = linked_person.entry
    before = entry.data["token"]["access_token"]
    result = await linked_person.submit(await reauth(linked_person))
    await linked_person.house.settle()
    assert result["reason"] == "reauth_successful"
    assert entry.data["token"]["access_token"] != before
    assert entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize("way", ["sign_in", "own_client"])
async def test_reconfigure_changes_the_way(with_client: Person, way: str) -> None:
    other = {"sign_in": "own_client", "own_client": "sign_in"}[way]

    async def go(way: str, entry_id: str | None = None) -> dict[str, object]:
        step = await with_client.begin(entry_id, way=way)
        result = await with_client.link(step) if step["type"] == "external" else step
        await with_client.house.settle()
        return result

    await go(other)
    result = await go(way, with_client.entry.entry_id)
    assert result["reason"] == "reconfigure_successful"
    await with_client.house.advance(minutes=61)
    assert with_client.entry.state is ConfigEntryState.LOADED
    assert ("grant_type" in with_client.entry.data["token"]) is (way == "own_client")


async def test_reconfigure_refuses_a_client_of_another_account(with_client: Person) -> None:
    other = await with_client.house.simulator.add_account("Robin Other")
    await with_client.link(await with_client.begin(), account=other)
    result = await with_client.begin(with_client.entry.entry_id, way="own_client")
    assert result["reason"] == "wrong_account"


async def test_two_accounts_stand_side_by_side(linked_person: Person) -> None:
    other = await linked_person.house.simulator.add_account("Robin Other")
    result = await linked_person.link(await linked_person.begin(), account=other)
    assert result["type"] == "create_entry"
    titles = [entry.title for entry in linked_person.entries()]
    assert titles == ["Minut account", "Minut account 2"]
    assert {entry.state for entry in linked_person.entries()} == {ConfigEntryState.LOADED}


async def test_a_provider_that_is_away_is_told_of(person: Person) -> None:
    """Home Assistant Cloud offers ways to sign in; it may be out of reach."""

    async def away(_hass: HomeAssistant, _domain: str) -> list[AbstractOAuth2Implementation]:
        raise ImplementationUnavailableError

    async_add_implementation_provider(person.house.hass, "cloud", away)
    assert (await person.begin())["reason"] == "oauth_implementation_unavailable"
