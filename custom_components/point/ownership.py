"""Whose account a login is, as Minut tells it."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_ACCESS_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from .auth.yaml import api_root
from .const import DOMAIN
from .minut.client import MinutClient
from .minut.exceptions import (
    MinutError,
    MinutForbiddenError,
    MinutUnauthorizedError,
    MinutUnreachableError,
)
from .minut.models import User


def client_of(hass: HomeAssistant, token: dict[str, Any]) -> MinutClient:
    """Return a client that uses a fresh token as it is."""
    access_token: str = token[CONF_ACCESS_TOKEN]

    async def fresh_token() -> str:
        return access_token

    return MinutClient(async_get_clientsession(hass), fresh_token, root=api_root(hass))


async def async_is_of(
    hass: HomeAssistant, entry: ConfigEntry, user: User, client: MinutClient
) -> bool:
    """Tell whether an entry is of this account.

    An old entry without unique id is known by what it has shown: the account has some of it.
    """
    if entry.unique_id is not None:
        return entry.unique_id == user.id
    registry = dr.async_get(hass)
    known = {
        identifier
        for device in dr.async_entries_for_config_entry(registry, entry.entry_id)
        for domain, identifier in device.identifiers
        if domain == DOMAIN
    }
    if not known:
        return True
    owned = {home.id for home in (await client.homes()).items}
    owned |= {device.id for device in (await client.devices()).items}
    return not known.isdisjoint(owned)


def reason(error: MinutError) -> str:
    """Return the key of the text that tells a person why Minut did not say whose it is."""
    match error:
        case MinutForbiddenError():
            return "no_api_access"
        case MinutUnauthorizedError():
            return "oauth_unauthorized"
        case MinutUnreachableError():
            return "cannot_connect"
        case _:
            return "unexpected_answer"
