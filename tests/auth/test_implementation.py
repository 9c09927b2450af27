"""Clients, and the addresses to which Minut sends the browser back."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp.test_utils import make_mocked_request
from homeassistant.core import HomeAssistant
from homeassistant.helpers import http
from homeassistant.helpers.config_entry_oauth2_flow import async_get_implementations
from homeassistant.helpers.network import NoURLAvailableError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from yarl import URL

from custom_components.point.auth.implementation import redirect_uri
from custom_components.point.const import DOMAIN

CLIENT = {"client_id": "d1c5b3a2f4e60789", "client_secret": "5ecre7" * 5}
HOME = "https://home.example.org:8443"


@contextmanager
def a_request(**headers: str) -> Iterator[None]:
    """Do what follows as if a browser had asked for it."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    token = http.current_request.set(make_mocked_request("GET", "/", headers=names))
    try:
        yield
    finally:
        http.current_request.reset(token)


@pytest.fixture
async def with_yaml(hass: HomeAssistant) -> HomeAssistant:
    """Return a Home Assistant whose YAML names a client."""
    assert await async_setup_component(hass, DOMAIN, {DOMAIN: CLIENT})
    await hass.async_block_till_done(wait_background_tasks=True)
    return hass


@pytest.mark.parametrize(
    ("headers", "base"),
    [
        ({"HA_Frontend_Base": HOME}, HOME),
        ({"HA_Frontend_Base": HOME, "Origin": "https://other.example.org"}, HOME),
        ({"Origin": HOME}, HOME),
        ({"Origin": "null"}, "http://homeassistant.local:8123"),
        ({}, "http://homeassistant.local:8123"),
    ],
)
def test_redirects_lead_to_where_the_browser_is(
    with_yaml: HomeAssistant, headers: dict[str, str], base: str
) -> None:
    with a_request(**headers):
        assert redirect_uri(with_yaml, CLIENT["client_id"]) == f"{base}/api/minut"
        assert redirect_uri(with_yaml, "another") == f"{base}/auth/external/callback"
        assert redirect_uri(with_yaml) == f"{base}/auth/external/callback"


def test_with_my_only_the_client_in_yaml_comes_back_directly(with_yaml: HomeAssistant) -> None:
    with_yaml.config.components.add("my")
    with a_request(HA_Frontend_Base=HOME):
        assert redirect_uri(with_yaml, CLIENT["client_id"]) == f"{HOME}/api/minut"
        assert redirect_uri(with_yaml) == "https://my.home-assistant.io/redirect/oauth"


async def test_example_address_is_shown_but_never_used(with_yaml: HomeAssistant) -> None:
    assert redirect_uri(with_yaml) == "http://homeassistant.local:8123/auth/external/callback"
    [implementation] = (await async_get_implementations(with_yaml, DOMAIN)).values()
    with pytest.raises(NoURLAvailableError):
        await implementation.async_generate_authorize_url("flow")


async def test_authorize_address_is_below_the_api_root(hass: HomeAssistant) -> None:
    section = {**CLIENT, "api_url": "http://127.0.0.1:8765/v8"}
    assert await async_setup_component(hass, DOMAIN, {DOMAIN: section})
    [implementation] = (await async_get_implementations(hass, DOMAIN)).values()
    with a_request(HA_Frontend_Base=HOME):
        url = URL(await implementation.async_generate_authorize_url("flow"))
    assert str(url.with_query(None)) == "http://127.0.0.1:8765/v8/oauth/authorize"
    assert url.query["redirect_uri"] == f"{HOME}/api/minut"
    assert url.query["response_type"] == "code"
    assert url.query["client_id"] == CLIENT["client_id"]


@pytest.mark.parametrize(
    ("loaded", "redirect"),
    [
        (["my"], "https://my.home-assistant.io/redirect/oauth"),
        ([], f"{HOME}/auth/external/callback"),
    ],
)
async def test_credentials_dialog_names_the_redirect_to_enter_at_minut(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    hass_access_token: str,
    loaded: list[str],
    redirect: str,
) -> None:
    """Users went in circles over a redirect address that nothing had shown them."""
    assert await async_setup_component(hass, "websocket_api", {})
    assert await async_setup_component(hass, DOMAIN, {})
    hass.config.components.update(loaded)
    browser = await hass_client_no_auth()
    # The websocket's request carries what every browser sends, and nothing of the frontend's.
    async with browser.ws_connect("/api/websocket", headers={"Origin": HOME}) as websocket:
        await websocket.receive_json()
        await websocket.send_json({"type": "auth", "access_token": hass_access_token})
        await websocket.receive_json()
        await websocket.send_json({"id": 1, "type": "application_credentials/config"})
        answer = await websocket.receive_json()
    placeholders = answer["result"]["integrations"][DOMAIN]["description_placeholders"]
    assert placeholders["api_clients_url"] == "https://web.minut.com/settings/api-clients"
    assert placeholders["redirect_uri"] == redirect
