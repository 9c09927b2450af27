"""Lists that hold only summaries: each element is read by itself, within bounds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.point.minut.exceptions import (
    MinutError,
    MinutForbiddenError,
    MinutUnauthorizedError,
    MinutUnreachableError,
)
from custom_components.point.minut.models import Home
from custom_components.point.polling.details import (
    EMPTY_FOR,
    MAX_FAILURES,
    MAX_READS,
    DetailReader,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Minut:
    """Answers reads of single homes, and records them."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Callable[[str], Home | MinutError] = full
        self.details = DetailReader(self.read)

    async def read(self, home_id: str) -> Home:
        self.asked.append(home_id)
        answer = self.answer(home_id)
        if isinstance(answer, MinutError):
            raise answer
        return answer


@pytest.fixture
def minut() -> Minut:
    return Minut()


def summary(home_id: str) -> Home:
    return Home(id=home_id, name=home_id)


def full(home_id: str) -> Home:
    return Home(id=home_id, alarm_status="on")


def homes(count: int) -> list[Home]:
    return [summary(f"h{number}") for number in range(count)]


async def test_a_list_with_everything_is_left_alone(minut: Minut) -> None:
    listed = [full("h0"), full("h1")]
    completed = await minut.details.complete(listed, NOON)
    assert completed.items == tuple(listed)
    assert completed.has_all
    assert not completed.unchanged
    assert not minut.asked


async def test_each_summary_is_read_with_each_poll(minut: Minut) -> None:
    for _ in range(2):
        completed = await minut.details.complete([full("h9"), *homes(2)], NOON)
        assert completed.items == (full("h9"), full("h0"), full("h1"))
        assert completed.has_all
    assert sorted(minut.asked) == ["h0", "h0", "h1", "h1"]


async def test_many_summaries_take_turns(minut: Minut) -> None:
    """None is shown without its values, and none is read again before all were read."""
    listed = homes(2 * MAX_READS + 5)
    for polls in (1, 2):
        completed = await minut.details.complete(listed, NOON + polls * HOUR)
        assert len(minut.asked) == polls * MAX_READS
        assert len(completed.items) == polls * MAX_READS
        assert not completed.has_all
    completed = await minut.details.complete(listed, NOON + 3 * HOUR)
    assert completed.has_all
    assert len(completed.items) == len(listed)
    assert len(completed.unchanged) == MAX_READS + 5
    assert len(set(minut.asked)) == len(listed)


async def test_a_home_without_alarm_is_read_once_a_day(minut: Minut) -> None:
    minut.answer = summary
    for hours in range(3):
        completed = await minut.details.complete(homes(1), NOON + hours * HOUR)
        assert completed.items == (summary("h0"),)
        assert completed.has_all
    assert minut.asked == ["h0"]
    minut.answer = full
    completed = await minut.details.complete(homes(1), NOON + EMPTY_FOR)
    assert completed.items == (full("h0"),)


@pytest.mark.parametrize("answer", [lambda _: MinutForbiddenError("no"), lambda _: full("another")])
async def test_a_summary_stays_if_there_are_no_details(
    minut: Minut, answer: Callable[[str], Home | MinutError]
) -> None:
    minut.answer = answer
    for _ in range(2):
        completed = await minut.details.complete(homes(1), NOON)
        assert completed.items == (summary("h0"),)
    assert minut.asked == ["h0"]


async def test_what_cannot_be_read_for_now_is_left_out_at_first(minut: Minut) -> None:
    minut.answer = lambda key: MinutUnreachableError("x") if key == "h0" else full(key)
    for _ in range(MAX_FAILURES - 1):
        completed = await minut.details.complete(homes(2), NOON)
        assert completed.items == (full("h1"),)
        assert not completed.has_all
    completed = await minut.details.complete(homes(2), NOON)
    assert completed.items == (summary("h0"), full("h1"))
    assert completed.has_all


async def test_what_was_read_before_stays_if_reads_fail(minut: Minut) -> None:
    await minut.details.complete(homes(9), NOON)
    minut.answer = lambda _: MinutUnreachableError("x")
    minut.asked.clear()
    completed = await minut.details.complete(homes(9), NOON)
    assert completed.has_all
    assert completed.unchanged == {home.id for home in homes(9)}
    assert len(minut.asked) == MAX_FAILURES


async def test_an_ended_login_is_told(minut: Minut) -> None:
    minut.answer = lambda _: MinutUnauthorizedError("x")
    with pytest.raises(MinutUnauthorizedError):
        await minut.details.complete(homes(1), NOON)


async def test_what_is_not_shown_is_not_read(minut: Minut) -> None:
    completed = await minut.details.complete(homes(2), NOON, ignored=["h0"])
    assert completed.items == (summary("h0"), full("h1"))
    assert minut.asked == ["h1"]
