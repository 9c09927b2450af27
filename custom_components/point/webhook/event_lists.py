"""Minut's lists of events: the account's list, and the list of each home (API notes 7)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
import logging
from typing import Final

from ..coordinator import PointCoordinator
from ..minut.event_pages import EventPages
from ..minut.event_types import EVENT_TYPES
from ..minut.exceptions import (
    MinutForbiddenError,
    MinutRejectedError,
    MinutUnexpectedAnswerError,
)
from ..minut.models import Event
from ..minut.paging import Page

_LOGGER = logging.getLogger(__name__)

OVERLAP = timedelta(hours=1)
"""Each fetch starts this long before the last one: motion may be reported late (API notes 10)."""
MAX_PAGES = 200
"""Maximum number of pages of the account's list in one fetch."""
FEW_HOMES = 10
"""Maximum number of homes whose lists are all read, though the account has a list."""
NO_SUCH_LIST: Final = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE}
"""Answers after which the account's list is not requested again."""
NO_ANSWER: Final = (MinutForbiddenError, MinutRejectedError, MinutUnexpectedAnswerError)


@dataclass
class Fetched:
    """What a fetch has found, also if it failed in the end.

    `complete_until`: time up to which the account's list has been read, None for all of it.
    `unknown_homes`: homes about which no list has answered.
    """

    of_account: dict[Event, None] = field(default_factory=dict)
    of_homes: dict[Event, None] = field(default_factory=dict)
    complete_until: datetime | None = None
    unknown_homes: frozenset[str] = frozenset()

    @property
    def events(self) -> dict[Event, None]:
        """Return all events, without duplicates."""
        return self.of_account | self.of_homes


class EventLists:
    """The lists of events of one account."""

    def __init__(self, coordinator: PointCoordinator) -> None:
        self._coordinator = coordinator
        self._has_account_list = True
        self._account_answers = True
        """Whether the account's list has answered the last time."""
        self._has_home_events = False
        """Whether the account's list has contained an event of a home, such as noise."""

    @property
    def is_cheap(self) -> bool:
        """Return whether a fetch takes few requests."""
        return self._account_answers or len(self._coordinator.data.homes) <= FEW_HOMES

    async def async_fetch(self, since: datetime, fetched: Fetched) -> None:
        """Fetch the events since then. Raises MinutError.

        The lists of the homes are read if the account has no list, and if its list may leave out
        the events of homes: in an account with many homes, only where there may be a disturbance.
        """
        homes = self._coordinator.data.homes
        self._account_answers = await self._async_fetch_of_account(since, fetched)
        if not self._account_answers:
            answered = await self._async_fetch_of_homes(tuple(homes), since, fetched)
            fetched.unknown_homes = frozenset(homes.keys() - answered)
            if homes and not answered:
                raise MinutUnexpectedAnswerError("no list of events answers")
        elif not self._has_home_events:
            is_small = len(homes) <= FEW_HOMES
            doubtful = [key for key, home in homes.items() if home.disturbance.is_doubtful]
            await self._async_fetch_of_homes(homes.keys() if is_small else doubtful, since, fetched)

    async def _async_fetch_of_account(self, since: datetime, fetched: Fetched) -> bool:
        """Read the account's list. Return whether it has answered. Raises MinutError."""
        if not self._has_account_list:
            return False
        events = partial(self._coordinator.client.events, start_at=since)

        async def ask(offset: int) -> Page[Event]:
            return await events(offset=offset)

        async def ask_newest_first(offset: int) -> Page[Event]:
            return await events(offset=offset, newest_first=True)

        pages = EventPages(ask, since=since, max_pages=MAX_PAGES, ask_newest_first=ask_newest_first)
        fetched.of_account = pages.found
        try:
            is_complete = await pages.async_read()
        except NO_ANSWER as error:
            if isinstance(error, MinutRejectedError):  # the others may be temporary
                self._has_account_list = error.status not in NO_SUCH_LIST
            return False
        self._has_home_events |= any(map(_is_of_home, pages.found))
        if not is_complete:
            fetched.complete_until = _progress(pages.found, since)
        return True

    async def _async_fetch_of_homes(
        self, home_ids: Iterable[str], since: datetime, fetched: Fetched
    ) -> set[str]:
        """Read the lists of these homes. Return the homes whose list has answered."""
        answered = set()
        for home_id in tuple(home_ids):
            try:
                listed = await self._coordinator.client.home_events(home_id, start_at=since)
            except NO_ANSWER as error:
                _LOGGER.debug("Minut does not return the events of a home: %s", error)
            else:
                answered.add(home_id)
                fetched.of_homes |= dict.fromkeys(listed.items)
        return answered


def _is_of_home(event: Event) -> bool:
    kind = EVENT_TYPES.get(event.type)
    return kind is not None and (kind.disturbance is not None or kind.noise is not None)


def _progress(found: Iterable[Event], since: datetime) -> datetime | None:
    """Return the time up to which a list has been read, None if another fetch reads no further."""
    times = [event.created_at for event in found if event.created_at]
    is_progress = times and times == sorted(times) and times[-1] - OVERLAP > since
    return times[-1] if is_progress else None
