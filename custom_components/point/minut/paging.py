"""Wrapped and paged lists in Minut's answers (API notes 1)."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from .exceptions import MinutUnexpectedAnswerError
from .models import each
from .parsing import Json, JsonObject, number

PAGE_SIZE = 100
"""Elements requested per page, from the second page on."""
MAX_PAGES = 100
"""Maximum number of pages of a list."""


class Identified(Protocol):
    """Element of a list, with an id."""

    @property
    def id(self) -> str:
        """Return Minut's id."""
        ...


@dataclass(frozen=True, slots=True)
class Listing[T]:
    """A list of an account's objects.

    `is_complete`: whether it contains as many objects as Minut counts. An object that is missing
    from an incomplete list may still exist. `unreadable`: number of elements that were skipped.
    """

    items: tuple[T, ...]
    is_complete: bool = True
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Page[T]:
    """A page of a list. `next_offset`: offset of the next page, None on the last one.

    `unreadable`: number of elements that were skipped. `total`: length of the list, if known.
    """

    items: tuple[T, ...]
    next_offset: int | None
    unreadable: int = 0
    total: int | None = None


def page_of[T](answer: Json, name: str, read: Callable[[JsonObject], T], *, offset: int) -> Page[T]:
    """Parse the page that begins at `offset`. Raises MinutUnexpectedAnswerError.

    Elements that cannot be parsed are skipped; they still count for the offset.
    """
    values = unwrap_list(answer, name)
    total, reached = _total(answer), offset + len(values)
    is_last = not values or (total is not None and reached >= total)
    parsed = each(values, read)
    return Page(
        parsed,
        None if is_last else reached,
        unreadable=len(values) - len(parsed),
        total=total,
    )


async def all_pages[T: Identified](
    ask: Callable[[Mapping[str, str]], Awaitable[Json]],
    names: Iterable[str],
    read: Callable[[JsonObject], T],
) -> Listing[T]:
    """Return all pages of a list. Raises MinutUnexpectedAnswerError.

    An answer without `paging` is taken for the whole list. If the list changes between two pages,
    its total changes, or one element appears twice and another one is missing: the result is then
    incomplete.
    """
    names = tuple(names)
    found: dict[str, T] = {}
    totals: set[int] = set()
    offset = unreadable = 0
    for _ in range(MAX_PAGES):
        answer = await ask({"limit": str(PAGE_SIZE), "offset": str(offset)} if offset else {})
        values = unwrap_list(answer, *names)
        readable = each(values, read)
        known = len(found)
        found.update((item.id, item) for item in readable)
        unreadable += len(values) - len(readable)
        offset += len(values)
        total = _total(answer)
        if total is not None:
            totals.add(total)
        if not values or len(found) == known or total is None or offset >= total:
            break
    has_all = len(found) + unreadable >= max(totals, default=0)
    return Listing(
        tuple(found.values()), is_complete=has_all and len(totals) < 2, unreadable=unreadable
    )


def unwrap_list(answer: Json, *names: str) -> list[Json]:
    """Return the list that an answer holds under the first of these names that it has.

    A list that is null is empty. Raises MinutUnexpectedAnswerError if there is none.
    """
    if isinstance(answer, dict):
        lists = (values for name in names if isinstance(values := answer.get(name), list))
        if (found := next(lists, None)) is not None:
            return found
        if any(name in answer and answer[name] is None for name in names):
            return []
    raise MinutUnexpectedAnswerError(f"the answer has no list of {names[0]}")


def _total(answer: Json) -> int | None:
    match answer:
        case {"paging": {"total_count": total}} if (count := number(total)) is not None:
            return int(count)
        case _:
            return None
