"""Polls the stays of the homes that the user wants, and follows when stays begin and end."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from itertools import count
import logging

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from ..const import CONF_GUEST_NAMES, CONF_STAYS, OPTIONS
from ..minut.exceptions import MinutError, MinutUnauthorizedError, MinutUnreachableError
from ..minut.guests import Guest, Stay, read_stays
from ..minut.parsing import Json, mapping
from ..minut.rate_limit import Priority
from ..state.stays import HomeStays, StayEvent, StaySource
from .account import Account
from .refresh import ReadScheduler
from .schedule import FEW_HOMES

_LOGGER = logging.getLogger(__name__)

READ_FEW = timedelta(hours=1)
READ_MANY = timedelta(hours=6)
"""Time between two reads of a home, by the number of homes."""
RETRY = timedelta(minutes=15)
"""Delay after a failed read. It doubles with each further one."""
CONFIRM = timedelta(minutes=5)
"""Delay after which an empty answer is checked."""
ON_REQUEST = timedelta(minutes=1)
"""Minimum time between two reads that the user requests."""
SOON = timedelta(seconds=15)
"""Delay of a read after a change with an unknown result."""
FAILURES_BEFORE_LOG = 3
"""Failures in a row after which one that may be temporary is logged."""


class StayPoller:
    """The stays of an account, home by home.

    `on_event` is called once for each stay that has just begun or ended. `sources`: where the stays
    of single homes come from; the option decides for the others.
    """

    def __init__(
        self,
        account: Account,
        *,
        on_event: Callable[[str, StayEvent, datetime], None],
        sources: Mapping[str, StaySource],
    ) -> None:
        self._account = account
        self._homes = account.data.homes
        self._on_event = on_event
        self._stays: defaultdict[str, HomeStays] = defaultdict(HomeStays)
        self._zones: dict[str, tzinfo] = {}
        self._polled: set[str] = set()
        """Homes whose next read is scheduled."""
        self._logged: set[str] = set()
        self._failures: defaultdict[str, int] = defaultdict(int)
        self._reads = ReadScheduler(account, self._read, interval=timedelta(0))
        self._requested_at: dict[str, datetime] = {}
        self._request_numbers = count(1)
        self._last_request: defaultdict[str, int] = defaultdict(int)
        """Number of the request whose answer counts, by home. Answers to older ones are ignored."""
        self._checked_at = dt_util.utcnow()
        self._timer: CALLBACK_TYPE | None = None
        wanted = {**OPTIONS, **account.config_entry.options}
        self._sources = sources
        self._default = StaySource.MINUT if wanted[CONF_STAYS] else StaySource.NONE
        self.shows_names: bool = wanted[CONF_GUEST_NAMES]
        account.config_entry.async_on_unload(self._cancel_timer)
        account.store.async_add(self, "stays")

    def source(self, home_id: str) -> StaySource:
        """Return where the stays of a home come from."""
        return self._sources.get(home_id, self._default)

    @property
    def sources(self) -> frozenset[StaySource]:
        """Return all sources that homes of the account may have."""
        return frozenset({self._default, *self._sources.values()})

    def of(self, home_id: str) -> HomeStays:
        """Return the stays of a home."""
        return self._stays[home_id]

    def zone(self, home_id: str) -> tzinfo:
        """Return the time zone of a home, or else that of Home Assistant."""
        return self._zones.get(home_id) or dt_util.get_default_time_zone()

    # Reading

    @callback
    def async_add_homes(self) -> None:
        """Start to poll the stays of new homes, and drop those of removed homes."""
        for home_id in [key for key in self._stays if self._account.devices.is_gone(key)]:
            del self._stays[home_id]
            self._account.store.save_soon()
        for home_id in self._homes.keys() - self._polled:
            if self.source(home_id) is not StaySource.MINUT:
                continue
            self._polled.add(home_id)
            self._reads.request(home_id, dt_util.utcnow())

    async def _read(self, home_id: str) -> None:
        """Read the stays of a home when due. After an error they stay as they are."""
        if home_id not in self._homes:
            self._polled.discard(home_id)
            return
        wait = READ_FEW if len(self._polled) <= FEW_HOMES else READ_MANY
        try:
            await self.async_read(home_id)
        except (MinutUnreachableError, MinutUnauthorizedError) as error:
            _LOGGER.debug("Cannot read the stays of a home now: %s", error)
            wait = min(wait, RETRY * (1 << min(self._failures[home_id], 10)))
            self._failures[home_id] += 1
            if self._failures[home_id] == FAILURES_BEFORE_LOG:
                self._log(error)
        except MinutError as error:
            self._log(error)
        else:
            self._failures.pop(home_id, None)
        if self._stays[home_id].is_unconfirmed:
            wait = CONFIRM
        self._reads.request(home_id, dt_util.utcnow() + wait)

    @callback
    def _log(self, error: MinutError) -> None:
        """Log each lasting error once."""
        is_news = str(error) not in self._logged
        self._logged.add(str(error))
        _LOGGER.log(
            logging.WARNING if is_news else logging.DEBUG,
            "Cannot read the stays of a home: %s",
            error,
        )

    async def async_read(
        self, home_id: str, *, priority: Priority = Priority.HISTORY
    ) -> tuple[Guest, ...]:
        """Read the stays of a home now and return Minut's own records. Raises MinutError.

        If answers overtake each other, the one that was requested last counts.
        """
        number = next(self._request_numbers)
        guests = await self._account.client.guests(home_id, priority=priority)
        await self.async_find_zone(home_id)
        stays = read_stays(guests, self.zone(home_id))
        if number > self._last_request[home_id] and not self._account.is_closing:
            self._last_request[home_id] = number
            self._handle_change(home_id, is_changed=self._stays[home_id].merge(stays))
        return guests

    @callback
    def async_set(self, home_id: str, stays: tuple[Stay, ...] | None) -> None:
        """Set the stays of a home from elsewhere. None: they are no longer known."""
        known = self._stays[home_id]
        is_changed = known.forget() if stays is None else known.merge(stays, is_certain=True)
        self._handle_change(home_id, is_changed=is_changed)

    @callback
    def _handle_change(self, home_id: str, *, is_changed: bool) -> None:
        if is_changed:
            self._account.async_notify([home_id])
            self._account.store.save_soon()
        self._follow_clock()

    @callback
    def async_read_soon(self, home_id: str) -> None:
        """Schedule a read of the stays of a home, which may have changed."""
        self._reads.request(home_id, dt_util.utcnow() + SOON)

    @callback
    def async_read_on_request(self, home_id: str) -> None:
        """Schedule a read of the stays of a home for the user, at most once a minute."""
        now, last = dt_util.utcnow(), self._requested_at.get(home_id)
        if last is None or not timedelta(0) <= now - last < ON_REQUEST:
            self._requested_at[home_id] = now
            self._reads.request(home_id, now)

    @callback
    def async_remove(self, home_id: str, stay_id: str) -> None:
        """Remove a stay that was deleted at Minut. Answers on their way are outdated."""
        self._last_request[home_id] = next(self._request_numbers)
        self._stays[home_id].remove(stay_id)
        self._account.async_notify([home_id])

    async def async_find_zone(self, home_id: str) -> None:
        """Load the time zone of a home, so that `zone` returns it."""
        home = self._homes.get(home_id)
        name = home.polled.timezone if home else None
        if name and (zone := await dt_util.async_get_time_zone(name)):
            self._zones[home_id] = zone

    # The clock

    @callback
    def _follow_clock(self, _now: datetime | None = None) -> None:
        """Handle stays that began or ended, and schedule the next such time.

        States are updated before events are sent: an automation may read them.
        """
        now = dt_util.utcnow()
        since, self._checked_at = self._checked_at, now
        changed = [key for key, stays in self._stays.items() if stays.has_changed(since, now)]
        self._account.async_notify(changed)
        for home_id in self._homes.keys() & self._stays.keys():
            for at, kind in self._stays[home_id].new_events(now):
                self._on_event(home_id, kind, at)
                self._account.store.save_soon()
        self._cancel_timer()
        changes = (stays.next_change(now) for stays in self._stays.values())
        if (due := min(filter(None, changes), default=None)) is not None:
            self._timer = async_track_point_in_utc_time(self._account.hass, self._follow_clock, due)

    @callback
    def _cancel_timer(self) -> None:
        if self._timer:
            self._timer()
            self._timer = None

    # Storage

    def dump(self) -> dict[str, Json]:
        """Return what to store of each home. None of it is personal data."""
        return {home_id: stays.dump() for home_id, stays in self._stays.items()}

    def load(self, stored: Json) -> None:
        """Restore what an earlier run stored."""
        for home_id, saved in mapping(stored).items():
            if self.source(home_id) is not StaySource.NONE:
                self._stays[home_id].load(mapping(saved))
