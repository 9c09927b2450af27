"""Commands for the thresholds and quiet hours of a Point."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from enum import StrEnum
import logging

from homeassistant.util import dt as dt_util

from ..minut.client import MinutClient
from ..minut.exceptions import (
    MinutError,
    MinutNotConfirmedError,
    MinutRejectedError,
    MinutUnexpectedAnswerError,
    MinutUnreachableError,
)
from ..minut.parsing import JsonObject
from ..minut.rate_limit import Priority
from ..minut.thresholds import Setting, Thresholds, ThresholdValues, Value, update_body
from ..polling.refresh import Refresher

_LOGGER = logging.getLogger(__name__)

type Outcomes = Mapping[Setting, Outcome]


class Outcome(StrEnum):
    """The result of a requested change."""

    CHANGED = "changed"
    """Minut shows a new value."""
    UNCHANGED = "unchanged"
    """The value was set already."""
    SENT = "sent"
    """Minut accepted the change and does not show the value."""
    KEPT = "kept"
    """Minut accepted the change and still shows the previous value."""


def ensure_changed(outcomes: Outcomes) -> None:
    """Raise MinutNotConfirmedError if Minut kept a previous value."""
    if Outcome.KEPT in outcomes.values():
        raise MinutNotConfirmedError("Minut still shows the previous value")


class ThresholdCommands:
    """Commands for the Points of an account."""

    def __init__(self, client: MinutClient, refresher: Refresher) -> None:
        self._client = client
        self._refresher = refresher
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def async_write(self, device_id: str, requested: ThresholdValues) -> Outcomes:
        """Change settings of one Point. Raises MinutError, InvalidThresholdsError.

        The list of reactions is written as a whole, so it is read first, and a lock keeps other
        changes from coming in between.
        """
        async with self._locks[device_id]:
            before = await self._read(device_id)
            body = update_body(before, requested)
            if not body:
                return dict.fromkeys(requested, Outcome.UNCHANGED)
            await self._update(device_id, body)
            after = await self._read_back(device_id)
            if after and _keeps_removed(after, requested):
                after = await self._remove_by_null(device_id, after, requested)
        outcomes = {
            setting: _outcome(setting, value, before, after) for setting, value in requested.items()
        }
        if not {Outcome.SENT, Outcome.KEPT}.isdisjoint(outcomes.values()):
            self._refresher.read_device_later(device_id)
        return outcomes

    async def _remove_by_null(
        self, device_id: str, current: Thresholds, requested: ThresholdValues
    ) -> Thresholds | None:
        """Remove limits that Minut kept by writing null instead of leaving them out."""
        removals = {setting: None for setting in requested if requested[setting] is None}
        try:
            body = update_body(current, removals, remove_by_null=True)
            await self._update(device_id, body)
        except MinutRejectedError as error:
            _LOGGER.debug("Minut rejects null to remove a limit: %s", error)
            return current
        return await self._read_back(device_id)

    async def _update(self, device_id: str, body: JsonObject) -> None:
        try:
            await self._client.update_device(device_id, body)
        except MinutUnreachableError, MinutUnexpectedAnswerError:  # the change may have been made
            self._refresher.read_device_later(device_id)
            raise

    async def _read_back(self, device_id: str) -> Thresholds | None:
        """Read the result of a change. If only this read fails, the change succeeded."""
        try:
            return await self._read(device_id)
        except MinutError as error:
            _LOGGER.debug("Cannot read a Point after a change: %s", error)
            return None

    async def _read(self, device_id: str) -> Thresholds:
        asked_at = dt_util.utcnow()
        device = await self._client.device(device_id, priority=Priority.COMMAND)
        self._refresher.merge_device(device, asked_at)
        return device.thresholds


def _keeps_removed(after: Thresholds, requested: ThresholdValues) -> bool:
    return any(
        value is None and after.value(setting) is not None for setting, value in requested.items()
    )


def _outcome(
    setting: Setting, value: Value, before: Thresholds, after: Thresholds | None
) -> Outcome:
    if before.matches(setting, value):
        return Outcome.UNCHANGED
    if after is None or not after.shows(setting):
        return Outcome.SENT
    is_new = after.matches(setting, value) or after.value(setting) != before.value(setting)
    return Outcome.CHANGED if is_new else Outcome.KEPT
