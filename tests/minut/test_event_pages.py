"""Lists of events in any order, with and without a total, that honor or ignore the start."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.point.minut.event_pages import MAX_OLD_PAGES, EventPages
from custom_components.point.minut.exceptions import MinutUnexpectedAnswerError
from custom_components.point.minut.models import Event
from custom_components.point.minut.paging import Page

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SIZE = 5


def events(count: int, *, end: datetime = NOON) -> list[Event]:
    """Return one event a minute, oldest first."""
    times = [end - timedelta(minutes=number) for number in reversed(range(count))]
    return [Event(id=str(time), type="pir_motion", created_at=time) for time in times]


class EventList:
    """A list of a cloud that ignores `start_at`."""

    def __init__(
        self, items: Sequence[Event], *, has_total: bool = True, has_order: bool = True
    ) -> None:
        self._items = list(items)
        self._has_total = has_total
        self._has_order = has_order
        self.requests = 0

    async def ask(self, offset: int) -> Page[Event]:
        return self._page(self._items, offset)

    async def ask_newest_first(self, offset: int) -> Page[Event]:
        items = self._items[::-1] if self._has_order else self._items
        return self._page(items, offset)

    def _page(self, items: list[Event], offset: int) -> Page[Event]:
        self.requests += 1
        part = tuple(items[offset : offset + SIZE])
        reached = offset + len(part)
        is_last = not part or (self._has_total and reached >= len(items))
        total = len(items) if self._has_total else None
        return Page(part, None if is_last else reached, total=total)

    def pages(self, since: datetime, max_pages: int = 200) -> EventPages:
        return EventPages(
            self.ask,
            since=since,
            max_pages=max_pages,
            ask_newest_first=self.ask_newest_first if self._has_order else None,
        )


@pytest.mark.parametrize("has_order", [True, False])
@pytest.mark.parametrize("newest_first", [True, False])
async def test_a_list_that_ignores_the_start_is_read_as_far_as_needed(
    *, newest_first: bool, has_order: bool
) -> None:
    """It took 195 requests in four minutes."""
    known = events(5000)
    cloud = EventList(known[::-1] if newest_first else known, has_order=has_order)
    pages = cloud.pages(NOON - timedelta(minutes=11))
    assert await pages.async_read()
    assert set(known[-12:]) <= set(pages.found) <= set(known[-13:])
    assert cloud.requests <= 5


async def test_a_list_without_order_and_total_is_not_searched_for_ever() -> None:
    cloud = EventList(events(5000), has_total=False, has_order=False)
    with pytest.raises(MinutUnexpectedAnswerError):
        await cloud.pages(NOON - timedelta(minutes=11)).async_read()
    assert cloud.requests <= MAX_OLD_PAGES + 1


async def test_a_short_list_without_order_and_total_is_read_to_its_end() -> None:
    known = events(32)
    cloud = EventList(known, has_total=False, has_order=False)
    pages = cloud.pages(NOON - timedelta(minutes=11))
    assert await pages.async_read()
    assert set(known[-12:]) <= set(pages.found)


async def test_a_list_that_honors_the_start_is_read_to_its_end() -> None:
    known = events(32)
    pages = EventList(known).pages(NOON - timedelta(days=1))
    assert await pages.async_read()
    assert list(pages.found) == known


@pytest.mark.parametrize("has_order", [True, False])
async def test_the_number_of_requests_is_limited(*, has_order: bool) -> None:
    cloud = EventList(events(5000), has_order=has_order)
    assert not await cloud.pages(NOON - timedelta(minutes=1000), max_pages=7).async_read()
    assert cloud.requests <= 7


async def test_events_without_a_time_are_kept() -> None:
    undated = Event(id="e", type="pir_motion")
    pages = EventList([undated]).pages(NOON)
    assert await pages.async_read()
    assert list(pages.found) == [undated]
