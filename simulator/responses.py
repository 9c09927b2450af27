"""Reads requests and sends answers of the API with aiohttp."""

import json

from aiohttp import web

from simulator.api.call import Reply
from simulator.formats import Json, JsonObject, bad_request


def to_response(reply: Reply) -> web.Response:
    """Return the response for an answer."""
    if reply.html is not None:
        return web.Response(
            text=reply.html,
            status=reply.status,
            headers=reply.headers,
            content_type="text/html",
        )
    if reply.body is None:
        return web.Response(status=reply.status, headers=reply.headers)
    return web.json_response(reply.body, status=reply.status, headers=reply.headers)


def hang_up(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()


async def send_half(request: web.Request, whole: web.Response) -> web.StreamResponse:
    """Announce the whole answer, send half of it and close the connection."""
    content = whole.body if isinstance(whole.body, bytes) else b""
    half = web.StreamResponse(status=whole.status, headers=whole.headers)
    half.content_length = len(content)
    await half.prepare(request)
    await half.write(content[: len(content) // 2])
    if request.transport:
        request.transport.close()
    return half


async def read_body(request: web.Request) -> Json:
    """Return the body of any request: JSON, the fields of a form, or text."""
    if request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return {name: str(value) for name, value in (await request.post()).items()}
    text = await request.text()
    if not text:
        return None
    try:
        parsed: Json = json.loads(text)
    except ValueError:
        return text
    return parsed


async def read_object(request: web.Request) -> JsonObject:
    """Return the JSON object for an endpoint. A form on GET is ignored (API notes 1)."""
    if request.method in {"GET", "DELETE"} or not request.body_exists:
        return {}
    body = await read_body(request)
    if request.content_type != "application/json" or not isinstance(body, dict):
        raise bad_request("the body must be a JSON object")
    return body
