"""Requests to Minut's token endpoint (API notes 2.3)."""

import asyncio
from http import HTTPStatus
import json
import re
from typing import Any, Final

from aiohttp import ClientError, ClientResponse
from homeassistant.const import CONF_ACCESS_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    OAuth2TokenRequestConnectionError,
    OAuth2TokenRequestError,
    OAuth2TokenRequestReauthError,
    OAuth2TokenRequestTransientError,
)
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ..minut.connection import read_body
from ..minut.exceptions import MinutError
from ..minut.parsing import mapping, text

TOKEN_TIMEOUT: Final = 20
"""Timeout of a request in seconds. Home Assistant itself has none."""
ACCESS_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
"""What a header can carry (RFC 6750)."""
TOKEN_TEXTS: Final = (CONF_ACCESS_TOKEN, "refresh_token", "token_type", "scope", "user_id")
MAX_TOKEN: Final = 16 * 1024
"""Maximum length of a text in characters."""
MAX_LIFETIME: Final = 366 * 86_400
"""Maximum lifetime of a token in seconds."""
LOGIN_REFUSED: Final = {400, 401, 403}
"""Statuses with which Minut refuses the login itself (API notes 1)."""


async def async_request_token(
    hass: HomeAssistant, url: str, data: dict[str, Any], *, domain: str
) -> dict[str, Any]:
    """Request a token, without following redirects: they would send the secrets elsewhere.

    Home Assistant's own request follows redirects, reads answers of any size, and logs their
    text. Raises the same errors: OAuth2TokenRequestError and OAuth2TokenRequestConnectionError.
    """
    session = async_get_clientsession(hass)
    try:
        async with (
            asyncio.timeout(TOKEN_TIMEOUT),
            session.post(url, data=data, allow_redirects=False) as response,
        ):
            content = await read_body(response)
            _raise_for_status(response, domain)
    except OAuth2TokenRequestError:
        raise
    except (ClientError, MinutError) as error:
        raise OAuth2TokenRequestConnectionError(domain=domain) from error
    if (token := _token_in(content)) is None:
        raise OAuth2TokenRequestConnectionError(domain=domain)
    return token


def _raise_for_status(response: ClientResponse, domain: str) -> None:
    status = response.status
    if 200 <= status < 300:
        return
    kind: type[OAuth2TokenRequestError]
    if status in LOGIN_REFUSED:
        kind = OAuth2TokenRequestReauthError
    elif status == HTTPStatus.TOO_MANY_REQUESTS or status >= 500:
        kind = OAuth2TokenRequestTransientError
    else:
        raise OAuth2TokenRequestConnectionError(domain=domain)
    raise kind(
        request_info=response.request_info, status=status, headers=response.headers, domain=domain
    )


def _token_in(content: bytes) -> dict[str, Any] | None:
    """Return the members of a token that can be stored; None if it is not a token.

    Home Assistant adds `expires_in` to the clock, and stores all entries in one file.
    """
    try:
        answer = mapping(json.loads(content))
        match answer.get("expires_in"):
            case int() | float() | str() as seconds:
                expires_in = int(float(seconds))
            case _:
                return None
    except ValueError, OverflowError, RecursionError:
        return None
    texts = {key: value for key in TOKEN_TEXTS if isinstance(value := answer.get(key), str)}
    found = {key: kept for key, value in texts.items() if (kept := text(value, most=MAX_TOKEN))}
    if not ACCESS_TOKEN.fullmatch(found.get(CONF_ACCESS_TOKEN, "")):
        return None
    return {**found, "expires_in": min(max(0, expires_in), MAX_LIFETIME)}
