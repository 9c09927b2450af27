"""The section `point:` of configuration.yaml."""

from typing import Any

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.config_entry_oauth2_flow import (
    LocalOAuth2Implementation,
    async_get_implementations,
)
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from custom_components.point.auth.implementation import async_show_discovery
from custom_components.point.auth.yaml import api_root
from custom_components.point.const import DOMAIN
from custom_components.point.minut.connection import is_loopback

CLIENT = {"client_id": "d1c5b3a2f4e60789", "client_secret": "5ecre7" * 5}
SLUG = "point_d1c5b3a2f4e60789"


async def start(hass: HomeAssistant, section: Any) -> bool:
    """Start the integration with that section."""
    started = await async_setup_component(hass, DOMAIN, {DOMAIN: section})
    await hass.async_block_till_done(wait_background_tasks=True)
    return started


async def implementations(hass: HomeAssistant) -> dict[str, LocalOAuth2Implementation]:
    found = await async_get_implementations(hass, DOMAIN)
    assert all(isinstance(each, LocalOAuth2Implementation) for each in found.values())
    return {key: each for key, each in found.items() if isinstance(each, LocalOAuth2Implementation)}


def cards(hass: HomeAssistant) -> list[str]:
    return [flow["flow_id"] for flow in hass.config_entries.flow.async_progress_by_handler(DOMAIN)]


@pytest.mark.parametrize(
    ("section", "root"),
    [
        ({}, "https://api.minut.com/v8"),
        (CLIENT, "https://api.minut.com/v8"),
        ({"api_url": "https://api.example.org/v9"}, "https://api.example.org/v9"),
        ({"api_url": "https://api.example.org/v9/"}, "https://api.example.org/v9"),
        ({"api_url": "http://127.0.0.1:8765/v8", **CLIENT}, "http://127.0.0.1:8765/v8"),
        ({"api_url": "http://127.8.8.8/v8"}, "http://127.8.8.8/v8"),
        ({"api_url": "http://[::1]:8765/v8"}, "http://[::1]:8765/v8"),
        ({"api_url": "http://localhost:8765"}, "http://localhost:8765"),
    ],
)
async def test_good_section_starts_and_names_the_api_root(
    hass: HomeAssistant, section: Any, root: str
) -> None:
    assert await start(hass, section)
    assert api_root(hass) == root


def test_api_root_has_a_default_before_set_up(hass: HomeAssistant) -> None:
    assert api_root(hass) == "https://api.minut.com/v8"


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ({"client_id": "d1c5b3a2f4e60789"}, "required key 'client_secret' not provided"),
        ({"client_secret": "5ecre7"}, "required key 'client_id' not provided"),
        ({"client_id": "", "client_secret": "5ecre7"}, "'client_id' is empty"),
        ({"client_id": "a", "client_secret": " "}, "'client_secret' is empty"),
        ({"client_id": 123, "client_secret": "5ecre7"}, "'client_id' must be a text"),
        ({"client_id": "a", "client_secret": 5318008}, "'client_secret' must be a text"),
        ({"client_id": "a", "client_secret": ["5ecre7"]}, "'client_secret' must be a text"),
        ({**CLIENT, "clientid": "a"}, "'clientid' is an invalid option for 'point'"),
        ("5ecre7", "expected a mapping"),
        ({"api_url": "http://api.minut.com/v8"}, "must start with https://"),
        ({"api_url": "http://192.168.1.2/v8"}, "must start with https://"),
        ({"api_url": "http://localhost.example.org"}, "must start with https://"),
        ({"api_url": "ftp://127.0.0.1"}, "must start with https://"),
        ({"api_url": "api.minut.com/v8"}, "must start with https://"),
        ({"api_url": 8}, "must start with https://"),
        ({"api_url": "https://[nowhere"}, "not a web address"),
        ({"api_url": "https://me@api.minut.com"}, "must not have a user"),
        ({"api_url": "https://me:pass@api.minut.com"}, "must not have a user"),
        ({"api_url": "https://:@api.minut.com"}, "must not have a user"),
        ({"api_url": "https://api.minut.com/v8?x=1"}, "must not have a user, a query"),
        ({"api_url": "https://api.minut.com/v8#x"}, "must not have a user, a query or a fragment"),
    ],
)
async def test_wrong_section_is_refused_by_a_sentence_that_names_the_key(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture, section: Any, sentence: str
) -> None:
    assert not await start(hass, section)
    assert sentence in caplog.text
    if "api_url" in section:
        assert "point->api_url" in caplog.text
    if isinstance(section, dict):
        assert "5ecre7" not in caplog.text
        assert "5318008" not in caplog.text


async def test_yaml_is_no_longer_called_unsupported(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    """Predecessor's defect 68: "does not support YAML setup, please remove it"."""
    assert await start(hass, CLIENT)
    assert "does not support YAML" not in caplog.text
    assert not ir.async_get(hass).issues


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://127.0.0.1", True),
        ("http://[::1]", True),
        ("http://localhost", True),
        ("http://10.0.0.1", False),
        ("http://example.org", False),
        ("/relative", False),
    ],
)
def test_loopback_is_this_machine_itself(address: str, *, expected: bool) -> None:
    assert is_loopback(URL(address)) is expected


# The card under Discovered.


async def test_client_in_yaml_brings_a_card(hass: HomeAssistant) -> None:
    await start(hass, CLIENT)
    assert len(cards(hass)) == 1


async def test_without_a_client_there_is_no_card(hass: HomeAssistant) -> None:
    await start(hass, {"api_url": "https://api.example.org"})
    assert cards(hass) == []


@pytest.mark.parametrize("disabled", [ConfigEntryDisabler.USER, None])
async def test_with_an_entry_there_is_no_card(
    hass: HomeAssistant, disabled: ConfigEntryDisabler | None
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, unique_id="a", disabled_by=disabled)
    entry.add_to_hass(hass)
    await start(hass, CLIENT)
    sources = {
        flow["context"]["source"]
        for flow in hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    }
    assert "integration_discovery" not in sources


async def test_ignored_card_stays_away(hass: HomeAssistant) -> None:
    await start(hass, CLIENT)
    [card] = cards(hass)
    unique_id = hass.config_entries.flow.async_get(card)["context"]["unique_id"]
    data = {"unique_id": unique_id, "title": "Minut Point"}
    await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_IGNORE}, data=data)
    assert cards(hass) == []

    # As at the next start:
    async_show_discovery(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert cards(hass) == []


# The client itself.


async def test_client_in_yaml_can_be_signed_in_with(hass: HomeAssistant) -> None:
    await start(hass, CLIENT)
    found = await implementations(hass)
    assert list(found) == [SLUG]
    assert found[SLUG].client_id == CLIENT["client_id"]
    assert found[SLUG].client_secret == CLIENT["client_secret"]
    assert found[SLUG].name == "configuration.yaml (d1c5b3a2f4e60789)"


def stored(auth_domain: str | None = None, **changes: str) -> dict[str, Any]:
    """Return the storage of a Home Assistant that knows a client already."""
    item = {"id": SLUG, "domain": DOMAIN, **CLIENT, **changes}
    if auth_domain:
        item["auth_domain"] = auth_domain
    return {"version": 1, "key": "application_credentials", "data": {"items": [item]}}


@pytest.mark.parametrize("auth_domain", [None, DOMAIN, SLUG])
async def test_changed_secret_in_yaml_replaces_the_stored_one(
    hass: HomeAssistant, hass_storage: dict[str, Any], auth_domain: str | None
) -> None:
    """A stored client cannot be updated; core itself goes on with the old secret for ever."""
    hass_storage["application_credentials"] = stored(auth_domain, client_secret="outdated")
    await start(hass, CLIENT)
    found = await implementations(hass)
    assert list(found) == [auth_domain or SLUG]  # what entries refer to stays
    assert found[auth_domain or SLUG].client_secret == CLIENT["client_secret"]


async def test_entry_keeps_its_client_when_yaml_is_taken_away(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    hass_storage["application_credentials"] = stored(SLUG)
    await start(hass, {})
    found = await implementations(hass)
    assert found[SLUG].client_secret == CLIENT["client_secret"]
    assert cards(hass) == []


async def test_former_client_stays_beside_a_new_one(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    hass_storage["application_credentials"] = stored(SLUG)
    await start(hass, {"client_id": "feedfeedfeedfeed", "client_secret": "other"})
    found = await implementations(hass)
    assert {key: each.client_secret for key, each in found.items()} == {
        SLUG: CLIENT["client_secret"],
        "point_feedfeedfeedfeed": "other",
    }
