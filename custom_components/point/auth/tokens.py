"""The access tokens of an entry: renewed one at a time, and used up to its removal."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
import time
from typing import Any

from aiohttp import ClientError
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_ACCESS_TOKEN, CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    ImplementationUnavailableError,
    OAuth2TokenRequestReauthError,
    OAuth2TokenRequestTransientError,
    UnknownImplementationError,
)
from homeassistant.helpers.config_entry_oauth2_flow import (
    AbstractOAuth2Implementation,
    OAuth2Session,
    async_get_config_entry_implementation,
)
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..minut.connection import DEFAULT_PAUSE, retry_after
from ..minut.exceptions import MinutRateLimitedError, MinutUnauthorizedError, MinutUnreachableError

LEEWAY = 20
"""Seconds before its end at which a token counts as expired, as in Home Assistant."""

type Token = dict[str, Any]
"""What Minut has granted, as Home Assistant stores it."""

_RENEWALS: HassKey[dict[str, asyncio.Task[Token]]] = HassKey(f"{DOMAIN}_renewals")
"""What is under way, by entry id. Refresh tokens may be good only once: a reload or the removal of
the entry must not use one that somebody else has sent already."""


@contextmanager
def _as_minut_errors() -> Iterator[None]:
    try:
        yield
    except (OAuth2TokenRequestReauthError, UnknownImplementationError) as error:
        raise MinutUnauthorizedError("Minut does not renew the access token") from error
    except KeyError as error:  # entries made before Home Assistant 2024.10
        raise MinutUnauthorizedError("there is no complete sign-in at Minut") from error
    except OAuth2TokenRequestTransientError as error:
        pause = retry_after(error.headers or {})
        if error.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise MinutRateLimitedError(
                "Minut asks for fewer requests", retry_after=pause or DEFAULT_PAUSE
            ) from error
        raise MinutUnreachableError("no new access token from Minut", retry_after=pause) from error
    except (ClientError, TimeoutError, ImplementationUnavailableError) as error:
        raise MinutUnreachableError("no new access token from Minut") from error


async def _renew(
    hass: HomeAssistant, entry: ConfigEntry, signer: AbstractOAuth2Implementation
) -> Token:
    """Get a new token and store it, as Home Assistant's session does: of an entry that is there."""
    try:
        token: Token = await signer.async_refresh_token(entry.data[CONF_TOKEN])
    except OAuth2TokenRequestReauthError:
        if hass.config_entries.async_get_entry(entry.entry_id):
            entry.async_start_reauth_if_available(hass)
        raise
    if hass.config_entries.async_get_entry(entry.entry_id):
        data = {**entry.data, CONF_TOKEN: token}
        hass.config_entries.async_update_entry(entry, data=data)
    return token


def _renewal(session: OAuth2Session) -> asyncio.Task[Token]:
    """Return the renewal that is under way, or begin one."""
    entry = session.config_entry
    under_way = session.hass.data.setdefault(_RENEWALS, {})
    if (renewal := under_way.get(entry.entry_id)) is not None:
        return renewal

    def end(renewal: asyncio.Task[Token]) -> None:
        del under_way[entry.entry_id]
        if not renewal.cancelled():
            renewal.exception()  # those who asked may all be gone: it is nobody's then

    renewal = session.hass.async_create_task(_renew(session.hass, entry, session.implementation))
    under_way[entry.entry_id] = renewal
    renewal.add_done_callback(end)
    return renewal


async def _outcome(renewal: asyncio.Task[Token]) -> Token:
    """Wait for a renewal, which goes on when the one who waits is stopped."""
    await asyncio.wait([renewal])
    return renewal.result()


def access_token(session: OAuth2Session) -> Callable[[], Awaitable[str]]:
    """Return what yields a valid access token of a loaded entry.

    It raises MinutUnauthorizedError (the user has then been asked to sign in again) or
    MinutUnreachableError.
    """

    async def token() -> str:
        with _as_minut_errors():
            granted = session.token if session.valid_token else await _outcome(_renewal(session))
            valid: str = granted[CONF_ACCESS_TOKEN]
            return valid

    return token


def renewed_token(session: OAuth2Session) -> Callable[[str], Awaitable[str]]:
    """Return what replaces an access token of a loaded entry that ended before its time.

    Those that were refused while it was already replaced get the new one too. Raises as
    `access_token` does.
    """
    token = access_token(session)

    async def renew(refused: str) -> str:
        entry = session.config_entry
        stored = entry.data[CONF_TOKEN]
        if stored[CONF_ACCESS_TOKEN] == refused:
            data = {**entry.data, CONF_TOKEN: {**stored, "expires_at": 0}}
            session.hass.config_entries.async_update_entry(entry, data=data)
        return await token()

    return renew


class LastTokens:
    """The access tokens of an entry that is being removed: nothing is stored on it.

    Both methods raise MinutUnauthorizedError or MinutUnreachableError.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        # One whose answer comes after the entry is gone has nowhere else to be found.
        self._renewal = hass.data.get(_RENEWALS, {}).get(entry.entry_id)
        self._token: Token | None = None

    async def valid(self) -> str:
        """Return a valid access token."""
        with _as_minut_errors():
            if self._token is None:
                self._token = await self._first()
            if self._token["expires_at"] <= time.time() + LEEWAY:
                self._token = await self._renewed(self._token)
            valid: str = self._token[CONF_ACCESS_TOKEN]
            return valid

    async def renew(self, _refused: str) -> str:
        """Replace one that ended before its time."""
        self._token = {**(self._token or {}), "expires_at": 0}
        return await self.valid()

    async def _first(self) -> Token:
        if self._renewal is not None:
            return await _outcome(self._renewal)
        stored: Token = self._entry.data[CONF_TOKEN]
        return stored

    async def _renewed(self, token: Token) -> Token:
        signer = await async_get_config_entry_implementation(self._hass, self._entry)
        return await signer.async_refresh_token(token)
