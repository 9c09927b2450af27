"""Answers that are not as expected: rejections with a status of success, nulls, odd elements."""

from datetime import UTC, datetime

import pytest

from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.exceptions import MinutRejectedError
from custom_components.point.minut.series import HOUR, SeriesName

from .conftest import Cloud
from .test_client import ANSWERS, Ask

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

# Commands that Minut rejects with a status of success

COMMANDS = [line for line in ANSWERS if not line.startswith("GET")]


@pytest.mark.parametrize("request_line", COMMANDS)
@pytest.mark.parametrize("error", ["not_allowed", {"code": 7}, True], ids=str)
async def test_an_error_in_the_answer_to_a_command_is_a_rejection(
    client: MinutClient, cloud: Cloud, request_line: str, error: object
) -> None:
    ask, answer = ANSWERS[request_line]
    assert isinstance(answer, dict)
    cloud.says({**answer, "error": error})
    with pytest.raises(MinutRejectedError) as rejection:
        await ask(client)
    assert rejection.value.status == 200
    assert cloud.asked == [request_line]


@pytest.mark.parametrize("request_line", COMMANDS)
@pytest.mark.parametrize("error", [None, "", False, {}], ids=str)
async def test_an_empty_error_is_none(
    client: MinutClient, cloud: Cloud, request_line: str, error: object
) -> None:
    ask, answer = ANSWERS[request_line]
    assert isinstance(answer, dict)
    cloud.says({**answer, "error": error})
    await ask(client)


async def test_a_device_may_have_a_field_error(client: MinutClient, cloud: Cloud) -> None:
    cloud.says({"device_id": "p1", "error": "E7"})
    assert (await client.device("p1")).id == "p1"


async def test_an_error_instead_of_what_was_asked_for_is_a_rejection(
    client: MinutClient, cloud: Cloud
) -> None:
    cloud.says({"error": "not_found", "message": "no such home"})
    with pytest.raises(MinutRejectedError) as rejection:
        await client.home("h1")
    assert rejection.value.status == 200


# Empty lists, and what cannot be read


@pytest.mark.parametrize(
    ("ask", "name"),
    [
        (lambda client: client.devices(), "devices"),
        (lambda client: client.homes(), "homes"),
        (lambda client: client.guests("h1"), "guests"),
        (lambda client: client.hooks(), "hooks"),
        (lambda client: client.events(start_at=NOON), "events"),
        (lambda client: client.home_events("h1", start_at=NOON), "home_events"),
    ],
)
async def test_a_list_that_is_null_is_empty(
    client: MinutClient, cloud: Cloud, ask: Ask, name: str
) -> None:
    cloud.says({name: None}, {"organizations": None})
    answer = await ask(client)
    assert not getattr(answer, "items", answer)
    assert not client.unreadable


READING = {"time": "2026-11-20T12:00:00Z", "value": 21}
STAY = {"check_in": "2026-12-24", "check_out": "2026-12-27"}

ODD: dict[str, tuple[Ask, object, int]] = {
    "devices": (
        lambda client: client.devices(),
        {
            "devices": [
                {"device_id": "one/two"},
                {
                    "device_id": "p1",
                    "latest_sensor_values": {
                        "temperature": {**READING, "value": "warm"},
                        "humidity": "damp",
                        "pressure": {**READING, "value": None},
                        "sound": READING,
                        "part_als": None,
                        "mould": {**READING, "value": None},
                        "light": {"time": READING["time"], "lux": 12},
                    },
                },
            ],
            "paging": {"total_count": 2},
        },
        4,
    ),
    "homes": (
        lambda client: client.homes(),
        {"homes": [{"name": "no id"}, {"home_id": "h1"}], "paging": {"total_count": 2}},
        1,
    ),
    "homes/{id}/guests": (
        lambda client: client.guests("h1"),
        {
            "guests": [
                {"id": "1", **STAY, "check_out": "2026-12-24"},
                {"id": "2 2", **STAY},
                {"id": "3", **STAY},
            ]
        },
        2,
    ),
    "webhooks": (lambda client: client.hooks(), {"hooks": [{"hook_id": "k 1"}]}, 1),
    "events": (lambda client: client.events(start_at=NOON), {"events": [{"id": "e"}]}, 1),
    "homes/{id}/events": (
        lambda client: client.home_events("h1", start_at=NOON),
        {"home_events": [3]},
        1,
    ),
    "devices/{id}/temperature": (
        lambda client: client.series(
            "p1",
            SeriesName.TEMPERATURE,
            start_at=NOON,
            end_at=NOON,
            resolution=HOUR,
        ),
        {
            "values": [
                {"datetime": "2026-11-20T12:00:00Z", "value": None},
                {"datetime": "2026-11-20T13:00:00Z", "value": "warm"},
                [1, None],
                [1, 2],
                7,
            ]
        },
        2,
    ),
}


@pytest.mark.parametrize("endpoint", ODD)
async def test_what_cannot_be_read_is_counted_and_logged_once(
    client: MinutClient, cloud: Cloud, caplog: pytest.LogCaptureFixture, endpoint: str
) -> None:
    ask, answer, count = ODD[endpoint]
    for _ in range(2):
        cloud.says(answer)
        await ask(client)
    assert client.unreadable == {endpoint: 2 * count}
    [line] = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert line == f"Skipping parts of Minut's answer to {endpoint} that cannot be read"
