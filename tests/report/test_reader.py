"""Series that are read in parts."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, cast

import pytest

from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.exceptions import MinutUnexpectedAnswerError
from custom_components.point.minut.series import HOUR, Bucket, Series, SeriesName
from custom_components.point.report.figures import measured_time
from custom_components.point.report.reader import FINE, async_series
from custom_components.point.state.span import Span

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MONTH = Span(NOON - 30 * DAY, NOON)


class ForgetfulClient:
    """A Minut that keeps fine values of the last days only; older ones by the hour, or `coarse`.

    `always`: resolution of the fine values, whatever is requested.
    """

    def __init__(
        self, fine_until: timedelta, coarse: timedelta = HOUR, always: timedelta | None = None
    ) -> None:
        self.requests = 0
        self._always = always
        self._coarse = coarse
        self._fine_from = NOON - fine_until

    async def series(
        self,
        _device_id: str,
        _name: SeriesName,
        *,
        start_at: datetime,
        end_at: datetime,
        resolution: timedelta,
        **_options: Any,
    ) -> Series:
        """Return a loud hour each day."""
        self.requests += 1
        fine = self._always or resolution
        step = fine if start_at >= self._fine_from else max(self._coarse, resolution)
        starts = [start_at + number * step for number in range((end_at - start_at) // step)]
        return Series(
            step, tuple(Bucket(each, 80.0 if each.hour == 1 else 40.0) for each in starts)
        )


async def read(client: ForgetfulClient, span: Span = MONTH, resolution: timedelta = FINE) -> Series:
    name = SeriesName.SOUND_LEVEL
    return await async_series(cast("MinutClient", client), "1", name, span, resolution)


async def test_parts_of_another_resolution_are_read_again_in_the_coarsest_one() -> None:
    """Otherwise a short value would count as much as a long one."""
    client = ForgetfulClient(fine_until=7 * DAY)
    series = await read(client)
    assert series.resolution == HOUR
    assert measured_time(series.buckets, HOUR, MONTH) == 30 * DAY
    distances = {after.start - before.start for before, after in pairwise(series.buckets)}
    assert distances == {HOUR}
    assert client.requests == 6 + 1


async def test_a_series_of_one_resolution_is_read_once() -> None:
    client = ForgetfulClient(fine_until=60 * DAY)
    series = await read(client)
    assert series.resolution == FINE
    assert len(series.buckets) == 30 * DAY // FINE
    assert client.requests == 6


async def test_values_of_more_than_an_hour_are_refused() -> None:
    with pytest.raises(MinutUnexpectedAnswerError):
        await read(ForgetfulClient(fine_until=7 * DAY, coarse=DAY))


async def test_an_answer_that_is_finer_than_requested_keeps_its_resolution() -> None:
    client = ForgetfulClient(fine_until=7 * DAY, always=FINE)
    series = await read(client, Span(NOON - DAY, NOON), HOUR)
    assert (series.resolution, len(series.buckets)) == (FINE, DAY // FINE)
