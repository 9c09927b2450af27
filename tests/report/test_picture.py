"""The picture of a night, by the colors of its pixels."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

from PIL import Image
import pytest

from custom_components.point.report.home import last_night
from custom_components.point.report.picture import (
    AXIS,
    LEFT,
    MAX_ROWS,
    OVER,
    RIGHT,
    ROW,
    SOUND,
    WIDTH,
    Row,
    draw,
)
from custom_components.point.state.span import Span

from .series import STEP, buckets

ZONE = ZoneInfo("Europe/Stockholm")
NIGHT = last_night(datetime(2026, 11, 20, 12, tzinfo=UTC), ZONE)


def row(
    values: Sequence[float | None], *, name: str = "Hallway", limit: float | None = 70.0
) -> Row:
    return Row(
        name=name,
        buckets=buckets(values, NIGHT.start),
        resolution=STEP,
        limit_at=lambda _at: limit,
    )


def image_of(*rows: Row, night: Span = NIGHT) -> Image.Image:
    image = Image.open(BytesIO(draw(rows, night, ZONE)))
    assert image.format == "PNG"
    return image


def column(hours: float) -> int:
    """Return the middle of the bucket that begins this many hours after the night."""
    width = WIDTH - LEFT - RIGHT
    return round(LEFT + width * (hours + 1 / 24) / 10)


def test_sound_is_a_bar_with_the_part_over_the_limit_in_another_color() -> None:
    image = image_of(row([40.0] * 60 + [85.0] * 60))
    assert image.size == (WIDTH, ROW + AXIS)
    assert image.getpixel((column(2), ROW - 5)) == SOUND
    assert image.getpixel((column(7), ROW - 5)) == SOUND
    quiet = [image.getpixel((column(2), y)) for y in range(ROW)]
    loud = [image.getpixel((column(7), y)) for y in range(ROW)]
    assert OVER not in quiet
    assert OVER in loud
    assert loud.index(OVER) < loud.index(SOUND)


def test_without_a_limit_nothing_is_over_it() -> None:
    image = image_of(row([85.0] * 120, limit=None))
    colors = {color for _, color in image.getcolors(maxcolors=1 << 20) or ()}
    assert SOUND in colors
    assert OVER not in colors


def test_a_gap_is_hatched_and_has_no_bar() -> None:
    image = image_of(row([60.0] * 40 + [None] * 40 + [60.0] * 40))
    inside = range(column(4), column(6))
    colors = {image.getpixel((x, ROW - 20)) for x in inside}
    assert SOUND not in colors
    assert len(colors) > 1  # the hatching
    assert image.getpixel((column(1), ROW - 20)) == SOUND


def test_the_background_is_transparent() -> None:
    color = image_of(row([30.0] * 120)).getpixel((column(5), ROW // 2))
    assert isinstance(color, tuple)
    assert color[3] == 0


@pytest.mark.parametrize("points", [0, 1, 3, MAX_ROWS, MAX_ROWS + 5])
def test_each_point_has_a_row_up_to_a_maximum(points: int) -> None:
    image = image_of(*[row([40.0] * 120)] * points)
    assert image.height == ROW * min(max(points, 1), MAX_ROWS) + AXIS


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Küche groß", "Kuche gross"),
        ("Værelse \N{EN DASH} Øst", "Vaerelse - Ost"),
        ("Łódź", "Lodz"),
        ("a\nb", "a b"),
        ("Кухня", "Point 1"),
        ("居間", "Point 1"),
        ("a\0b", "Point 1"),
        ("x" * 500, "x" * 60),
    ],
)
def test_a_name_is_drawn_in_the_letters_of_the_font(name: str, title: str) -> None:
    found, expected = (image_of(row([40.0] * 120, name=each)) for each in (name, title))
    assert found.tobytes() == expected.tobytes()


@pytest.mark.parametrize(("now", "hours"), [("2026-10-25T12:00Z", 11), ("2026-03-29T12:00Z", 9)])
def test_a_night_may_have_an_hour_more_or_less(now: str, hours: int) -> None:
    night = last_night(datetime.fromisoformat(now), ZONE)
    values = buckets([85.0] * (12 * hours), night.start)
    full = Row(name="Hallway", buckets=values, resolution=STEP, limit_at=lambda _at: None)
    image = image_of(full, night=night)
    assert image.getpixel((WIDTH - RIGHT - 6, ROW - 5)) == SOUND
    assert night.end - night.start == timedelta(hours=hours)
