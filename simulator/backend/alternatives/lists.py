"""Transforms of answers with a list, and of their paging. Pure."""

from collections.abc import Callable

from simulator.backend.alternatives.model import ApiRequest, ListTransform
from simulator.backend.alternatives.objects import as_list, as_object, without
from simulator.formats import Json, JsonObject


def name_of_list(body: JsonObject) -> str:
    """Return the name of the list in an answer."""
    return next(name for name, value in body.items() if isinstance(value, list))


def list_named(name: str) -> ListTransform:
    """Return a transform that renames the list."""
    return lambda body, _request: {
        name if isinstance(value, list) else key: value for key, value in body.items()
    }


def nested_list(body: JsonObject, _request: ApiRequest) -> Json:
    """Nest the whole answer in `data`."""
    return {"data": body}


def bare_list(body: JsonObject, _request: ApiRequest) -> Json:
    """Return the list itself."""
    return body[name_of_list(body)]


def null_list(body: JsonObject, _request: ApiRequest) -> Json:
    """Replace an empty list with null."""
    return {key: value or None if isinstance(value, list) else value for key, value in body.items()}


def paging_as(describe: Callable[[int, int, int, ApiRequest], JsonObject]) -> ListTransform:
    """Return a transform of `paging`.

    `describe` gets the total, the offset of the page, the offset of the next page and the request.
    It returns the members that take the place of `paging`.
    """

    def change(body: JsonObject, request: ApiRequest) -> Json:
        if "paging" not in body:
            return body
        paging = as_object(body["paging"])
        total, offset = (int(str(paging[name])) for name in ("total_count", "offset"))
        following = offset + len(as_list(body[name_of_list(body)]))
        return without("paging")(body) | describe(total, offset, following, request)

    return change


def no_paging(_total: int, _offset: int, _following: int, _request: ApiRequest) -> JsonObject:
    """Return nothing about paging."""
    return {}


def total(total: int, _offset: int, _following: int, _request: ApiRequest) -> JsonObject:
    """Return a total beside the list."""
    return {"total": total}


def total_in_meta(total: int, offset: int, _following: int, _request: ApiRequest) -> JsonObject:
    """Return a total within `meta`."""
    return {"meta": {"total": total, "offset": offset}}


def has_more(total: int, _offset: int, following: int, _request: ApiRequest) -> JsonObject:
    """Return whether another page follows."""
    return {"has_more": following < total}


def next_url(total: int, _offset: int, following: int, request: ApiRequest) -> JsonObject:
    """Return the relative URL of the next page; null on the last page."""
    limit = f"&limit={request.query['limit']}" if "limit" in request.query else ""
    url = f"/v8{request.path}?offset={following}{limit}"
    return {"next": url if following < total else None}
