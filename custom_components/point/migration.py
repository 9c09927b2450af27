"""Accounts that Home Assistant's own `point` has set up: taken over, and what differs is told.

Such an entry is known by its minor version. Core writes 1 and reads any: it can have them back.
"""

from collections.abc import Iterator
import logging
from typing import Final

from homeassistant.components.application_credentials import ClientCredential
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryError,
    ConfigEntryNotReady,
)
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.start import async_at_started

from .auth.implementation import async_store_client
from .const import (
    CONF_AUTH_IMPLEMENTATION,
    CONF_EXCLUDED_HOMES,
    DOCUMENTATION,
    DOMAIN,
    EVENT_RECEIVED,
    MINOR_VERSION,
    OPTIONS,
)
from .issues import as_text
from .mentions import async_mentions
from .minut.client import MinutClient
from .minut.exceptions import MinutError, MinutUnauthorizedError

_LOGGER = logging.getLogger(__name__)

CONF_REFRESH_ARGS: Final = "refresh_args"
"""The API client, in entries from before Home Assistant 2024.10."""

UPGRADE_URL: Final = f"{DOCUMENTATION}/upgrade.md"
SAME_AS_BEFORE: Final = frozenset({"temperature", "humidity", "sound_pressure"})
FORMER_ATTRIBUTES: Final = frozenset(
    {"active", "battery_level", "last_heard_from", "last_update", "offline"}
)
WAYS_TO_ATTRIBUTES: Final = frozenset({"attribute", "attributes", "state_attr", "is_state_attr"})
MOST_LISTED: Final = 30


async def async_migrate(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Complete an entry of core's, and prepare the message about what differs."""
    data = dict(entry.data)
    if CONF_AUTH_IMPLEMENTATION not in data:
        match data.get(CONF_REFRESH_ARGS):
            case {"client_id": str(client_id), "client_secret": str(client_secret)}:
                client = ClientCredential(client_id, client_secret)
                data[CONF_AUTH_IMPLEMENTATION] = await async_store_client(hass, client)
    hass.config_entries.async_update_entry(entry, data=data, minor_version=MINOR_VERSION)
    _tell(hass, entry, automations="")


@callback
def async_drop_odd_options(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Drop stored options of the wrong shape, so that their defaults apply."""
    options = dict(entry.options)
    for key in OPTIONS:
        if not isinstance(options.get(key, True), bool):
            del options[key]
    match options.get(CONF_EXCLUDED_HOMES, []):
        case [*homes]:
            if not all(isinstance(home, str) for home in homes):
                options[CONF_EXCLUDED_HOMES] = [home for home in homes if isinstance(home, str)]
        case _:
            del options[CONF_EXCLUDED_HOMES]
    if options != entry.options:
        _LOGGER.warning("Options of the account that could not be read have been reset")
        hass.config_entries.async_update_entry(entry, options=options)


async def async_identify(hass: HomeAssistant, entry: ConfigEntry, client: MinutClient) -> None:
    """Give an entry from before Home Assistant 2024.10 the id of its account.

    Raises ConfigEntryNotReady, ConfigEntryAuthFailed, or ConfigEntryError when another entry has
    that account.
    """
    if entry.unique_id is not None:
        return
    try:
        user = await client.me()
    except MinutUnauthorizedError as error:
        raise ConfigEntryAuthFailed(
            translation_domain=DOMAIN, translation_key="unauthorized"
        ) from error
    except MinutError as error:
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key="cloud_unreachable",
            translation_placeholders={"reason": str(error)},
        ) from error
    if hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, user.id):
        raise ConfigEntryError(translation_domain=DOMAIN, translation_key="account_twice")
    hass.config_entries.async_update_entry(entry, unique_id=user.id)


@callback
def async_start(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Keep the message's list of automations up to date until somebody has read it."""

    @callback
    def update(hass: HomeAssistant) -> None:
        if ir.async_get(hass).async_get_issue(DOMAIN, _issue_id(entry)):
            _tell(hass, entry, automations="\n".join(_automations(hass, entry)))

    entry.async_on_unload(async_at_started(hass, update))


@callback
def async_forget(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take the message back: the entry is removed."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(entry))


def _issue_id(entry: ConfigEntry) -> str:
    return f"differs_from_core_{entry.entry_id}"


def _tell(hass: HomeAssistant, entry: ConfigEntry, *, automations: str) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(entry),
        is_fixable=True,
        is_persistent=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key="differs_from_core",
        translation_placeholders={
            "account": as_text(entry.title),
            "automations": automations or "—",
        },
        learn_more_url=UPGRADE_URL,
    )


def _automations(hass: HomeAssistant, entry: ConfigEntry) -> Iterator[str]:
    """Yield a line for each automation or script that uses what behaves differently."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    by_word = {word: each for each in entities for word in (each.entity_id, each.id)}
    devices = {each.device_id for each in entities}
    lines: list[str] = []
    for name, words in async_mentions(hass):
        named = [by_word[word] for word in words if word in by_word]
        used = {f"`{each.entity_id}`" for each in named if _differs(each, words)}
        if words >= {EVENT_RECEIVED, CONF_WEBHOOK_ID}:
            used.add(f"`{EVENT_RECEIVED}`")
        # A device that is named along with an entity of it stands for that entity.
        named_by_entity = {each.device_id for each in named}
        if used or not words.isdisjoint(devices - named_by_entity):
            lines.append(f"* {as_text(name)}{': ' if used else ''}{', '.join(sorted(used))}")
    yield from sorted(lines)[:MOST_LISTED]
    if len(lines) > MOST_LISTED:
        yield f"* … (+{len(lines) - MOST_LISTED})"


def _differs(entity: er.RegistryEntry, words: frozenset[str]) -> bool:
    """Tell whether an entity differs from core's in what an automation uses of it."""
    if entity.unique_id.rpartition("-")[2] not in SAME_AS_BEFORE:
        return True
    return not (words.isdisjoint(WAYS_TO_ATTRIBUTES) or words.isdisjoint(FORMER_ATTRIBUTES))
