"""The access tokens of a config entry."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
import time
from typing import Any, Final

from aiohttp import ClientError
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_ACCESS_TOKEN, CONF_TOKEN
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import (
    ImplementationUnavailableError,
    OAuth2TokenRequestReauthError,
    OAuth2TokenRequestTransientError,
    UnknownImplementationError,
)
from homeassistant.helpers.config_entry_oauth2_flow import async_get_config_entry_implementation
from homeassistant.util.hass_dict import HassKey

from ..const import CONF_AUTH_IMPLEMENTATION, DOMAIN
from ..minut.connection import DEFAULT_PAUSE, retry_after
from ..minut.exceptions import MinutRateLimitedError, MinutUnauthorizedError, MinutUnreachableError
from .implementation import is_client_credentials

LEEWAY: Final = 20
"""Seconds before its expiry from which a token counts as expired, as in Home Assistant."""

type Token = dict[str, Any]
"""A token as Home Assistant stores it on an entry."""


class EntryTokens:
    """Provides the access tokens of an entry, from its first set-up to its removal.

    Renewals run one at a time: a refresh token may be valid only once. A renewed token is stored
    on the entry. During the removal, when there is no entry to store it on, it is kept here.

    `valid` and `renew` raise MinutUnauthorizedError if the user has to sign in again, otherwise
    MinutUnreachableError.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._renewal: asyncio.Task[Token] | None = None
        self._refused: str | None = None
        """The access token that Minut refused before its expiry."""
        self._unstored: Token | None = None

    @property
    def is_complete(self) -> bool:
        """Return whether the entry stores a sign-in of the expected shape.

        Entries from before Home Assistant 2024.10 do not name their API client.
        """
        try:
            return bool(self._token and self._client)
        except MinutUnauthorizedError:
            return False

    async def valid(self) -> str:
        """Return a valid access token; renew it first if necessary."""
        with _minut_errors():
            token = self._token
            if not self._is_valid(token):
                token = await self._async_renewed()
            access_token: str = token[CONF_ACCESS_TOKEN]
            return access_token

    async def renew(self, refused: str) -> str:
        """Replace an access token that Minut refused, unless that has happened already."""
        with _minut_errors():
            if self._token[CONF_ACCESS_TOKEN] == refused:
                self._refused = refused
        return await self.valid()

    @property
    def _token(self) -> Token:
        token: Token = self._unstored or self._entry.data.get(CONF_TOKEN, {})
        match token:
            case {"access_token": str(), "expires_at": int() | float()}:
                return token
            case _:
                raise MinutUnauthorizedError("the stored login is incomplete")

    @property
    def _client(self) -> str:
        match self._entry.data.get(CONF_AUTH_IMPLEMENTATION):
            case str(client):
                return client
            case _:
                raise MinutUnauthorizedError("the stored login names no client")

    def _is_valid(self, token: Token) -> bool:
        is_expired: bool = token["expires_at"] <= time.time() + LEEWAY
        return not is_expired and token[CONF_ACCESS_TOKEN] != self._refused

    @property
    def _has_entry(self) -> bool:
        return self._hass.config_entries.async_get_entry(self._entry.entry_id) is not None

    async def _async_renewed(self) -> Token:
        """Join the renewal in progress, or start one. It goes on if the caller is cancelled."""
        if (renewal := self._renewal) is None:
            renewal = self._hass.async_create_task(self._async_renew())
            self._renewal = renewal
            renewal.add_done_callback(self._end_renewal)
        await asyncio.wait([renewal])
        return renewal.result()

    async def _async_renew(self) -> Token:
        stored = self._token
        is_renewable = is_client_credentials(stored) or isinstance(stored.get("refresh_token"), str)
        if not (is_renewable and self._client):
            raise MinutUnauthorizedError("the stored login has no refresh token")
        implementation = await async_get_config_entry_implementation(self._hass, self._entry)
        try:
            token: Token = await implementation.async_refresh_token(stored)
        except OAuth2TokenRequestReauthError:
            if self._has_entry:
                self._entry.async_start_reauth_if_available(self._hass)
            raise
        if self._has_entry:
            data = {**self._entry.data, CONF_TOKEN: token}
            self._hass.config_entries.async_update_entry(self._entry, data=data)
        else:
            self._unstored = token
        return token

    def _end_renewal(self, renewal: asyncio.Task[Token]) -> None:
        self._renewal = None
        if not renewal.cancelled():
            renewal.exception()  # retrieve it: all callers may have been cancelled


_TOKENS: Final[HassKey[dict[str, EntryTokens]]] = HassKey(f"{DOMAIN}_tokens")
"""By entry id, across reloads: a renewal may still be in progress."""


@callback
def async_get_tokens(hass: HomeAssistant, entry: ConfigEntry) -> EntryTokens:
    """Return the tokens of an entry."""
    return hass.data.setdefault(_TOKENS, {}).setdefault(entry.entry_id, EntryTokens(hass, entry))


@callback
def async_forget_tokens(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget the tokens of an entry that has been removed."""
    hass.data.get(_TOKENS, {}).pop(entry.entry_id, None)


@contextmanager
def _minut_errors() -> Iterator[None]:
    """Raise failures of Home Assistant's OAuth as MinutError."""
    try:
        yield
    except (OAuth2TokenRequestReauthError, UnknownImplementationError) as error:
        raise MinutUnauthorizedError("the access token is not renewed") from error
    except OAuth2TokenRequestTransientError as error:
        pause = retry_after(error.headers or {})
        if error.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise MinutRateLimitedError(
                "too many requests", retry_after=pause or DEFAULT_PAUSE
            ) from error
        raise MinutUnreachableError(
            "no new access token", retry_after=pause, reason="no_token"
        ) from error
    except (ClientError, TimeoutError, ImplementationUnavailableError) as error:
        raise MinutUnreachableError("no new access token", reason="no_token") from error
