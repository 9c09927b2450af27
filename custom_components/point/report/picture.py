"""Picture of the noise of a night. Drawn with Pillow, which is slow: call it in a worker thread.

The background is transparent and the colors stand out from white as well as from black, so that
one picture suits light and dark dashboards, and messages.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache
from io import BytesIO
from typing import Final
from unicodedata import combining, normalize

from PIL import Image, ImageDraw, ImageFont

from ..minut.series import Bucket
from ..state.span import Span
from .figures import gaps

WIDTH: Final = 1_200
ROW: Final = 260
"""Height of the part of a Point, in pixels."""
AXIS: Final = 44
"""Height of the hours below."""
LEFT: Final = 64
RIGHT: Final = 24
TITLE: Final = 44
"""Height of the name of a Point."""
LETTERS: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
    | {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th"}
    | {"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{EN DASH}": "-"}
)
"""Characters that are not an ASCII letter with an accent, in ASCII."""
MAX_ROWS: Final = 8
"""Maximum number of Points in one picture."""

QUIET_LEVEL: Final = 30.0
"""dB(A) at the bottom: a quiet room (API notes 10)."""
LOUD_LEVEL: Final = 100.0
"""dB(A) at the top."""
GRID: Final = (40, 60, 80, 100)
"""Levels with a line, in dB(A)."""

SOUND: Final = (33, 136, 214, 255)
OVER: Final = (226, 101, 32, 255)
TEXT: Final = (128, 128, 128, 255)
LINE: Final = (128, 128, 128, 72)
LIMIT: Final = (214, 60, 96, 255)
HATCH: Final = (128, 128, 128, 110)
HATCH_STEP: Final = 14
"""Distance of the lines that mark a gap, in pixels."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """The sound level of a Point. `limit_at`: the noise limit in dB(A) that held at a time."""

    name: str
    buckets: Sequence[Bucket]
    resolution: timedelta
    limit_at: Callable[[datetime], float | None]


def draw(rows: Sequence[Row], night: Span, zone: tzinfo) -> bytes:
    """Return a PNG with a row for each Point. Gaps are hatched, times are those of `zone`."""
    shown = rows[:MAX_ROWS]
    size = (WIDTH, ROW * max(1, len(shown)) + AXIS)
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    canvas = ImageDraw.Draw(image)
    for hour in _hours(night, zone):
        x = _x(hour, night)
        label = f"{hour.astimezone(zone):%H}"
        canvas.line([(x, 0), (x, size[1] - AXIS)], fill=LINE)
        canvas.text((x, size[1] - AXIS + 8), label, fill=TEXT, font=_font(22), anchor="ma")
    for number, row in enumerate(shown):
        part = Image.new("RGBA", (WIDTH, ROW), (0, 0, 0, 0))
        _Chart(part, night).draw(row, _title(row.name, number))
        image.alpha_composite(part, (0, number * ROW))
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _title(name: str, number: int) -> str:
    """Return the name of a Point in ASCII, as Pillow's own font has no other letters.

    A name in another script becomes its number.
    """
    decomposed = normalize("NFKD", " ".join(name.split()).translate(LETTERS))
    plain = "".join(each for each in decomposed if not combining(each))[:60]
    return plain if plain.isascii() and plain.isprintable() else f"Point {number + 1}"


def _hours(night: Span, zone: tzinfo) -> Iterator[datetime]:
    """Yield the full hours of a night in UTC, by the clocks of `zone`."""
    offset = timedelta(minutes=night.start.astimezone(zone).minute)
    hour = night.start - offset
    while hour <= night.end:
        if hour >= night.start:
            yield hour
        hour += timedelta(hours=1)


def _x(time: datetime, night: Span) -> float:
    part = (time - night.start) / (night.end - night.start)
    return LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, max(0.0, part))


def _y(level: float) -> float:
    part = (level - QUIET_LEVEL) / (LOUD_LEVEL - QUIET_LEVEL)
    return ROW - 1 - (ROW - TITLE - 1) * min(1.0, max(0.0, part))


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


class _Chart:
    """Draws the row of a Point."""

    def __init__(self, image: Image.Image, night: Span) -> None:
        self._image = image
        self._canvas = ImageDraw.Draw(image)
        self._night = night

    def draw(self, row: Row, title: str) -> None:
        for gap in gaps(row.buckets, row.resolution, self._night):
            self._hatch(_x(gap.start, self._night), _x(gap.end, self._night))
        for level in GRID:
            y = _y(level)
            self._canvas.line([(LEFT, y), (WIDTH - RIGHT, y)], fill=LINE)
            self._text((LEFT - 10, y), str(level), 20, anchor="rm")
        for bucket in row.buckets:
            self._bar(bucket, row)
        self._limits(row)
        self._text((LEFT, 8), title, 26, anchor="la")
        self._text((WIDTH - RIGHT, 12), "dBA", 20, anchor="ra")

    def _text(self, at: tuple[float, float], text: str, size: int, *, anchor: str) -> None:
        self._canvas.text(at, text, fill=TEXT, font=_font(size), anchor=anchor)

    def _bar(self, bucket: Bucket, row: Row) -> None:
        """Draw a bucket as a bar, with the part above the limit in another color."""
        left = _x(bucket.start, self._night)
        right = max(left + 1, _x(bucket.start + row.resolution, self._night) - 1)
        limit = row.limit_at(bucket.start)
        top = bucket.value if limit is None else min(bucket.value, limit)
        self._canvas.rectangle([left, _y(top), right, ROW], fill=SOUND)
        if limit is not None and bucket.value > limit:
            self._canvas.rectangle([left, _y(bucket.value), right, _y(limit)], fill=OVER)

    def _limits(self, row: Row) -> None:
        """Draw the limits as dashes, one for each step of the series."""
        time = self._night.start
        while time < self._night.end:
            if (limit := row.limit_at(time)) is not None:
                left, right = (_x(at, self._night) for at in (time, time + row.resolution / 2))
                self._canvas.line([(left, _y(limit)), (right, _y(limit))], fill=LIMIT, width=3)
            time += row.resolution

    def _hatch(self, left: float, right: float) -> None:
        """Mark a time without measurements by slanted lines."""
        width, height = int(right - left), ROW - TITLE
        if width < 1:
            return
        part = Image.new("RGBA", (width, height), (0, 0, 0, 0))
        lines = ImageDraw.Draw(part)
        for x in range(-height, width, HATCH_STEP):
            lines.line([(x, height), (x + height, 0)], fill=HATCH, width=2)
        self._image.paste(part, (int(left), TITLE))
