"""Tokens from Minut's token endpoint (API notes 2.3), with Home Assistant's errors."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
import re
import time
from typing import Any, Final

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

from ..minut.exceptions import MinutError
from ..minut.parsing import JsonObject, mapping, number, text
from ..minut.token_request import MAX_TOKEN, RequestFormat, request_token, token_object

ACCESS_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
"""What a header can carry (RFC 6750)."""
TOKEN_TEXTS: Final = (CONF_ACCESS_TOKEN, "refresh_token", "token_type", "scope", "user_id")
DEFAULT_LIFETIME: Final = 3600
"""Lifetime of a token in seconds if Minut does not say (API notes 2.3)."""
MAX_LIFETIME: Final = 366 * 86_400
"""Maximum lifetime of a token in seconds."""
LOGIN_REFUSED: Final = ("invalid_client", "invalid_grant", "unauthorized_client")
"""OAuth errors that only the user can resolve (RFC 6749, 5.2)."""


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

    `client` is its id and secret. Home Assistant's own request has no timeout, follows redirects,
    reads answers of any size, and logs their text.

    Raises OAuth2TokenRequestReauthError if Minut refuses the login in each format. An error page
    of a proxy or a firewall is no such refusal: OAuth2TokenRequestConnectionError, like every
    answer that is not a token. OAuth2TokenRequestTransientError for 429 and 5xx; TimeoutError.
    """
    session = async_get_clientsession(hass)
    errors: list[OAuth2TokenRequestReauthError | OAuth2TokenRequestConnectionError] = []
    for request_format in formats:
        try:
            response, answer = await request_token(
                session, url, parameters, client=client, request_format=request_format
            )
        except (ClientError, MinutError) as error:
            raise OAuth2TokenRequestConnectionError(domain=domain) from error
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


def _token_in(answer: JsonObject) -> dict[str, Any] | None:
    """Return the members of a token that can be stored; None if it is not a token.

    Home Assistant adds `expires_in` to the clock, and stores all entries in one file.
    """
    token = token_object(answer)
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
