"""Polls an account's homes and Points, each when due."""

from collections import Counter
from enum import StrEnum

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..minut.exceptions import MinutForbiddenError
from ..registry.shared_homes import SharedHomes
from .account import Account
from .details import DetailReader
from .schedule import PollSchedule

TOLERATED_REFUSALS = 2
"""Maximum number of refusals in a row after which what was read before is still shown."""


class Part(StrEnum):
    """What the user may allow or refuse to be read, one by one."""

    HOMES = "homes"
    DEVICES = "devices"


class Poller:
    """The polls of one account."""

    def __init__(self, account: Account) -> None:
        self.schedule = PollSchedule()
        self._account = account
        self._state = account.data
        self._shared_homes = SharedHomes(account.hass, account.config_entry)
        self._home_details = DetailReader(account.client.home)
        self._device_details = DetailReader(account.client.device)
        self._searched_homes: set[str] = set()
        """Homes that Points named and no list contained."""
        self._changed: set[str] = set()
        self._read: set[Part] = set()
        self._refusals: Counter[Part] = Counter()
        """Number of refusals in a row."""

    @property
    def forbidden(self) -> set[Part]:
        """Return what Minut does not allow to be read."""
        return {
            part
            for part, count in self._refusals.items()
            if count > (TOLERATED_REFUSALS if part in self._read else 0)
        }

    async def async_poll(self) -> None:
        """Poll what is due. Raises MinutError; what was merged before the error stays.

        If Minut refuses only homes or only devices, the others are polled. The first refusal makes
        both due: Minut may refuse all.
        """
        now = dt_util.utcnow()
        is_due = {
            Part.HOMES: self.schedule.wants_homes(now),
            Part.DEVICES: self.schedule.wants_devices(now),
        }
        due = [part for part in Part if is_due[part]]
        refusal: MinutForbiddenError | None = None
        for part in due:
            refusal = await self._poll_part(part) or refusal
        if any(self._refusals[part] == 1 for part in due):
            for part in Part:
                if part not in due:
                    refusal = await self._poll_part(part) or refusal
        if refusal and all(self._refusals[part] for part in Part):
            raise refusal
        self._note_forbidden()

    async def _poll_part(self, part: Part) -> MinutForbiddenError | None:
        """Poll homes or devices. Return the refusal, if Minut does not allow it."""
        try:
            await (self._poll_homes() if part is Part.HOMES else self._poll_devices())
        except MinutForbiddenError as error:
            self._refusals[part] += 1
            return error
        self._read.add(part)
        self._refusals[part] = 0
        return None

    def _note_forbidden(self) -> None:
        """Schedule the next try for what is refused, and drop what was read of it before."""
        now, forbidden = dt_util.utcnow(), self.forbidden
        if self._refusals[Part.HOMES]:
            if Part.HOMES in forbidden:
                left = tuple(self._state.excluded_homes)
                self._changed |= self._state.merge_homes((), now, left=left)
            self.schedule.note_homes(self._state, now)
        if self._refusals[Part.DEVICES]:
            if Part.DEVICES in forbidden:
                self._changed |= self._state.merge_devices((), now)
            self.schedule.note_devices(self._state, now)

    @callback
    def pop_changed(self) -> set[str]:
        """Return the homes and Points that changed since the last call, by their ids."""
        changed, self._changed = self._changed, set()
        return changed

    async def _poll_homes(self) -> None:
        asked_at = dt_util.utcnow()
        listed = await self._account.client.homes()
        homes = await self._home_details.complete(
            listed.items, asked_at, ignored=self._state.excluded_homes
        )
        ids = {home.id for home in listed.items}
        is_complete = listed.is_complete and homes.has_all and not listed.unreadable
        self._changed |= self._state.merge_homes(
            homes.items,
            asked_at,
            is_complete=is_complete,
            left=self._shared_homes.claim(ids, is_complete=is_complete),
            unchanged=homes.unchanged,
        )
        self.schedule.note_homes(self._state, asked_at)
        if not homes.has_all:
            self.schedule.hasten(asked_at)

    async def _poll_devices(self) -> None:
        asked_at = dt_util.utcnow()
        listed = await self._account.client.devices()
        devices = await self._device_details.complete(
            listed.items, asked_at, ignored=self._state.excluded_devices
        )
        # A Point is registered with the name of its home: read that first if it is new.
        unlisted = self._state.unlisted_homes(devices.items) - self._searched_homes
        if unlisted and not self._refusals[Part.HOMES]:
            await self._poll_homes()
            self._searched_homes |= unlisted
        self._changed |= self._state.merge_devices(
            devices.items,
            asked_at,
            is_complete=listed.is_complete and devices.has_all and not listed.unreadable,
            unchanged=devices.unchanged,
        )
        self.schedule.note_devices(self._state, asked_at)
        if not devices.has_all:
            self.schedule.hasten(asked_at)
