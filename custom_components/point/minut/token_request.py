"""A request to Minut's token endpoint, in each format that Minut may accept (API notes 2.3)."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from enum import StrEnum
import json
from typing import Any, Final
from urllib.parse import quote_plus

from aiohttp import ClientResponse, ClientSession

from .connection import TIMEOUT_SECONDS, read_body
from .parsing import JsonObject, mapping

MAX_TOKEN: Final = 16 * 1024
"""Maximum length of a token in characters."""


class RequestFormat(StrEnum):
    """How the client and the parameters are sent, in the order in which that is tried.

    The first is used by most clients, the second is documented for client credentials, the third
    is Minut's own sample of 2022.
    """

    FORM = "form"
    BASIC = "basic"
    JSON = "json"


async def request_token(
    session: ClientSession,
    url: str,
    parameters: Mapping[str, str],
    *,
    client: tuple[str, str],
    request_format: RequestFormat,
) -> tuple[ClientResponse, JsonObject]:
    """Return the response and its content, which is empty unless it is a JSON object.

    `client` is its id and secret. Redirects are not followed: they would send the secrets
    elsewhere. Raises ClientError, TimeoutError, MinutUnexpectedAnswerError.
    """
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
    async with (
        asyncio.timeout(TIMEOUT_SECONDS),
        session.post(url, allow_redirects=False, **body) as response,
    ):
        content = await read_body(response)
    try:
        return response, mapping(json.loads(content))
    except ValueError, RecursionError:
        return response, {}


def token_object(answer: JsonObject) -> JsonObject:
    """Return the object that holds a token: the answer or an object in it, else an empty one."""
    objects = (answer, *map(mapping, answer.values()))
    return next((each for each in objects if "access_token" in each), {})
