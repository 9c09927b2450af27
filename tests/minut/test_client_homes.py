"""What the client asks of Minut about past events and guests of a home."""

from datetime import UTC, datetime

import pytest

from custom_components.point.minut.client import MAX_EVENTS, MinutClient
from custom_components.point.minut.exceptions import MinutRejectedError, MinutUnexpectedAnswerError
from custom_components.point.minut.guests import LIST_KEYS, Guest
from custom_components.point.minut.rate_limit import Priority

from .conftest import Cloud

GUEST = Guest(id="g1", data={"guest_id": "g1", "name": "Kim", "lock": 7})
START, END = datetime(2026, 11, 20, 8, tzinfo=UTC), datetime(2026, 11, 20, 9, tzinfo=UTC)


# Events


async def test_asks_for_events_by_time_type_and_guest(client: MinutClient, cloud: Cloud) -> None:
    paging = {"total_count": 2, "limit": 50, "offset": 0}
    cloud.says({"home_events": [{"event_type": "noise_detected"}, {}], "paging": paging})
    events = await client.home_events(
        "h1",
        start_at=START,
        end_at=END,
        event_types=["noise_detected", "noise_quieted"],
        guest_ids=["g1", "g2"],
        priority=Priority.COMMAND,
    )
    assert [event.type for event in events.items] == ["noise_detected"]
    assert cloud.calls[0].query == {
        "limit": "50",
        "offset": "0",
        "start_at": "2026-11-20T08:00:00.000Z",
        "end_at": "2026-11-20T09:00:00.000Z",
        "event_type": "noise_detected,noise_quieted",
        "guest_ids": "g1,g2",
    }


async def test_goes_on_after_what_it_cannot_read(client: MinutClient, cloud: Cloud) -> None:
    """A page may be shorter than asked for, or hold something odd."""
    cloud.says({"home_events": [{"event_type": "a"}, 7]})
    cloud.says({"home_events": [{"event_type": "b"}]})
    cloud.says({"home_events": []})
    found = await client.home_events("h1", start_at=START)
    assert [event.type for event in found.items] == ["a", "b"]
    assert found.is_complete
    assert [call.query["offset"] for call in cloud.calls] == ["0", "2", "3"]


async def test_ends_where_a_page_is_repeated(client: MinutClient, cloud: Cloud) -> None:
    for _ in range(2):
        cloud.says({"home_events": [{"event_type": "a"}]})
    found = await client.home_events("h1", start_at=START)
    assert len(found.items) == 1
    assert found.is_complete


async def test_never_asks_for_more_events_than_it_says(client: MinutClient, cloud: Cloud) -> None:
    for page in range(MAX_EVENTS // 50):
        events = [{"event_type": "a", "event_id": f"{page}-{number}"} for number in range(50)]
        cloud.says({"home_events": events})
    found = await client.home_events("h1", start_at=START)
    assert len(found.items) == MAX_EVENTS
    assert not found.is_complete
    assert set(cloud.calls[0].query) == {"limit", "offset", "start_at"}


# Guests


@pytest.mark.parametrize("name", [*LIST_KEYS, "visitors"])
async def test_finds_the_list_of_guests_under_each_name(
    client: MinutClient, cloud: Cloud, name: str
) -> None:
    cloud.says({name: [GUEST.data, {"guest": {"id": "g2"}}]})
    assert [guest.id for guest in await client.guests("h1")] == ["g1", "g2"]


async def test_follows_the_pages_of_guests(client: MinutClient, cloud: Cloud) -> None:
    cloud.says({"guests": [GUEST.data], "paging": {"total_count": 2}})
    cloud.says({"guests": [{"guest_id": "g2"}], "paging": {"total_count": 2}})
    assert [guest.id for guest in await client.guests("h1")] == ["g1", "g2"]


async def test_guests_that_have_no_id_known_here_do_not_become_one(
    client: MinutClient, cloud: Cloud
) -> None:
    cloud.says({"guests": [{"number": 1}, {"number": 2}]})
    assert len(await client.guests("h1")) == 2


async def test_an_answer_without_a_list_is_not_an_empty_one(
    client: MinutClient, cloud: Cloud
) -> None:
    cloud.says({"visitors": 0})
    with pytest.raises(MinutUnexpectedAnswerError):
        await client.guests("h1")


@pytest.mark.parametrize("refusal", [404, 405])
async def test_a_guest_is_sent_whole_where_a_part_is_not_taken(
    client: MinutClient, cloud: Cloud, refusal: int
) -> None:
    cloud.answers(refusal, "{}")
    cloud.says({})
    await client.update_guest("h1", GUEST, {"name": "Sam"})
    assert cloud.asked == ["PATCH /homes/h1/guests/g1", "PUT /homes/h1/guests/g1"]
    assert cloud.calls[0].body == {"name": "Sam"}
    assert cloud.calls[1].body == {"guest_id": "g1", "name": "Sam", "lock": 7}


async def test_a_change_that_is_refused_is_not_tried_otherwise(
    client: MinutClient, cloud: Cloud
) -> None:
    cloud.answers(400, "{}")
    with pytest.raises(MinutRejectedError):
        await client.update_guest("h1", GUEST, {"name": "Sam"})


async def test_a_guest_that_is_gone_already_is_fine(client: MinutClient, cloud: Cloud) -> None:
    cloud.answers(404, "{}")
    await client.delete_guest("h1", "g1")
