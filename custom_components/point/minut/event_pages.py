"""Pages of a list of events in any order, even if it ignores `start_at` (API notes 7)."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from .exceptions import MinutUnexpectedAnswerError
from .models import Event
from .paging import Page

TOLERANCE = timedelta(minutes=1)
"""Maximum time by which an event may be too old before `start_at` counts as ignored."""
MAX_OLD_PAGES = 20
"""Maximum number of pages that are read in search of the newest events, without a total."""


type AskPage = Callable[[int], Awaitable[Page[Event]]]
"""Requests the page of a list at an offset. Raises MinutError."""


class EventPages:
    """The events of a list since a time. `found`: those that have been read, without duplicates."""

    def __init__(
        self,
        ask: AskPage,
        *,
        since: datetime,
        max_pages: int,
        ask_newest_first: AskPage | None = None,
    ) -> None:
        """`ask_newest_first`: requests the list in that order, if this can be requested."""
        self.found: dict[Event, None] = {}
        self._ask = ask
        self._ask_newest_first = ask_newest_first
        self._since = since
        self._max_pages = max_pages
        self._pages = 0

    async def async_read(self) -> bool:
        """Read the list. Return whether there are no more events. Raises MinutError.

        If `start_at` is ignored, the list is read from its newest event to the first one that is
        too old.
        """
        page, is_news = await self._read(0)
        if not self._is_too_old(page) or _is_newest_first(page) or page.next_offset is None:
            return await self._read_on(page, is_news=is_news)
        if self._ask_newest_first:
            oldest_first, self._ask = self._ask, self._ask_newest_first
            newest, is_news = await self._read(0)
            if _is_newest_first(newest):
                return await self._read_on(newest, is_news=is_news)
            self._ask = oldest_first
        return await self._read_back(page)

    async def _read_on(self, page: Page[Event], *, is_news: bool) -> bool:
        """Read the pages after this one."""
        while page.next_offset is not None and is_news:
            if self._is_too_old(page) and _is_newest_first(page):
                return True
            if self._pages >= self._max_pages:
                return False
            page, is_news = await self._read(page.next_offset)
        return True

    async def _read_back(self, first: Page[Event]) -> bool:
        """Read a list with the oldest events first from its end."""
        size, total = first.next_offset or 0, first.total
        if total is None:
            return await self._search(first)
        while total > 0:
            if self._pages >= self._max_pages:
                return False
            total = max(0, total - size)
            page, _ = await self._read(total)
            if self._is_too_old(page):
                break
        return True

    async def _search(self, page: Page[Event]) -> bool:
        """Read a list with the oldest events first from its start. Raises MinutError."""
        is_news = True
        for _ in range(min(MAX_OLD_PAGES, self._max_pages)):
            if page.next_offset is None or not is_news:
                return True
            page, is_news = await self._read(page.next_offset)
        raise MinutUnexpectedAnswerError("the newest events cannot be reached")

    async def _read(self, offset: int) -> tuple[Page[Event], bool]:
        """Read a page. Return it, and whether it has events that no page before had."""
        self._pages += 1
        page = await self._ask(offset)
        events = [
            event
            for event in page.items
            if event.created_at is None or event.created_at >= self._since - TOLERANCE
        ]
        is_news = len(events) < len(page.items) or not self.found.keys() >= set(events)
        self.found |= dict.fromkeys(events)
        return page, is_news

    def _is_too_old(self, page: Page[Event]) -> bool:
        """Return whether a page has events from before the requested time."""
        return any(time < self._since - TOLERANCE for time in _times(page))


def _is_newest_first(page: Page[Event]) -> bool:
    times = _times(page)
    return bool(times) and times[0] > times[-1]


def _times(page: Page[Event]) -> list[datetime]:
    return [event.created_at for event in page.items if event.created_at]
