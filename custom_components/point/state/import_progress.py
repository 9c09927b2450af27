"""Progress of the history import. Pure: it never waits or reads a clock."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from ..minut.parsing import Json, items, mapping, moment
from .span import Span

FIRST_IMPORT = timedelta(days=30)
"""Period of the first import of a reading."""
CHUNK = timedelta(days=15)
"""Maximum period of one request."""

PASS_PERIOD = timedelta(hours=48)
"""Minimum period of a later pass: Points may report late."""
FEW_DEVICES = 10
"""Maximum number of Points for which the passes are frequent."""
INTERVAL_FEW = timedelta(hours=6)
INTERVAL_MANY = timedelta(hours=24)

type Key = tuple[str, str]
"""Id of a Point and key of one of its readings."""


@dataclass(slots=True)
class ReadingProgress:
    """Progress of one reading of one Point.

    The first import goes backwards: `back_to` is how far it has come, `goal` where it ends.
    `newest`: start of the newest hour that Minut had, which may have been incomplete.
    `passed_at`: time of the last pass.
    """

    goal: datetime
    back_to: datetime
    passed_at: datetime
    newest: datetime | None = None

    @property
    def missing(self) -> timedelta:
        """Return the period of the first import that has yet to be imported."""
        return self.back_to - self.goal


class ImportProgress:
    """Import progress of an account, by Point and reading."""

    def __init__(self) -> None:
        self._readings: dict[Key, ReadingProgress] = {}

    def due(self, keys: Collection[Key], until: datetime, now: datetime) -> list[tuple[Key, Span]]:
        """Return the periods of these readings to import now, up to `until`, newest first.

        That is the next chunk of the first import, or else a pass if one is due. New readings are
        added.
        """
        is_small = len({device for device, _ in keys}) <= FEW_DEVICES
        interval = INTERVAL_FEW if is_small else INTERVAL_MANY
        found = []
        for key in keys:
            reading = self._readings.setdefault(
                key, ReadingProgress(until - FIRST_IMPORT, until, passed_at=now)
            )
            if reading.missing:
                start = max(reading.goal, reading.back_to - CHUNK)
                found.append((key, Span(start, reading.back_to)))
            elif not _last_due(key, interval, now) <= reading.passed_at <= now:
                start = min(until - PASS_PERIOD, reading.newest or until)
                found.append((key, Span(max(start, until - FIRST_IMPORT), until)))
        return sorted(found, key=lambda work: work[1].end, reverse=True)

    def mark_done(self, key: Key, span: Span, newest: datetime | None, now: datetime) -> None:
        """Mark a span as imported. `newest`: start of the newest hour in it, None without any."""
        reading = self._readings[key]
        if reading.missing:
            reading.back_to = span.start
            reading.newest = reading.newest or newest
        else:
            reading.newest = newest or reading.newest
            reading.passed_at = now

    def remove_devices(self, is_gone: Callable[[str], bool]) -> None:
        """Remove the Points for which `is_gone` returns True."""
        gone = {device_id for device_id in {key[0] for key in self._readings} if is_gone(device_id)}
        for key in [key for key in self._readings if key[0] in gone]:
            del self._readings[key]

    @property
    def percent(self) -> int:
        """Return the finished percentage of the first imports; 100 without any readings."""
        total = FIRST_IMPORT * len(self._readings)
        missing = sum((reading.missing for reading in self._readings.values()), timedelta())
        return 100 if not total else int(100 * (1 - missing / total))

    def summary(self) -> dict[str, int]:
        """Return counts of readings and the percentage of the first imports, for diagnostics."""
        return {
            "readings": len(self._readings),
            "complete": sum(not reading.missing for reading in self._readings.values()),
            "first_import_percent": self.percent,
        }

    # Storage

    def dump(self) -> dict[str, Json]:
        """Return the progress to store: by Point and reading, times in Unix seconds."""
        dumped: dict[str, dict[str, Json]] = {}
        for (device_id, key), reading in self._readings.items():
            times = (reading.goal, reading.back_to, reading.passed_at, reading.newest)
            dumped.setdefault(device_id, {})[key] = [
                int(time.timestamp()) if time else None for time in times
            ]
        return dict(dumped)

    def load(self, stored: Json) -> None:
        """Load a stored progress. Readings that cannot be parsed are imported again."""
        for device_id, readings in mapping(stored).items():
            for key, times in mapping(readings).items():
                match [moment(time) for time in items(times)]:
                    case [
                        datetime() as goal,
                        datetime() as back_to,
                        datetime() as passed_at,
                        last,
                    ] if goal <= back_to <= goal + FIRST_IMPORT:
                        progress = ReadingProgress(goal, back_to, passed_at, last)
                        self._readings[device_id, key] = progress


def _last_due(key: Key, interval: timedelta, now: datetime) -> datetime:
    """Return when a Point's last pass was due. Each Point has its own offset."""
    offset = timedelta(seconds=crc32(key[0].encode()) % interval.total_seconds())
    since = (now - offset - datetime.min.replace(tzinfo=now.tzinfo)) % interval
    return now - since
