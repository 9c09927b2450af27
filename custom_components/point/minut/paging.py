"""Lists in Minut's answers: what they are wrapped in, and how their pages are followed (1)."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from .exceptions import MinutUnexpectedAnswerError
from .models import each
from .parsing import Json, JsonObject, number

PAGE_SIZE = 100
MAX_PAGES = 100


class Identified(Protocol):
    """What Minut lists has an id."""

    @property
    def id(self) -> str:
        """Return Minut's id of it."""
        ...


@dataclass(frozen=True, slots=True)
class Listing[T]:
    """A list of the account's. `is_complete`: it holds all that the cloud says there is.

    Where it does not, what is missing may exist all the same.
    """

    items: tuple[T, ...]
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class Page[T]:
    """A part of a list, and the offset of what follows; None at the end."""

    items: tuple[T, ...]
    next_offset: int | None


def page_of[T](answer: Json, name: str, read: Callable[[JsonObject], T], *, offset: int) -> Page[T]:
    """Read a page that begins at `offset`; what cannot be read counts as well.

    Raises MinutUnexpectedAnswerError.
    """
    values = members(answer, name)
    total, reached = _total(answer), offset + len(values)
    is_last = not values or (total is not None and reached >= total)
    return Page(each(values, read), None if is_last else reached)


async def all_pages[T: Identified](
    ask: Callable[[Mapping[str, str]], Awaitable[Json]],
    names: Iterable[str],
    read: Callable[[JsonObject], T],
) -> Listing[T]:
    """Follow limit and offset to the end; a service without paging is asked once.

    Between two pages the list may change: it then tells another total, or one thing twice and
    another not at all. Raises MinutUnexpectedAnswerError.
    """
    names = tuple(names)
    found: dict[str, T] = {}
    totals: set[int] = set()
    offset = unreadable = 0
    for _ in range(MAX_PAGES):
        answer = await ask({"limit": str(PAGE_SIZE), "offset": str(offset)} if offset else {})
        values = members(answer, *names)
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
    return Listing(tuple(found.values()), is_complete=has_all and len(totals) < 2)


def members(answer: Json, *names: str) -> list[Json]:
    """Return the list that an answer wraps under the first of these names.

    Raises MinutUnexpectedAnswerError where there is none.
    """
    if isinstance(answer, dict):
        lists = (values for name in names if isinstance(values := answer.get(name), list))
        if (found := next(lists, None)) is not None:
            return found
    raise MinutUnexpectedAnswerError(f"Minut's answer holds no list of {names[0]}")


def _total(answer: Json) -> int | None:
    match answer:
        case {"paging": {"total_count": total}} if (count := number(total)) is not None:
            return int(count)
        case _:
            return None
