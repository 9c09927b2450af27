"""The stays of one home: which one goes on, what an answer changes, and what is told when."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.point.minut.guests import Stay
from custom_components.point.minut.parsing import Json
from custom_components.point.state.stays import MAX_OPEN_STAY, HomeStays, StayEvent

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(hours: float, seconds: float = 0) -> datetime:
    return NOON + timedelta(hours=hours, seconds=seconds)


def stay(stay_id: str, check_in: float, check_out: float | None = None) -> Stay:
    return Stay(
        id=stay_id,
        check_in=at(check_in),
        check_out=None if check_out is None else at(check_out),
    )


def stays(*found: Stay) -> HomeStays:
    home = HomeStays()
    home.merge(found)
    return home


BACK_TO_BACK = stays(stay("a", -48, 0), stay("b", 0, 24), stay("c", 72, 96))


@pytest.mark.parametrize(
    ("hours", "present", "shown"),
    [
        (-49, None, "a"),
        (-48, "a", "a"),
        (-0.1, "a", "a"),
        (0, "b", "b"),
        (24, None, "c"),
        (72, "c", "c"),
        (96, None, None),
    ],
)
def test_shows_the_present_or_the_next(
    hours: float, present: str | None, shown: str | None
) -> None:
    now = at(hours)
    visit, next_visit = BACK_TO_BACK.current(now), BACK_TO_BACK.current_or_next(now)
    assert (visit and visit.stay.id) == present
    assert (next_visit and next_visit.stay.id) == shown


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(-1, 1, "ab"), (0, 1, "b"), (24, 72, ""), (24, 72.1, "c"), (-99, 99, "abc")],
)
def test_finds_what_lies_in_a_range(start: float, end: float, expected: str) -> None:
    found = BACK_TO_BACK.between(at(start), at(end))
    assert "".join(visit.stay.id for visit in found) == expected


def test_of_two_at_once_the_later_shows() -> None:
    home = stays(stay("a", -48, 48), stay("b", -1, 1))
    present = home.current(NOON)
    assert present
    assert present.stay.id == "b"
    later = home.current(at(2))
    assert later
    assert later.stay.id == "a"


def test_a_stay_without_check_out_lasts_until_the_next() -> None:
    open_ended = stays(stay("a", 0), stay("b", 48), stay("c", 48, 50))
    ends = [visit.end for visit in open_ended.between(at(0), at(1))]
    assert ends == [at(48)]
    assert [visit.end for visit in stays(stay("a", 0)).between(at(0), at(1))] == [
        NOON + MAX_OPEN_STAY
    ]


# What an answer changes


def test_one_empty_answer_never_empties_it() -> None:
    home = stays(stay("a", 0, 1))
    assert not home.merge(())
    assert (home.is_unconfirmed, home.is_known) == (True, True)
    assert home.current(NOON)
    assert home.merge(())
    assert (home.is_unconfirmed, home.is_known) == (False, True)
    assert home.current(NOON) is None
    assert not home.merge(())


def test_a_list_between_two_empty_answers_is_believed() -> None:
    home = stays(stay("a", 0, 1))
    home.merge(())
    home.merge((stay("a", 0, 1),))
    home.merge(())
    assert home.current(NOON)


def test_one_empty_answer_after_a_restart_is_doubted_too() -> None:
    home = HomeStays()
    home.load(stays(stay("a", 0, 1)).dump())
    known = []
    for _ in range(2):
        home.merge(())
        known.append(home.is_known)
    assert known == [False, True]


def test_a_home_that_never_had_stays_is_known_at_once() -> None:
    home = stays()
    assert home.is_known
    later = HomeStays()
    later.load(home.dump())
    later.merge(())
    assert later.is_known


def test_an_empty_answer_after_the_last_was_deleted_here_is_no_surprise() -> None:
    home = stays(stay("a", 0, 1))
    home.remove("a")
    assert home.current(NOON) is None
    home.merge(())
    assert not home.is_unconfirmed


def test_tells_whether_anything_changed() -> None:
    home = HomeStays()
    assert home.merge((stay("a", 0, 1),))
    assert not home.merge((stay("a", 0, 1),))
    assert home.merge((stay("a", 0, 2),))


# What is told


def news(home: HomeStays, now: datetime) -> list[StayEvent]:
    return [kind for _, kind in home.new_events(now)]


def test_tells_each_turn_once_and_an_end_before_a_beginning() -> None:
    home = stays(stay("a", -48, 0), stay("b", 0, 24))
    assert home.next_change(at(-1)) == NOON
    assert news(home, at(0, -1)) == []
    assert news(home, NOON) == [StayEvent.ENDED, StayEvent.STARTED]
    assert news(home, at(0, 10)) == []
    assert home.next_change(NOON) == at(24)
    assert home.next_change(at(24)) is None


def test_tells_nothing_that_is_stale() -> None:
    assert news(stays(stay("a", 0, 1)), at(0, 301)) == []
    assert news(stays(stay("a", 0, 1)), at(0, 300)) == [StayEvent.STARTED]


def test_tells_nothing_twice_over_a_restart_or_an_empty_answer() -> None:
    home = stays(stay("a", 0, 1))
    assert news(home, NOON) == [StayEvent.STARTED]
    again = HomeStays()
    again.load(home.dump())
    assert news(again, at(0, 5)) == []
    again.merge((stay("a", 0, 1),))
    assert news(again, at(0, 10)) == []


def test_what_began_during_a_short_restart_is_told() -> None:
    again = HomeStays()
    again.load(stays(stay("a", 0, 1)).dump())
    again.merge((stay("a", 0, 1),))
    assert news(again, at(0, 60)) == [StayEvent.STARTED]


def test_the_end_of_a_stay_without_check_out_is_not_told() -> None:
    home = stays(stay("a", 0), stay("b", 24, 25))
    assert news(home, at(24)) == [StayEvent.STARTED]
    assert home.has_changed(at(23), at(24))
    assert not home.has_changed(at(24), at(24.5))


def test_what_was_told_is_forgotten_when_it_is_stale() -> None:
    home = stays(stay("a", 0, 1))
    home.new_events(NOON)
    home.new_events(at(0, 301))
    assert home.dump()["told"] == {}


def test_what_is_kept_is_not_personal_and_whatever_is_stored_is_read() -> None:
    home = HomeStays()
    home.merge((Stay(id="a", check_in=NOON, name="Kim", email="k@x", phone="+46"),))
    home.new_events(NOON)
    assert "Kim" not in str(home.dump())
    assert "k@x" not in str(home.dump())
    odd: list[dict[str, Json]] = [{"told": 3, "had_stays": "yes"}, {"told": {"a": 1.5, "b": "x"}}]
    for saved in odd:
        HomeStays().load(saved)
