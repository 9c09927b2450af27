"""Answers with a list: where the list is, and what they say about its pages (API notes 12.17).

How Minut names a list and how it says that more follows is known for events only. All usual ways
are read here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from yarl import URL

from .exceptions import MinutUnexpectedAnswerError
from .parsing import Json, JsonObject, items, mapping, number, text

LIST_NAMES: Final = ("data", "items", "results")
"""Names of lists of anything."""
WRAPPERS: Final = (
    "data",
    "result",
    "meta",
    "metadata",
    "paging",
    "pagination",
    "page_info",
    "links",
)
"""Objects in an answer that may describe its pages, or hold the list."""
TOTALS: Final = frozenset({"total", "totalcount", "totalitems", "totalresults", "totalelements"})
MORE: Final = frozenset({"hasmore", "hasnext", "hasnextpage"})
NEXT: Final = frozenset({"next", "nextpage", "nexturl", "nextlink"})
"""Names by which an answer describes its pages, in lower case without "_"."""
MAX_QUERY = 1_000
"""Maximum length of the address of the next page."""


@dataclass(frozen=True, slots=True)
class Described:
    """What an answer says about its pages.

    `total`: number of elements of all pages. `more`: whether another page follows, by a member such
    as `has_more` or `next`. `query`: parameters of the next page, if only Minut knows them.
    """

    total: int | None = None
    more: bool | None = None
    query: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def by(cls, answer: Json) -> Described:
        """Parse an answer with a list."""
        total: int | None = None
        more: list[bool] = []
        query: Mapping[str, str] = {}
        for name, value in _members(answer):
            plain = name.lower().replace("_", "")
            if plain in TOTALS and (count := number(value)) is not None:
                total = max(total or 0, int(count))
            elif plain in MORE and isinstance(value, bool):
                more.append(value)
            elif plain in NEXT and not isinstance(value, list):
                more.append(bool(value))
                query = _cursor(value) or query
        return cls(total, any(more) if more else None, query)

    def has_more(self, reached: int, total: int | None = None) -> bool | None:
        """Return whether another page follows after this number of elements, None if unknown.

        `total`: what the page before said, if this one says nothing.
        """
        total = total if self.total is None else self.total
        if total is not None and total > reached:
            return True
        return False if self.more is None and total is not None else self.more


def unwrap_list(answer: Json, *names: str) -> list[Json]:
    """Return the list of an answer: the answer itself, or a member.

    The member has one of these names or a common one, or it is the only list of objects, in the
    answer or in an object around it. Null is empty. Raises MinutUnexpectedAnswerError without a
    list.
    """
    is_list = isinstance(answer, list) and _are_objects(answer)
    found = items(answer) if is_list else _list_in(mapping(answer), names, depth=2)
    if found is None:
        raise MinutUnexpectedAnswerError(f"the answer has no list of {names[0]}")
    return found


def _list_in(data: JsonObject, names: tuple[str, ...], *, depth: int) -> list[Json] | None:
    for name in (*names, *LIST_NAMES):
        if isinstance(values := data.get(name), list):
            return values
    if any(name in data and data[name] is None for name in (*names, *LIST_NAMES)):
        return []
    members = [value for name, value in data.items() if not name.lower().startswith("error")]
    lists = [value for value in members if isinstance(value, list) and _are_objects(value)]
    if not lists and depth:
        inside = (
            _list_in(value, names, depth=depth - 1) for value in members if isinstance(value, dict)
        )
        lists = [found for found in inside if found is not None]
    return lists[0] if len(lists) == 1 else None


def _are_objects(values: list[Json]) -> bool:
    return all(isinstance(value, dict) for value in values)


def _members(answer: Json, *, depth: int = 2) -> Iterator[tuple[str, Json]]:
    """Yield the members of an answer and of the objects that may describe its pages."""
    data = mapping(answer)
    yield from data.items()
    for name in WRAPPERS if depth else ():
        yield from _members(data.get(name), depth=depth - 1)


def _cursor(value: Json) -> Mapping[str, str]:
    """Return the query of the address of the next page, if more than `limit` and `offset`."""
    address = text(mapping(value).get("href") or value, max_length=MAX_QUERY)
    try:
        query = dict(URL(address or "").query)
    except ValueError:
        return {}
    return query if query.keys() - {"limit", "offset"} else {}
