"""Linking the account of an entry again, also of entries that core made long ago."""

from http import HTTPStatus

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from custom_components.point.const import DOMAIN

from ..helpers.person import (  # noqa: F401 # fixtures among them
    ADDRESS,
    Person,
    anybody,
    arriving,
    somebody_with_client,
    somebody_with_yaml,
)


async def waiting_reauth(person: Person, entry: ConfigEntry) -> str:
    """Start what a refused token starts, and return the flow."""
    entry.async_start_reauth(person.house.hass)
    await person.house.settle()
    [flow_id] = person.cards(SOURCE_REAUTH)
    return flow_id


@pytest.fixture
async def linked_person(with_client: Person) -> Person:
    """Return a person with one linked account."""
    await with_client.link(await with_client.begin())
    return with_client


async def test_reauth_renews_the_tokens_of_the_same_account(linked_person: Person) -> None:
    entry = linked_person.entry
    before = dict(entry.data)
    flow_id = await waiting_reauth(linked_person, entry)

    form = await linked_person.look(flow_id)
    assert form["step_id"] == "reauth_confirm"
    assert form["description_placeholders"] == {
        "api_clients_url": "https://web.minut.com/settings/api-clients",
        "name": entry.title,
        "redirect_uri": f"{ADDRESS}/auth/external/callback",
    }
    result = await linked_person.link(await linked_person.submit(flow_id))

    assert result["reason"] == "reauth_successful"
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data["token"]["access_token"] != before["token"]["access_token"]
    assert entry.data["webhook_id"] == before["webhook_id"]


async def test_reauth_finishes_without_its_dialog(linked_person: Person) -> None:
    entry = linked_person.entry
    before = entry.data["token"]
    flow_id = await waiting_reauth(linked_person, entry)
    step = await linked_person.submit(flow_id)
    await linked_person.come_back(await linked_person.answer(step["url"]))

    await linked_person.house.advance(seconds=5)

    assert entry.data["token"]["refresh_token"] != before["refresh_token"]
    assert linked_person.cards(SOURCE_REAUTH) == []


async def test_reauth_refuses_another_account(linked_person: Person) -> None:
    other = await linked_person.house.simulator.add_account("Robin Other")
    entry = linked_person.entry
    before = dict(entry.data)
    flow_id = await waiting_reauth(linked_person, entry)

    result = await linked_person.link(await linked_person.submit(flow_id), account=other)

    assert result["reason"] == "wrong_account"
    assert "Sign out" in await linked_person.words(result)
    assert dict(entry.data) == before


async def test_reauth_waits_again_after_a_failure(linked_person: Person) -> None:
    """The text of the error says "try again", and nothing else would show the card."""
    entry = linked_person.entry
    other = await linked_person.house.simulator.add_account("Robin Other")
    flow_id = await waiting_reauth(linked_person, entry)
    await linked_person.link(await linked_person.submit(flow_id), account=other)

    await linked_person.house.settle()
    [again] = linked_person.cards(SOURCE_REAUTH)
    assert again != flow_id

    result = await linked_person.link(await linked_person.submit(again))
    assert result["reason"] == "reauth_successful"
    await linked_person.house.settle()
    assert linked_person.cards(SOURCE_REAUTH) == []


async def test_reauth_of_a_removed_entry_ends(linked_person: Person) -> None:
    hass = linked_person.house.hass
    await waiting_reauth(linked_person, linked_person.entry)
    await hass.config_entries.async_remove(linked_person.entry.entry_id)
    await linked_person.house.settle()
    assert linked_person.cards(SOURCE_REAUTH) == []


async def test_reconfigure_renews_the_tokens_of_the_same_account(linked_person: Person) -> None:
    entry = linked_person.entry
    before = entry.data["token"]["access_token"]
    result = await linked_person.link(await linked_person.begin(entry.entry_id))
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["token"]["access_token"] != before


async def test_reconfigure_says_whose_account_is_linked(linked_person: Person) -> None:
    entry, hass = linked_person.entry, linked_person.house.hass
    menu = await linked_person.menu(entry.entry_id)
    assert menu["step_id"] == "reconfigure"
    shown = menu["description_placeholders"]["account"]
    assert shown == f"Minut account ({', '.join(home.name for home in linked_person.house.homes)})"

    hass.config_entries.async_update_entry(entry, title="[Our] flats")
    await hass.config_entries.async_unload(entry.entry_id)
    menu = await linked_person.menu(entry.entry_id)
    assert menu["description_placeholders"]["account"] == (
        rf"\[Our\] flats ({linked_person.house.homes[0].name})"
    )


async def test_reconfigure_names_no_homes_where_there_are_none(linked_person: Person) -> None:
    entry, hass = linked_person.entry, linked_person.house.hass
    await hass.config_entries.async_unload(entry.entry_id)
    dr.async_get(hass).async_clear_config_entry(entry.entry_id)
    menu = await linked_person.menu(entry.entry_id)
    assert menu["description_placeholders"]["account"] == "Minut account"


@pytest.mark.homes(2)
async def test_reconfigure_names_only_the_first_homes(linked_person: Person) -> None:
    for name in ("Third", "Fourth"):
        await linked_person.house.simulator.add_home(name)
    await linked_person.house.hass.config_entries.async_reload(linked_person.entry.entry_id)
    menu = await linked_person.menu(linked_person.entry.entry_id)
    assert menu["description_placeholders"]["account"].endswith(", Third, …)")


async def test_reconfigure_refuses_another_account(linked_person: Person) -> None:
    other = await linked_person.house.simulator.add_account("Robin Other")
    step = await linked_person.begin(linked_person.entry.entry_id)
    assert (await linked_person.link(step, account=other))["reason"] == "wrong_account"


async def test_reconfigure_works_while_a_reauth_waits(linked_person: Person) -> None:
    entry = linked_person.entry
    await waiting_reauth(linked_person, entry)
    result = await linked_person.link(await linked_person.begin(entry.entry_id))
    assert result["reason"] == "reconfigure_successful"


async def test_reconfigure_finishes_though_its_dialog_was_closed(with_yaml: Person) -> None:
    await with_yaml.link(await with_yaml.begin())
    entry = with_yaml.entry
    before = entry.data["token"]["access_token"]
    step = await with_yaml.begin(entry.entry_id)
    await with_yaml.close(step["flow_id"])

    _, page = await with_yaml.come_back(await with_yaml.answer(step["url"]))
    await with_yaml.house.settle()

    assert "is linked" in page
    assert entry.data["token"]["access_token"] != before


async def test_closed_reconfigure_of_a_removed_entry_links_nothing(with_yaml: Person) -> None:
    await with_yaml.link(await with_yaml.begin())
    entry = with_yaml.entry
    step = await with_yaml.begin(entry.entry_id)
    await with_yaml.close(step["flow_id"])
    await with_yaml.house.hass.config_entries.async_remove(entry.entry_id)

    status, _ = await with_yaml.come_back(await with_yaml.answer(step["url"]))

    assert status == HTTPStatus.BAD_REQUEST
    assert with_yaml.entries() == []


# Entries that core's `point` has made long ago.


def old_entry(person: Person, *known: str, **data: object) -> ConfigEntry:
    """Add an entry as core made it before 2024.10, which has shown what `known` names."""
    hass = person.house.hass
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="alex@example.org",
        data={"token": {}, "refresh_args": {"client_id": "a", "client_secret": "b"}, **data},
    )
    entry.add_to_hass(hass)
    for identifier in known:
        dr.async_get(hass).async_get_or_create(
            config_entry_id=entry.entry_id, identifiers={(DOMAIN, identifier)}
        )
    found = hass.config_entries.async_get_entry(entry.entry_id)
    assert found
    return found


@pytest.mark.parametrize("known", ["home", "point", "nothing"])
async def test_old_entry_takes_over_the_account_whose_homes_it_has_shown(
    with_client: Person, known: str
) -> None:
    house = with_client.house
    shown = {"home": [house.home, "sold-home"], "point": [house.point], "nothing": []}
    entry = old_entry(with_client, *shown[known])
    flow_id = await waiting_reauth(with_client, entry)

    result = await with_client.link(await with_client.submit(flow_id))

    assert result["reason"] == "reauth_successful"
    assert entry.unique_id == house.simulator.account.user_id
    assert entry.data["auth_implementation"] == DOMAIN


async def test_old_entry_refuses_an_account_with_other_homes(with_client: Person) -> None:
    """Predecessor's defect 67: any account was adopted."""
    entry = old_entry(with_client, "0" * 24)
    flow_id = await waiting_reauth(with_client, entry)
    result = await with_client.link(await with_client.submit(flow_id))
    assert result["reason"] == "wrong_account"
    assert entry.unique_id is None
    assert "auth_implementation" not in entry.data


async def test_old_entry_is_not_decided_on_while_minut_cannot_be_asked(
    with_client: Person,
) -> None:
    flow_id = await waiting_reauth(with_client, old_entry(with_client, with_client.house.home))
    with_client.house.simulator.faults.add(path="/homes*", status=503, times=None)
    result = await with_client.link(await with_client.submit(flow_id))
    assert result["reason"] == "cannot_connect"


async def test_old_entry_does_not_double_an_account(linked_person: Person) -> None:
    flow_id = await waiting_reauth(
        linked_person, old_entry(linked_person, linked_person.house.home)
    )
    result = await linked_person.link(await linked_person.submit(flow_id))
    assert result["reason"] == "already_configured"


async def test_reauth_asks_for_a_client_where_there_is_none(person: Person) -> None:
    flow_id = await waiting_reauth(person, old_entry(person))
    assert (await person.submit(flow_id))["reason"] == "missing_credentials"


async def test_reauth_names_our_own_redirect_for_a_client_in_yaml(with_yaml: Person) -> None:
    await with_yaml.link(await with_yaml.begin())
    flow_id = await waiting_reauth(with_yaml, with_yaml.entry)
    form = await with_yaml.look(flow_id)
    assert URL(form["description_placeholders"]["redirect_uri"]).path == "/api/minut"
