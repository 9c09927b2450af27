"""A report as Markdown text. Pure: the words are those of the translations."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
import re
from typing import Final

from ..state.span import Span
from .figures import Range
from .home import HomeReport, PointReport

DASH: Final = "\N{EN DASH}"
SPECIAL: Final = re.compile(r"[\\`*_{}\[\]<>()#+!|~$&@:/]|(?<=www)\.", re.IGNORECASE)
"""Characters that could have a meaning in Markdown, also in GitHub's links without brackets."""
LIST: Final = re.compile(r"^(\d*)([.=-])")
"""Start of a name that Markdown would take for a list, such as "1. floor"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """Words of a language and the unit of temperatures.

    `texts`: options of the selector `report` in the translations. `events`: names of event types.
    """

    texts: Mapping[str, str]
    events: Mapping[str, str]
    decimal_mark: str
    unit: str = "°C"
    convert: Callable[[float], float] = float

    def text(self, key: str, **values: str) -> str:
        """Return a text with its placeholders replaced."""
        return self.texts[key].format(**values)

    def number(self, value: float) -> str:
        """Return a value with one decimal."""
        return f"{value:.1f}".replace(".", self.decimal_mark)


def escaped(name: str) -> str:
    """Return a name that Markdown shows as it is, on one line."""
    plain = SPECIAL.sub(lambda found: f"\\{found[0]}", " ".join(name.split()))
    return LIST.sub(r"\1\\\2", plain)


def markdown(report: HomeReport, words: Wording) -> str:
    """Return the report as a text in Markdown, with times in the time zone of the home."""
    clock = _Clock(report.zone, report.span)
    return "\n".join(
        [
            f"## {words.text('title', home=escaped(report.name))}",
            "",
            f"{clock.full(report.span.start)} {DASH} {clock.full(report.span.end)}",
            "",
            *([words.text("guest", name=escaped(report.guest)), ""] if report.guest else []),
            *_table(report, words, clock),
            "",
            f"### {words.text('notices')}",
            "",
            *_notices(report, words, clock),
            "",
            f"### {words.text('gaps')}",
            "",
            *_gaps(report, words, clock),
            "",
            *_remarks(report, words, clock),
        ]
    )


class _Clock:
    """Formats times of a span: with the zone's name if the clocks change within it."""

    def __init__(self, zone: tzinfo, span: Span) -> None:
        self._zone = zone
        offsets = {time.astimezone(zone).utcoffset() for time in (span.start, span.end)}
        self._suffix = " %Z" if len(offsets) > 1 else ""
        self._has_dates = span.end - span.start > timedelta(days=1)

    def full(self, time: datetime) -> str:
        return self._format(time, "%Y-%m-%d %H:%M")

    def short(self, time: datetime) -> str:
        """Return a time without its date, if the span is at most a day."""
        return self._format(time, "%Y-%m-%d %H:%M" if self._has_dates else "%H:%M")

    def _format(self, time: datetime, form: str) -> str:
        return time.astimezone(self._zone).strftime(form + self._suffix)


def _table(report: HomeReport, words: Wording, clock: _Clock) -> Iterator[str]:
    """Yield a table with a column for each Point."""
    points, span = report.points, report.span
    rows: dict[str, Callable[[PointReport], str]] = {
        "measured": lambda point: words.text(
            "measured_of",
            measured=duration(point.measured),
            total=duration(span.end - span.start),
        ),
        "loudest": lambda point: _loudest(point, words, clock),
        "over": lambda point: _over(point, words),
        "percentiles": lambda point: (
            " / ".join(f"{value:.0f}" for value in (found.l10, found.l50, found.l90)) + " dBA"
            if (found := point.levels)
            else DASH
        ),
        "leq": lambda point: f"{words.number(point.levels.leq)} dBA" if point.levels else DASH,
        "temperature": lambda point: _range(point.temperature, words, words.unit, words.convert),
        "humidity": lambda point: _range(point.humidity, words, "%"),
    }
    yield _row(["", *(escaped(point.name) for point in points)])
    yield _row(["---"] * (1 + len(points)))
    for key, cell in rows.items():
        yield _row([words.text(key), *map(cell, points)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _loudest(point: PointReport, words: Wording, clock: _Clock) -> str:
    if (found := point.levels) is None:
        return words.text("no_values")
    return words.text(
        "loudest_at", level=f"{words.number(found.loudest)} dBA", time=clock.short(found.loudest_at)
    )


def _over(point: PointReport, words: Wording) -> str:
    if point.levels is None:
        return DASH
    return words.text("no_limit") if point.over is None else duration(point.over)


def _range(
    found: Range | None, words: Wording, unit: str, convert: Callable[[float], float] = float
) -> str:
    if found is None:
        return DASH
    low, high = (words.number(convert(value)) for value in (found.low, found.high))
    return f"{low} {DASH} {high} {unit}"


def _notices(report: HomeReport, words: Wording, clock: _Clock) -> Iterator[str]:
    if report.notices is None:
        yield words.text("notices_unknown")
        return
    for notice in report.notices:
        event = words.events.get(notice.type, notice.type)
        by = words.text("by", name=escaped(notice.name)) if notice.name else ""
        yield f"- {clock.short(notice.at)}: {event}{f' ({by})' if by else ''}"
    if not report.notices:
        yield words.text("no_notices")
    if not report.is_complete:
        yield f"\n{words.text('notices_cut')}"


def _gaps(report: HomeReport, words: Wording, clock: _Clock) -> Iterator[str]:
    found = [(point, gap) for point in report.points for gap in point.gaps]
    for point, gap in found:
        start, end = clock.short(gap.span.start), clock.short(gap.span.end)
        cause = words.text(f"gap_{gap.cause}")
        yield f"- {escaped(point.name)}: {start} {DASH} {end} ({cause})"
    if not found:
        yield words.text("no_gaps")


def _remarks(report: HomeReport, words: Wording, clock: _Clock) -> Iterator[str]:
    """Yield what the reader has to know about the figures."""
    yield words.text("disclaimer")
    assumed = [point.assumed_until for point in report.points if point.assumed_until]
    if assumed:
        yield ""
        yield words.text("limits_assumed", since=clock.full(max(assumed)))


def duration(length: timedelta) -> str:
    """Return a duration in hours and minutes."""
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
