"""Whatever a series looks like, it has the same values."""

from dataclasses import astuple
from datetime import timedelta

from homeassistant.util import dt as dt_util
import pytest

from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.series import HOUR, Bucket, SeriesName

from ..helpers.house import House

ANSWERS = (
    *("unit_fahrenheit", "unit_hectopascal", "number_as_text", "object_wrapped"),
    *("time_unix_seconds", "time_unix_milliseconds"),
)
NAMES = (
    SeriesName.TEMPERATURE,
    SeriesName.HUMIDITY,
    SeriesName.SOUND_LEVEL,
    SeriesName.PRESSURE,
    SeriesName.BATTERY,
    SeriesName.MOTION_EVENTS,
)


async def buckets(client: MinutClient, device_id: str, name: SeriesName) -> tuple[Bucket, ...]:
    now = dt_util.utcnow()
    series = await client.series(
        device_id, name, start_at=now - timedelta(hours=6), end_at=now, resolution=HOUR
    )
    assert not series.unreadable
    return series.buckets


async def test_series_have_the_same_values(house: House) -> None:
    await house.link()
    await house.advance(hours=6)
    client = house.entry.runtime_data.client
    for name in NAMES:
        usual = await buckets(client, house.point, name)
        assert usual, name
        for alternative in ANSWERS:
            house.simulator.use(alternative)
            found = await buckets(client, house.point, name)
            house.simulator.alternatives.set(alternative, active=False)
            assert [bucket.start for bucket in found] == [bucket.start for bucket in usual]
            for bucket, expected in zip(found, usual, strict=True):
                # The simulator rounds to hundredths of °F and of hPa.
                assert astuple(bucket)[1:] == pytest.approx(astuple(expected)[1:], abs=1)
                if name is not SeriesName.PRESSURE:
                    assert bucket.value == pytest.approx(expected.value, abs=0.01)
