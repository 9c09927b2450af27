"""Migration of config entries of Home Assistant's own `point`, with a notice about differences.

Such an entry is recognized by its minor version. Core writes 1 and reads any version, so it can
still load the entries afterwards.
"""

from collections.abc import Iterator
import logging
from typing import Final

from homeassistant.components.application_credentials import ClientCredential
from homeassistant.components.automation import automations_with_device, automations_with_entity
from homeassistant.components.script import scripts_with_device, scripts_with_entity
from homeassistant.config_entries import ConfigEntry
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
    CONF_ENTITIES,
    CONF_EXCLUDED_HOMES,
    DOCUMENTATION,
    DOMAIN,
    MINOR_VERSION,
    OPTIONS,
    EntityChoice,
)
from .errors import reason_text
from .issues import as_text
from .minut.client import MinutClient
from .minut.exceptions import MinutError, MinutUnauthorizedError

_LOGGER = logging.getLogger(__name__)

CONF_REFRESH_ARGS: Final = "refresh_args"
"""The API client, in entries from before Home Assistant 2024.10."""

UPGRADE_URL: Final = f"{DOCUMENTATION}/upgrade.md"
UNCHANGED_KEYS: Final = frozenset({"temperature", "humidity", "sound_pressure"})
"""Entities of core that behave as before."""
MAX_LISTED: Final = 30


async def async_migrate(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Complete an entry of core and create the notice about the differences."""
    data = dict(entry.data)
    if CONF_AUTH_IMPLEMENTATION not in data:
        match data.get(CONF_REFRESH_ARGS):
            case {"client_id": str(client_id), "client_secret": str(client_secret)}:
                client = ClientCredential(client_id, client_secret)
                data[CONF_AUTH_IMPLEMENTATION] = await async_store_client(hass, client)
    hass.config_entries.async_update_entry(entry, data=data, minor_version=MINOR_VERSION)
    _create_issue(hass, entry, automations="")


@callback
def async_drop_invalid_options(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Drop stored options of the wrong shape, so that their defaults apply."""
    options = dict(entry.options)
    for key in OPTIONS:
        if not isinstance(options.get(key, True), bool):
            del options[key]
    if options.get(CONF_ENTITIES, EntityChoice.USUAL) not in list(EntityChoice):
        del options[CONF_ENTITIES]
    match options.get(CONF_EXCLUDED_HOMES, []):
        case [*homes]:
            if not all(isinstance(home, str) for home in homes):
                options[CONF_EXCLUDED_HOMES] = [home for home in homes if isinstance(home, str)]
        case _:
            del options[CONF_EXCLUDED_HOMES]
    if options != entry.options:
        _LOGGER.warning("Options of the account that could not be read have been reset")
        hass.config_entries.async_update_entry(entry, options=options)


async def async_set_unique_id(hass: HomeAssistant, entry: ConfigEntry, client: MinutClient) -> None:
    """Set the unique id of an entry from before Home Assistant 2024.10.

    Raises ConfigEntryNotReady, ConfigEntryAuthFailed, or ConfigEntryError if another entry has the
    same account.
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
            translation_placeholders={"reason": reason_text(hass, error)},
        ) from error
    if hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, user.id):
        raise ConfigEntryError(translation_domain=DOMAIN, translation_key="account_twice")
    hass.config_entries.async_update_entry(entry, unique_id=user.id)


@callback
def async_start(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Update the notice's list of automations at each start, until the user confirms it."""

    @callback
    def update(hass: HomeAssistant) -> None:
        if ir.async_get(hass).async_get_issue(DOMAIN, _issue_id(entry)):
            _create_issue(hass, entry, automations="\n".join(_automations(hass, entry)))

    entry.async_on_unload(async_at_started(hass, update))


@callback
def async_forget(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the notice of an entry that is removed."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(entry))


def _issue_id(entry: ConfigEntry) -> str:
    return f"differs_from_core_{entry.entry_id}"


def _create_issue(hass: HomeAssistant, entry: ConfigEntry, *, automations: str) -> None:
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
    """Yield a Markdown line for each automation or script that uses what behaves differently.

    Those that use only the device of a Point are listed without an entity.
    """
    used: dict[str, set[str]] = {}
    unchanged: set[str] = set()
    devices: set[str] = set()
    for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        users = [
            *automations_with_entity(hass, entity.entity_id),
            *scripts_with_entity(hass, entity.entity_id),
        ]
        if entity.device_id:
            devices.add(entity.device_id)
        if entity.unique_id.rpartition("-")[2] in UNCHANGED_KEYS:
            unchanged.update(users)
            continue
        for user in users:
            used.setdefault(user, set()).add(f"`{entity.entity_id}`")
    for device_id in devices:
        for user in (
            *automations_with_device(hass, device_id),
            *scripts_with_device(hass, device_id),
        ):
            if user not in unchanged:
                used.setdefault(user, set())
    lines = sorted(
        f"* {as_text(_name(hass, user))}{': ' if entities else ''}{', '.join(sorted(entities))}"
        for user, entities in used.items()
    )
    yield from lines[:MAX_LISTED]
    if len(lines) > MAX_LISTED:
        yield f"* … (+{len(lines) - MAX_LISTED})"


def _name(hass: HomeAssistant, entity_id: str) -> str:
    state = hass.states.get(entity_id)
    return state.name if state else entity_id
