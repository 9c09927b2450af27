"""The Minut account that a sign-in belongs to."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_ACCESS_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ..const import DOMAIN
from ..minut.client import MinutClient
from ..minut.exceptions import (
    MinutError,
    MinutForbiddenError,
    MinutRejectedError,
    MinutUnauthorizedError,
    MinutUnreachableError,
    is_retired,
)
from ..minut.models import User
from .token_endpoint import claims
from .yaml import api_root


def client_with(hass: HomeAssistant, token: dict[str, Any]) -> MinutClient:
    """Return a client that uses a new token, without renewing it."""
    access_token: str = token[CONF_ACCESS_TOKEN]

    async def valid() -> str:
        return access_token

    return MinutClient(async_get_clientsession(hass), valid, root=api_root(hass))


async def async_owns_entry(
    hass: HomeAssistant, entry: ConfigEntry, user: User, client: MinutClient
) -> bool:
    """Return whether an entry belongs to this account. Raises MinutError.

    An entry from before Home Assistant 2024.10 has no unique id: it belongs to the account if that
    has at least one of the entry's homes or Points.
    """
    if entry.unique_id is not None:
        return entry.unique_id == user.id
    known = {
        identifier
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        for domain, identifier in device.identifiers
        if domain == DOMAIN
    }
    if not known:
        return True
    owned = {home.id for home in (await client.homes()).items}
    owned |= {device.id for device in (await client.devices()).items}
    return not known.isdisjoint(owned)


async def async_identify(client: MinutClient, token: Mapping[str, Any]) -> User:
    """Return the account that a new token belongs to. Raises MinutError.

    If Minut refuses to describe the account, the token names it: as `user_id` or as the claim
    `userId` (API notes 2.3). Then at least its homes or its Points must be readable.
    """
    try:
        return await client.me()
    except (MinutForbiddenError, MinutRejectedError) as error:
        is_refused = isinstance(error, MinutForbiddenError) or error.status == 404
        if not is_refused or (user := _user_named_in(token)) is None:
            raise
    try:
        await client.homes()
    except MinutForbiddenError:
        await client.devices()
    return user


def _user_named_in(token: Mapping[str, Any]) -> User | None:
    user_id = token.get("user_id") or claims(token[CONF_ACCESS_TOKEN]).get("userId")
    try:
        return User.from_json({"user_id": user_id})
    except ValueError:
        return None


def abort_reason(error: MinutError) -> str:
    """Return the flow's abort reason for a failed request for the account."""
    match error:
        case MinutForbiddenError():
            return "no_api_access"
        case MinutUnauthorizedError():
            return "oauth_unauthorized"
        case MinutUnreachableError():
            return "cannot_connect"
        case _ if is_retired(error):
            return "api_retired"
        case _:
            return "unexpected_answer"
