"""Linking an account by the dialogs, against a simulated cloud over real sockets."""

import asyncio
import logging
from typing import Any
from urllib.parse import urlencode

from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers.config_entry_oauth2_flow import async_get_implementations
import pytest
from yarl import URL

from custom_components.point.const import DOMAIN
from custom_components.point.minut.connection import TIMEOUT_SECONDS

from ..helpers.person import (  # noqa: F401 # fixtures among them
    ADDRESS,
    Person,
    anybody,
    arriving,
    somebody_with_client,
    somebody_with_yaml,
    until,
)


async def test_ui_path_ends_in_a_loaded_entry(with_client: Person) -> None:
    """Predecessor's defect 67: no word with the API, and one title for every account."""
    simulator = with_client.house.simulator
    simulator.redirect_uris = {f"{ADDRESS}/auth/external/callback"}

    result = await with_client.link(await with_client.begin())

    assert result["type"] == "create_entry"
    entry = with_client.entry
    assert entry.state is ConfigEntryState.LOADED
    assert entry.title == "Minut account"
    assert entry.unique_id == simulator.account.user_id
    # Core's own `point` has to find everything where it left it.
    assert entry.version == 1
    assert {"auth_implementation", "token", "webhook_id"} <= entry.data.keys()
    assert entry.data["token"]["refresh_token"]
    assert len(entry.data["webhook_id"]) == 64


async def test_ui_path_goes_by_my_home_assistant_where_it_is_loaded(with_client: Person) -> None:
    with_client.house.hass.config.components.add("my")
    redirect = "https://my.home-assistant.io/redirect/oauth"
    with_client.house.simulator.redirect_uris = {redirect}

    step = await with_client.begin()
    address = await with_client.answer(step["url"])
    assert str(address.with_query(None)) == redirect
    # That site sends the browser on to the Home Assistant that the person has told it of.
    await with_client.come_back(address.with_path("/auth/external/callback", keep_query=True))

    assert (await with_client.end(step["flow_id"]))["type"] == "create_entry"


async def test_yaml_path_leads_from_the_card_to_a_loaded_entry(with_yaml: Person) -> None:
    """Predecessor's defect 68: YAML ignored, and no /api/minut."""
    redirect = f"{ADDRESS}/api/minut"
    with_yaml.house.simulator.redirect_uris = {redirect}
    [card] = with_yaml.cards()

    form = await with_yaml.look(card)
    assert form["step_id"] == "oauth_discovery"
    assert form["description_placeholders"] == {
        "api_clients_url": "https://web.minut.com/settings/api-clients",
        "redirect_uri": redirect,
    }
    result = await with_yaml.link(await with_yaml.submit(card))

    assert result["type"] == "create_entry"
    assert with_yaml.entry.state is ConfigEntryState.LOADED
    assert with_yaml.cards() == []


async def test_client_in_yaml_serves_add_integration_too(with_yaml: Person) -> None:
    result = await with_yaml.link(await with_yaml.begin())
    assert result["type"] == "create_entry"
    assert with_yaml.cards() == []  # the offer has been taken


async def test_without_a_client_the_dialog_asks_for_one(person: Person) -> None:
    result = await person.begin()
    assert result["reason"] == "missing_credentials"  # the frontend knows this one


async def test_token_need_not_name_the_user(with_client: Person) -> None:
    """Predecessor's defect 67: KeyError without `user_id` in the token."""
    with_client.house.simulator.switches.user_id_in_token = False
    assert (await with_client.link(await with_client.begin()))["type"] == "create_entry"
    assert with_client.entry.unique_id == with_client.house.simulator.account.user_id


@pytest.mark.parametrize("fault", [{"status": 403}, {"status": 404}])
@pytest.mark.parametrize("named_by", ["token", "jwt"])
async def test_an_account_that_the_token_names_need_not_be_readable(
    with_client: Person, fault: dict[str, Any], named_by: str
) -> None:
    simulator = with_client.house.simulator
    simulator.switches.user_id_in_token = named_by == "token"
    simulator.switches.jwt = named_by == "jwt"
    simulator.faults.add(path="/users/me", times=None, **fault)
    assert (await with_client.link(await with_client.begin()))["type"] == "create_entry"
    assert with_client.entry.unique_id == simulator.account.user_id
    assert with_client.entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize(("status", "reason"), [(403, "no_api_access"), (404, "unexpected_answer")])
async def test_an_account_that_nothing_names_is_not_linked(
    with_client: Person, status: int, reason: str
) -> None:
    simulator = with_client.house.simulator
    simulator.switches.user_id_in_token = simulator.switches.jwt = False
    simulator.faults.add(path="/users/me", status=status, times=None)
    assert (await with_client.link(await with_client.begin()))["reason"] == reason
    assert with_client.entries() == []


async def test_an_account_of_which_only_points_may_be_read_is_linked(with_client: Person) -> None:
    simulator = with_client.house.simulator
    simulator.faults.add(path="/users/me", status=403, times=None)
    homes = simulator.faults.add(path="/homes*", status=403, times=None)
    result = await with_client.link(await with_client.begin())
    assert homes.hits
    assert result["type"] == "create_entry"


@pytest.mark.parametrize("way", ["sign_in", "own_client"])
async def test_a_login_that_cannot_be_renewed_is_not_stored(with_client: Person, way: str) -> None:
    """It would end after an hour. Client credentials do without a refresh token."""
    with_client.house.simulator.switches.refresh_token_in_token = False
    step = await with_client.begin(way=way)
    result = await with_client.link(step) if step["type"] == "external" else step
    if way == "own_client":
        assert result["type"] == "create_entry"
        return
    assert result["reason"] == "no_refresh_token"
    assert "My own API client" in await with_client.words(result)
    assert with_client.entries() == []


async def test_an_account_is_linked_only_once(with_client: Person) -> None:
    await with_client.link(await with_client.begin())
    result = await with_client.link(await with_client.begin())
    assert result["reason"] == "already_configured"
    assert len(with_client.entries()) == 1


async def test_a_second_account_gets_its_own_entry(with_client: Person) -> None:
    other = await with_client.house.simulator.add_account("Robin Other")
    await with_client.link(await with_client.begin())
    result = await with_client.link(await with_client.begin(), account=other)
    assert result["type"] == "create_entry"
    assert [entry.title for entry in with_client.entries()] == ["Minut account", "Minut account 2"]


async def test_the_title_is_in_the_language_of_the_system(with_client: Person) -> None:
    """As the name of the account's device is."""
    with_client.house.hass.config.language = "de"
    await with_client.link(await with_client.begin())
    assert with_client.entry.title == "Minut-Konto"


async def test_a_title_is_not_given_twice(with_client: Person) -> None:
    """Nor is it the name of a person: Home Assistant writes titles to its log."""
    entries, simulator = with_client.house.hass.config_entries, with_client.house.simulator
    await with_client.link(await with_client.begin())
    entries.async_update_entry(with_client.entry, title="Minut account 2")
    for name in ("Robin Other", "Kim Third"):
        other = await simulator.add_account(name)
        await with_client.link(await with_client.begin(), account=other)
    titles = [entry.title for entry in with_client.entries()]
    assert titles == ["Minut account 2", "Minut account", "Minut account 3"]


NO_JSON = {"status": 200, "body": "<html>Maintenance</html>"}
REFUSED = {"status": 400, "body": {"error": "invalid_client"}, "times": None}
BLOCKED = {"status": 403, "body": "<html>Blocked</html>", "times": None}


@pytest.mark.parametrize(
    ("fault", "reason", "advice"),
    [
        ({"path": "/[!o]*", "status": 403, "times": None}, "no_api_access", "Pro plan"),
        ({"path": "/users/me", "status": 401}, "oauth_unauthorized", "client secret"),
        ({"path": "/users/me", "status": 410}, "api_retired", "update"),
        ({"path": "/users/me", "status": 308}, "api_retired", "update"),
        ({"path": "/users/me", "status": 503}, "cannot_connect", "Try again"),
        ({"path": "/users/me", "status": 429}, "cannot_connect", "Try again"),
        ({"path": "/users/me", "disconnect": True, "times": None}, "cannot_connect", "Try again"),
        ({"path": "/users/me", **NO_JSON}, "unexpected_answer", "Try again"),
        ({"path": "/users/me", "status": 400}, "unexpected_answer", "Try again"),
        ({"path": "/users/me", "status": 200, "body": {}}, "unexpected_answer", "Try again"),
        ({"path": "/oauth/token", **REFUSED}, "oauth_unauthorized", "client secret"),
        ({"path": "/oauth/token", **BLOCKED}, "oauth_failed", "Try again"),
        ({"path": "/oauth/token", "status": 503}, "oauth_failed", "Try again"),
        ({"path": "/oauth/token", **NO_JSON}, "oauth_failed", "Try again"),
    ],
)
async def test_each_failure_ends_with_what_to_do(
    with_client: Person, fault: dict[str, Any], reason: str, advice: str
) -> None:
    """Predecessor's defect 41: lapsed API access was a retry for ever."""
    with_client.house.simulator.faults.add(**fault)
    result = await with_client.link(await with_client.begin())
    assert (result["type"], result["reason"]) == ("abort", reason)
    assert advice in await with_client.words(result)
    assert with_client.entries() == []


async def test_wrong_secret_is_named(person: Person) -> None:
    await person.enter_client(client_secret="0" * 32)
    result = await person.link(await person.begin())
    assert result["reason"] == "oauth_unauthorized"
    assert result["translation_domain"] == DOMAIN  # our words; core's do not say what to do
    words = await person.words(result)
    assert "client secret" in words
    assert "[API clients](https://web.minut.com/settings/api-clients)" in words
    assert "[Application credentials](/config/application_credentials)" in words


async def test_refused_consent_is_told(with_client: Person) -> None:
    result = await with_client.link(await with_client.begin(), decision="deny")
    assert result["reason"] == "user_rejected_authorize"
    words = await with_client.words(result)
    assert "choose Allow" in words
    assert "access_denied" not in words


@pytest.mark.parametrize(
    ("code", "reason", "text"),
    [
        ("server_error", "oauth_failed", "Try again"),
        ("invalid_scope", "authorize_error", "the error code invalid_scope."),
        ("[a](https://192.0.2.1)", "authorize_error", "the error code unknown_error."),
    ],
)
async def test_other_errors_of_the_sign_in_have_a_sentence(
    with_client: Person, code: str, reason: str, text: str
) -> None:
    step = await with_client.begin()
    query = urlencode({"error": code, "state": URL(step["url"]).query["state"]})
    await with_client.come_back(f"/auth/external/callback?{query}")
    result = await with_client.look(step["flow_id"])
    assert result["reason"] == reason
    assert text in await with_client.words(result)


async def test_hanging_minut_ends_in_bounded_time(with_client: Person) -> None:
    fault = with_client.house.simulator.faults.add(path="/oauth/token", hang=True)
    step = await with_client.begin()
    await with_client.come_back(await with_client.answer(step["url"]))
    end = asyncio.create_task(with_client.look(step["flow_id"]))
    await until(lambda: fault.hits)
    with_client.house.freezer.tick(TIMEOUT_SECONDS + 1)
    result = await end
    assert result["reason"] == "oauth_timeout"
    assert "Try again" in await with_client.words(result)


async def test_without_a_browser_address_there_is_a_clear_end(with_yaml: Person) -> None:
    manager = with_yaml.house.hass.config_entries.flow
    [card] = with_yaml.cards()
    await manager.async_configure(card, {})  # no request: the client has to be chosen first
    [client] = await async_get_implementations(with_yaml.house.hass, DOMAIN)
    result = await manager.async_configure(card, {"implementation": client})
    assert result["reason"] == "no_url_available"


async def test_linking_logs_nothing_secret_or_personal(
    with_yaml: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """Predecessor's defects 69 and 72: user id, webhook id and token in the log."""
    caplog.set_level(logging.DEBUG)
    [card] = with_yaml.cards()
    step = await with_yaml.submit(card)
    address = await with_yaml.answer(step["url"])
    await with_yaml.come_back(address)
    await with_yaml.end(card)

    entry, simulator = with_yaml.entry, with_yaml.house.simulator
    log = "\n".join(
        record.getMessage()
        for record in caplog.records
        if record.name.startswith(("custom_components", "homeassistant.helpers"))
        and record.name != "homeassistant.helpers.http"  # each address it is asked for
    )
    assert "Successfully authenticated" in log
    for secret in (
        address.query["code"],
        address.query["state"],
        entry.data["token"]["access_token"],
        entry.data["token"]["refresh_token"],
        entry.data["webhook_id"],
        simulator.client_secret,
        simulator.account.user_id,
        simulator.account.email,
        simulator.account.fullname,
    ):
        assert secret not in log
