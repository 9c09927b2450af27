"""Lists that Minut sends in pages (API notes 1 and 12.19)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import logging
import time
from typing import Final, Protocol

from .exceptions import MinutRejectedError
from .lists import Described, unwrap_list
from .parsing import Json, JsonObject, parse_each
from .rate_limit import Priority

_LOGGER = logging.getLogger(__name__)

PAGE_SIZES: Final = (100, 50, None)
"""Elements requested per page. If Minut rejects a size, the next one is used from then on; None: as
many as Minut sends.
"""
MAX_PAGES = 100
"""Maximum number of pages of a list."""
REJECTED_QUERY: Final = frozenset({200, 400, 422})
"""Statuses that may reject a parameter of the query. 200: an `error` in the answer."""
COMMON_PAGE = 10
"""Smallest page size in common use: a list of this length may be a full page."""
FULL_PAGES: Final = frozenset({10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200, 250, 500, 1000})
"""Page sizes in common use. A list of such a length is probably cut off."""
WHOLE_FOR = 24 * 3600.0
"""Seconds for which a list that had only one page is not checked for a second one."""


class Identified(Protocol):
    """Element of a list, with an id."""

    @property
    def id(self) -> str:
        """Return Minut's id."""
        ...


class Get(Protocol):
    """Sends a GET request. Raises MinutError."""

    async def __call__(
        self, path: str, *, query: Mapping[str, str] | None = None, priority: Priority
    ) -> Json:
        """Return the answer."""


@dataclass(frozen=True, slots=True)
class Listing[T]:
    """A list of an account's objects.

    `is_complete`: whether all pages were read, as far as Minut's answers show. An object that is
    missing from an incomplete list may still exist. `unreadable`: number of elements that were
    skipped.
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
    reached = offset + len(values)
    described = Described.by(answer)
    is_last = not values or described.has_more(reached) is False
    parsed = parse_each(values, read)
    return Page(
        parsed,
        None if is_last else reached,
        unreadable=len(values) - len(parsed),
        total=described.total,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ListRequest[T]:
    """A list to read. `names`: its likely names in the answer. `read`: parses an element.

    `smallest_page`: a list of fewer elements whose answer says nothing about pages has only one.
    """

    path: str
    names: tuple[str, ...]
    read: Callable[[JsonObject], T]
    smallest_page: int = COMMON_PAGE
    priority: Priority = Priority.STATE


class ListReader:
    """Reads the lists of one account. Remembers which requests Minut accepts.

    `incomplete`: paths of the lists of which not all pages could be read.
    """

    def __init__(self, get: Get) -> None:
        self._get = get
        self._sizes: tuple[int | None, ...] = PAGE_SIZES
        self._whole: dict[str, tuple[int, float]] = {}
        """By path, the length of a list that had only one page, and when that was noticed."""
        self.incomplete: set[str] = set()

    async def read_all[T: Identified](self, wanted: ListRequest[T]) -> Listing[T]:
        """Return all pages of a list. Raises MinutError.

        An incomplete list is requested a second time. One that was incomplete before is not: its
        total then counts something that Minut does not list.
        """
        listed = await self._read(wanted)
        if listed.is_complete:
            self.incomplete.discard(wanted.path)
        elif wanted.path not in self.incomplete:
            listed = await self._read(wanted)
            if not listed.is_complete:
                self.incomplete.add(wanted.path)
                _LOGGER.warning(
                    "Minut sent only a part of its list of %s: %d elements",
                    wanted.path.split("/")[-1],
                    len(listed.items),
                )
        return listed

    async def page(
        self, path: str, query: Mapping[str, str], *, offset: int, size: int, priority: Priority
    ) -> Json:
        """Return the answer with a page of at most `size` elements. Raises MinutError."""
        rejection: MinutRejectedError | None = None
        for limit in (limit for limit in self._sizes if limit is None or limit <= size):
            limited = {"limit": str(limit)} if limit else {}
            paged = {**query, **limited, "offset": str(offset)}
            try:
                answer = await self._get(path, query=paged, priority=priority)
            except MinutRejectedError as error:
                if error.status not in REJECTED_QUERY:
                    raise
                rejection = rejection or error
                continue
            if rejection:
                self._sizes = self._sizes[self._sizes.index(limit) :]
            return answer
        raise rejection or ValueError("no page size")

    async def _read[T: Identified](self, wanted: ListRequest[T]) -> Listing[T]:
        """Read pages until one is empty or brings nothing new, or nothing follows.

        If the list changes between two pages, its total changes, or one element appears twice and
        another one is missing: the result is then incomplete.
        """
        found: dict[str, T] = {}
        first: tuple[T, ...] = ()
        totals: list[int] = []
        offset = unreadable = 0
        described = Described()
        is_whole = has_shifted = False
        for page in range(MAX_PAGES):
            try:
                answer = await self._next(wanted, described, offset)
            except MinutRejectedError:
                if not offset:
                    raise
                is_whole = described.more is None and offset not in FULL_PAGES
                break
            values = unwrap_list(answer, *wanted.names)
            parsed = parse_each(values, wanted.read)
            described = Described.by(answer)
            totals += [] if described.total is None else [described.total]
            known = len(found)
            found.update((item.id, item) for item in parsed)
            unreadable += len(values) - len(parsed)
            offset += len(values)
            first = first or parsed
            if not values or (page and len(found) == known):
                is_repeated = page == 1 and ids_of(parsed) == ids_of(first)
                is_only = is_repeated and not described.more and known not in FULL_PAGES
                is_whole = not values or is_only
                break
            has_shifted |= page > 0 and len(found) < known + len(parsed)
            has_more = described.has_more(offset, totals[-1] if totals else None)
            is_short = not page and not self._may_be_page(wanted, offset)
            if has_more is False or (has_more is None and is_short):
                is_whole = True
                break
        is_whole = is_whole and not has_shifted
        is_single = len(found) == len(first)
        if is_whole and is_single and not totals and described.more is None:
            self._note_whole(wanted, len(first))
        has_all = len(set(totals)) == 1 and len(found) + unreadable >= totals[0]
        return Listing(
            tuple(found.values()),
            is_complete=has_all if totals else is_whole,
            unreadable=unreadable,
        )

    async def _next[T](self, wanted: ListRequest[T], described: Described, offset: int) -> Json:
        """Return the answer with the first page, or the one after those that were read."""
        path, priority = wanted.path, wanted.priority
        if not offset or described.query:
            return await self._get(path, query=described.query, priority=priority)
        return await self.page(path, {}, offset=offset, size=PAGE_SIZES[0], priority=priority)

    def _may_be_page[T](self, wanted: ListRequest[T], count: int) -> bool:
        """Return whether a first page of this length may be followed by another one.

        Not if it is short, or if a page of as many elements has recently been the only one.
        """
        whole, noted_at = self._whole.get(wanted.path, (0, 0.0))
        is_known = count <= whole and time.monotonic() - noted_at < WHOLE_FOR
        return count >= wanted.smallest_page and not is_known

    def _note_whole[T](self, wanted: ListRequest[T], count: int) -> None:
        if self._may_be_page(wanted, count):
            self._whole[wanted.path] = (count, time.monotonic())


def ids_of[T: Identified](elements: tuple[T, ...]) -> list[str]:
    """Return the ids of elements."""
    return [element.id for element in elements]
