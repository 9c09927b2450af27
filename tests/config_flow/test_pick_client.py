"""The choice between several API clients."""

from typing import Any

from homeassistant.components.application_credentials import DATA_COMPONENT
import pytest

from custom_components.point.const import DOMAIN

from ..helpers.person import Person, anybody, arriving, somebody_with_client  # noqa: F401 # fixtures among them

OTHER = "fedcba9876543210"


@pytest.fixture
async def linked_person(with_client: Person) -> Person:
    """Return a user whose entry uses the client `DOMAIN`."""
    await with_client.link(await with_client.begin())
    return with_client


async def add_client(person: Person, **changes: str) -> str:
    """Add a client under Application credentials, and return the name that entries give it."""
    cloud = person.house.simulator
    client = {"client_id": cloud.client_id, "client_secret": cloud.client_secret, "name": "Minut"}
    collection = person.house.hass.data[DATA_COMPONENT]
    item = await collection.async_create_item({"domain": DOMAIN, **client, **changes})
    return str(item["id"])


def choice(form: dict[str, Any]) -> tuple[list[str], str]:
    """Return the labels that a form offers, and the one that it has preselected."""
    assert form["step_id"] == "pick_implementation"
    [field] = form["data_schema"]
    labels = dict(field["options"])
    return list(labels.values()), labels[field["default"]]


async def test_several_clients_can_be_told_apart(with_client: Person) -> None:
    await add_client(with_client, client_id=OTHER, name="Holiday home")
    form = await with_client.begin()
    labels, _ = choice(form)
    assert f"Holiday home ({OTHER})" in labels

    step = await with_client.submit(form["flow_id"], implementation=DOMAIN)

    assert (await with_client.link(step))["type"] == "create_entry"


async def test_a_client_with_a_wrong_secret_is_added_again(person: Person) -> None:
    """As the message says: a stored client cannot be edited, nor deleted while it is in use."""
    await add_client(person, client_secret="0" * 32)
    assert (await person.link(await person.begin()))["reason"] == "oauth_unauthorized"
    again = await add_client(person)
    client_id = person.house.simulator.client_id

    form = await person.begin()

    newest = f"Minut ({client_id}) (2)"
    assert choice(form) == ([f"Minut ({client_id})", newest], newest)
    step = await person.submit(form["flow_id"], implementation=again)
    assert (await person.link(step))["type"] == "create_entry"


async def test_clients_without_a_name_can_be_told_apart(person: Person) -> None:
    ids = [OTHER, "0123456789abcdef", OTHER]
    for client_id in ids:
        await add_client(person, client_id=client_id, name="")
    assert choice(await person.begin()) == ([*ids[:2], f"{OTHER} (2)"], f"{OTHER} (2)")


async def test_reconfigure_preselects_the_client_of_the_entry(linked_person: Person) -> None:
    """Submitting the form as it is must not change the client."""
    await add_client(linked_person, client_id=OTHER)
    client_id = linked_person.house.simulator.client_id

    form = await linked_person.begin(linked_person.entry.entry_id)

    labels = [f"Import from configuration.yaml ({client_id})", f"Minut ({OTHER})"]
    assert choice(form) == (labels, labels[0])


async def test_reconfigure_preselects_the_client_that_corrects_that_of_the_entry(
    linked_person: Person,
) -> None:
    await add_client(linked_person)
    await add_client(linked_person, client_id=OTHER)
    again = await add_client(linked_person)
    client_id = linked_person.house.simulator.client_id

    form = await linked_person.begin(linked_person.entry.entry_id)

    assert choice(form)[1] == f"Minut ({client_id}) (2)"
    step = await linked_person.submit(form["flow_id"], implementation=again)
    assert (await linked_person.link(step))["reason"] == "reconfigure_successful"
    assert linked_person.entry.data["auth_implementation"] == again


@pytest.mark.parametrize("stored", ["gone", None, ["point"]])
async def test_an_entry_whose_client_is_unknown_gets_the_newest(
    linked_person: Person, stored: object
) -> None:
    entry = linked_person.entry
    data = {**entry.data, "auth_implementation": stored}
    linked_person.house.hass.config_entries.async_update_entry(entry, data=data)
    await add_client(linked_person, client_id=OTHER)
    assert choice(await linked_person.begin(entry.entry_id))[1] == f"Minut ({OTHER})"
