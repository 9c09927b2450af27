"""How far the import of history has come. Pure: nothing here waits or looks at a clock."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from ..minut.parsing import Json, items, mapping, moment

FIRST_IMPORT = timedelta(days=30)
CHUNK = timedelta(days=15)
"""So much is asked for at once."""

PASS_OVER = timedelta(hours=48)
"""What a later pass imports at least: Points deliver late."""
FEW_DEVICES = 10
EVERY_FEW = timedelta(hours=6)
EVERY_MANY = timedelta(hours=24)

type Key = tuple[str, str]
"""A Point's id and the key of one of its readings."""


@dataclass(frozen=True, slots=True)
class Span:
    """Whole hours, the end excluded."""

    start: datetime
    end: datetime

    def chunks(self, size: timedelta = CHUNK) -> Iterator[Span]:
        """Yield what can be asked for at once, newest first."""
        end = self.end
        while end > self.start:
            start = max(self.start, end - size)
            yield Span(start, end)
            end = start


@dataclass(slots=True)
class ReadingProgress:
    """One reading of one Point. The first import goes back from `back_to` to `goal`.

    `newest`: the start of the newest hour that Minut had; more of it may come. `passed_at`: when it
    was last looked for.
    """

    goal: datetime
    back_to: datetime
    passed_at: datetime
    newest: datetime | None = None

    @property
    def missing(self) -> timedelta:
        """Return how much of the first import is still to come."""
        return self.back_to - self.goal


class ImportProgress:
    """The progress of one account, by Point and reading."""

    def __init__(self) -> None:
        self._readings: dict[Key, ReadingProgress] = {}

    def due(self, keys: Collection[Key], until: datetime, now: datetime) -> list[tuple[Key, Span]]:
        """Return what should be imported now, up to `until`, the newest first.

        Of a first import it is the next chunk; afterwards the hours of a pass. A reading that is
        new begins with its first import.
        """
        every = EVERY_FEW if len({device for device, _ in keys}) <= FEW_DEVICES else EVERY_MANY
        found = []
        for key in keys:
            reading = self._readings.setdefault(
                key, ReadingProgress(until - FIRST_IMPORT, until, passed_at=now)
            )
            if reading.missing:
                start = max(reading.goal, reading.back_to - CHUNK)
                found.append((key, Span(start, reading.back_to)))
            elif not _slot(key, every, now) <= reading.passed_at <= now:
                start = min(until - PASS_OVER, reading.newest or until)
                found.append((key, Span(max(start, until - FIRST_IMPORT), until)))
        return sorted(found, key=lambda work: work[1].end, reverse=True)

    def done(self, key: Key, span: Span, newest: datetime | None, now: datetime) -> None:
        """Note that a span was imported; `newest` is the start of the newest hour in it."""
        reading = self._readings[key]
        if reading.missing:
            reading.back_to = span.start
            reading.newest = reading.newest or newest
        else:
            reading.newest = newest or reading.newest
            reading.passed_at = now

    def forget(self, is_gone: Callable[[str], bool]) -> None:
        """Forget the Points that are gone."""
        gone = {device_id for device_id in {key[0] for key in self._readings} if is_gone(device_id)}
        for key in [key for key in self._readings if key[0] in gone]:
            del self._readings[key]

    @property
    def percent(self) -> int:
        """Return how much of the first imports is done."""
        total = FIRST_IMPORT * len(self._readings)
        missing = sum((reading.missing for reading in self._readings.values()), timedelta())
        return 100 if not total else int(100 * (1 - missing / total))

    def summary(self) -> dict[str, int]:
        """Return what may stand in diagnostics: counts of readings, and how much is imported."""
        return {
            "readings": len(self._readings),
            "complete": sum(not reading.missing for reading in self._readings.values()),
            "first_import_percent": self.percent,
        }

    # What survives a restart

    def dump(self) -> dict[str, Json]:
        """Return the progress as JSON: by Point and reading, times in Unix seconds."""
        dumped: dict[str, dict[str, Json]] = {}
        for (device_id, key), reading in self._readings.items():
            times = (reading.goal, reading.back_to, reading.passed_at, reading.newest)
            dumped.setdefault(device_id, {})[key] = [
                int(time.timestamp()) if time else None for time in times
            ]
        return dict(dumped)

    def load(self, stored: Json) -> None:
        """Take what an earlier run had imported; what cannot be read is imported again."""
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


def _slot(key: Key, every: timedelta, now: datetime) -> datetime:
    """Return the last time at which a Point's pass was due; each Point has times of its own."""
    offset = timedelta(seconds=crc32(key[0].encode()) % every.total_seconds())
    since = (now - offset - datetime.min.replace(tzinfo=now.tzinfo)) % every
    return now - since
