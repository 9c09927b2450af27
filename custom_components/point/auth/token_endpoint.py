"""Requests to Minut's token endpoint (API notes 2.3)."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping, Sequence
from enum import StrEnum
from http import HTTPStatus
import json
import re
import time
from typing import Any, Final
from urllib.parse import quote_plus

from aiohttp import ClientError, ClientResponse
from homeassistant.const import CONF_ACCESS_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    OAuth2TokenRequestConnectionError,
    OAuth2TokenRequestReauthError,
    OAuth2TokenRequestTransientError,
)
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import jwt

from ..minut.connection import read_body
from ..minut.exceptions import MinutError
from ..minut.parsing import JsonObject, mapping, number, text

TOKEN_TIMEOUT: Final = 20
"""Timeout of a request in seconds. Home Assistant itself has none."""
ACCESS_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
"""What a header can carry (RFC 6750)."""
TOKEN_TEXTS: Final = (CONF_ACCESS_TOKEN, "refresh_token", "token_type", "scope", "user_id")
MAX_TOKEN: Final = 16 * 1024
"""Maximum length of a text in characters."""
DEFAULT_LIFETIME: Final = 3600
"""Lifetime of a token in seconds if Minut does not say (API notes 2.3)."""
MAX_LIFETIME: Final = 366 * 86_400
"""Maximum lifetime of a token in seconds."""
LOGIN_REFUSED: Final = ("invalid_client", "invalid_grant", "unauthorized_client")
"""OAuth errors that only the user can resolve (RFC 6749, 5.2)."""


class RequestFormat(StrEnum):
    """How the client and the parameters are sent, in the order in which that is tried.

    The first is used by most clients, the second is documented for client credentials, the third
    is Minut's own sample of 2022.
    """

    FORM = "form"
    BASIC = "basic"
    JSON = "json"


async def async_request_token(
    hass: HomeAssistant,
    url: str,
    parameters: Mapping[str, str],
    *,
    client: tuple[str, str],
    formats: Sequence[RequestFormat],
    domain: str,
) -> tuple[dict[str, Any], RequestFormat]:
    """Return a token and the format that Minut accepted.

    `client` is its id and secret. Redirects are not followed: they would send the secrets
    elsewhere. Home Assistant's own request follows them, reads answers of any size, and logs
    their text.

    Raises OAuth2TokenRequestReauthError if Minut refuses the login in each format. An error page
    of a proxy or a firewall is no such refusal: OAuth2TokenRequestConnectionError, like every
    answer that is not a token. OAuth2TokenRequestTransientError for 429 and 5xx; TimeoutError.
    """
    errors: list[OAuth2TokenRequestReauthError | OAuth2TokenRequestConnectionError] = []
    for request_format in formats:
        try:
            response, content = await _async_post(hass, url, parameters, client, request_format)
        except (ClientError, MinutError) as error:
            raise OAuth2TokenRequestConnectionError(domain=domain) from error
        answer = _json_object(content)
        if response.ok and (token := _token_in(answer)) is not None:
            return token, request_format
        failure = _error(response, answer, domain)
        if isinstance(failure, OAuth2TokenRequestTransientError):
            raise failure
        errors.append(failure)
        if not 400 <= response.status < 500:
            break
    refusals = (each for each in errors if isinstance(each, OAuth2TokenRequestReauthError))
    raise next(refusals, errors[0])


def claims(access_token: str) -> JsonObject:
    """Return the claims of an access token; empty if it is not a JWT (API notes 2.3).

    Its signature is not verified: it comes from Minut's token endpoint.
    """
    try:
        return mapping(jwt.decode(access_token, options={"verify_signature": False}))
    except jwt.InvalidTokenError, ValueError, RecursionError:
        return {}


async def _async_post(
    hass: HomeAssistant,
    url: str,
    parameters: Mapping[str, str],
    client: tuple[str, str],
    request_format: RequestFormat,
) -> tuple[ClientResponse, bytes]:
    client_id, secret = client
    in_body = {**parameters, "client_id": client_id, "client_secret": secret}
    body: dict[str, Any]
    match request_format:
        case RequestFormat.FORM:
            body = {"data": in_body}
        case RequestFormat.BASIC:
            pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"  # RFC 6749, 2.3.1
            headers = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
            body = {"data": {**parameters, "response_type": "token"}, "headers": headers}
        case RequestFormat.JSON:
            body = {"json": {**in_body, "response_type": "token"}}
    session = async_get_clientsession(hass)
    async with (
        asyncio.timeout(TOKEN_TIMEOUT),
        session.post(url, allow_redirects=False, **body) as response,
    ):
        return response, await read_body(response)


def _error(
    response: ClientResponse, answer: JsonObject, domain: str
) -> (
    OAuth2TokenRequestReauthError
    | OAuth2TokenRequestTransientError
    | OAuth2TokenRequestConnectionError
):
    status = response.status
    is_transient = status == HTTPStatus.TOO_MANY_REQUESTS or status >= 500
    is_refused = status == HTTPStatus.UNAUTHORIZED or answer.get("error") in LOGIN_REFUSED
    if not is_transient and not is_refused:
        return OAuth2TokenRequestConnectionError(domain=domain)
    kind = OAuth2TokenRequestTransientError if is_transient else OAuth2TokenRequestReauthError
    return kind(
        request_info=response.request_info, status=status, headers=response.headers, domain=domain
    )


def _json_object(content: bytes) -> JsonObject:
    try:
        return mapping(json.loads(content))
    except ValueError, RecursionError:
        return {}


def _token_in(answer: JsonObject) -> dict[str, Any] | None:
    """Return the members of a token that can be stored; None if it is not a token.

    The token is the answer or an object in it. Home Assistant adds `expires_in` to the clock, and
    stores all entries in one file.
    """
    objects = (answer, *map(mapping, answer.values()))
    token = next((each for each in objects if CONF_ACCESS_TOKEN in each), {})
    texts = {key: value for key in TOKEN_TEXTS if isinstance(value := token.get(key), str)}
    found = {
        key: kept for key, value in texts.items() if (kept := text(value, max_length=MAX_TOKEN))
    }
    access_token = found.get(CONF_ACCESS_TOKEN, "")
    if not ACCESS_TOKEN.fullmatch(access_token):
        return None
    return {**found, "expires_in": _lifetime(token, access_token)}


def _lifetime(token: JsonObject, access_token: str) -> int:
    """Return the seconds until a new token expires, by its own claims if Minut does not say."""
    expires_in = token.get("expires_in")
    if isinstance(expires_in, str) and expires_in.isdecimal():
        expires_in = int(expires_in[:10])
    if (seconds := number(expires_in)) is None:
        jwt_claims = claims(access_token)
        expires_at = number(jwt_claims.get("exp"))
        issued_at = number(jwt_claims.get("iat")) or time.time()
        seconds = DEFAULT_LIFETIME if expires_at is None else expires_at - issued_at
    return int(min(max(0, seconds), MAX_LIFETIME))
