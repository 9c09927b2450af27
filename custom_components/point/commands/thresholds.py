"""Changes what a Point reacts to: whole, one change at a time, and by what the cloud then tells."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
import logging

from homeassistant.util import dt as dt_util

from ..minut.client import MinutClient
from ..minut.exceptions import (
    MinutError,
    MinutRejectedError,
    MinutUnexpectedAnswerError,
    MinutUnreachableError,
)
from ..minut.models import Device
from ..minut.parsing import JsonObject
from ..minut.rate_limit import Priority
from ..minut.thresholds import Setting, Thresholds, ThresholdValues, Value, update_body

_LOGGER = logging.getLogger(__name__)

type Outcomes = Mapping[Setting, Outcome]


class Outcome(StrEnum):
    """What became of a wish."""

    CHANGED = "changed"
    """Minut shows something new."""
    UNCHANGED = "unchanged"
    """It was so already."""
    SENT = "sent"
    """Minut took it without an error, and does not show what it made of it."""
    KEPT = "kept"
    """Minut took it without an error, and still shows what was there before."""


class ThresholdCommands:
    """Writes the settings of an account's Points.

    `take` is given each Point as it was read, and when that was asked for; `read_later` is asked
    to read a Point that could not be read after a change.
    """

    def __init__(
        self,
        client: MinutClient,
        *,
        take: Callable[[Device, datetime], None],
        read_later: Callable[[str], None],
    ) -> None:
        self._client = client
        self._take = take
        self._read_later = read_later
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def async_write(self, device_id: str, wishes: ThresholdValues) -> Outcomes:
        """Fulfil the wishes for one Point. Raises MinutError, InvalidThresholdsError.

        The list of reactions goes back whole, so it has to be fresh, and nobody else may be
        between reading and writing.
        """
        async with self._locks[device_id]:
            before = await self._read(device_id)
            body = update_body(before, wishes)
            if not body:
                return dict.fromkeys(wishes, Outcome.UNCHANGED)
            await self._update(device_id, body)
            after = await self._read_back(device_id)
            if after and _keeps_removed(after, wishes):
                after = await self._remove_by_null(device_id, after, wishes)
        outcomes = {
            setting: _outcome(setting, wish, before, after) for setting, wish in wishes.items()
        }
        if not {Outcome.SENT, Outcome.KEPT}.isdisjoint(outcomes.values()):
            self._read_later(device_id)
        return outcomes

    async def _remove_by_null(
        self, device_id: str, current: Thresholds, wishes: ThresholdValues
    ) -> Thresholds | None:
        """Remove in the other way the limits that are still there."""
        removals = {setting: None for setting in wishes if wishes[setting] is None}
        try:
            body = update_body(current, removals, remove_by_null=True)
            await self._update(device_id, body)
        except MinutRejectedError as error:
            _LOGGER.debug("Minut does not remove a limit in this way either: %s", error)
            return current
        return await self._read_back(device_id)

    async def _update(self, device_id: str, body: JsonObject) -> None:
        try:
            await self._client.update_device(device_id, body)
        except MinutUnreachableError, MinutUnexpectedAnswerError:  # it may have been done
            self._read_later(device_id)
            raise

    async def _read_back(self, device_id: str) -> Thresholds | None:
        """Read what became of it; where only that fails, the change was made all the same."""
        try:
            return await self._read(device_id)
        except MinutError as error:
            _LOGGER.debug("The changed Point could not be read: %s", error)
            return None

    async def _read(self, device_id: str) -> Thresholds:
        asked_at = dt_util.utcnow()
        device = await self._client.device(device_id, priority=Priority.COMMAND)
        self._take(device, asked_at)
        return device.thresholds


def _keeps_removed(after: Thresholds, wishes: ThresholdValues) -> bool:
    return any(
        wish is None and after.value(setting) is not None for setting, wish in wishes.items()
    )


def _outcome(
    setting: Setting, wish: Value, before: Thresholds, after: Thresholds | None
) -> Outcome:
    if before.matches(setting, wish):
        return Outcome.UNCHANGED
    if after is None or not after.shows(setting):
        return Outcome.SENT
    is_new = after.matches(setting, wish) or after.value(setting) != before.value(setting)
    return Outcome.CHANGED if is_new else Outcome.KEPT
