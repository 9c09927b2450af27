"""What can go wrong with a request, and what the client says of it."""

import asyncio

from aiohttp import (
    ClientConnectionError,
    ClientError,
    ClientPayloadError,
    ConnectionTimeoutError,
    ServerDisconnectedError,
)
from freezegun import freeze_time
import pytest

from custom_components.point.minut import connection
from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.exceptions import (
    MinutError,
    MinutForbiddenError,
    MinutRateLimitedError,
    MinutRejectedError,
    MinutUnauthorizedError,
    MinutUnexpectedAnswerError,
    MinutUnreachableError,
)
from custom_components.point.minut.rate_limit import RequestBudget

from .conftest import TOKEN, Cloud
from .test_client import ANSWERS

STATUSES: dict[int, type[MinutError]] = {
    302: MinutUnexpectedAnswerError,
    400: MinutRejectedError,
    401: MinutUnauthorizedError,
    403: MinutForbiddenError,
    404: MinutRejectedError,
    405: MinutRejectedError,
    409: MinutRejectedError,
    422: MinutRejectedError,
    429: MinutRateLimitedError,
    500: MinutUnreachableError,
    502: MinutUnreachableError,
    503: MinutUnreachableError,
    504: MinutUnreachableError,
}

BODIES = {
    "JSON": '{"error": "body-to-recognize"}',
    "HTML": "<html>body-to-recognize</html>",
    "no text": b"\xff\xfebody-to-recognize",
    "nothing": "",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("status", STATUSES)
async def test_each_status_has_its_error_whatever_the_body(
    client: MinutClient, cloud: Cloud, status: int, body: str | bytes
) -> None:
    """Predecessor's defects 73 and 75."""
    cloud.answers(status, body, headers={"Location": "https://elsewhere.example"})
    with pytest.raises(MinutError) as raised:
        await client.device("id-to-recognize")
    assert type(raised.value) is STATUSES[status]
    if isinstance(raised.value, MinutRejectedError):
        assert raised.value.status == status
    assert len(cloud.calls) == 1


@pytest.mark.parametrize("status", [*STATUSES, 200])
@pytest.mark.parametrize("body", ["body-to-recognize", '{"error": "body-to-recognize"}'])
async def test_no_error_tells_a_secret(
    client: MinutClient, cloud: Cloud, status: int, body: str
) -> None:
    """Predecessor's defects 69 and 72."""
    cloud.answers(status, body)
    with pytest.raises(MinutError) as raised:
        await client.device("id-to-recognize")
    told = f"{raised.value} {raised.value!r} {raised.value.args}"
    for secret in (TOKEN, "id-to-recognize", "body-to-recognize"):
        assert secret not in told


@pytest.mark.parametrize(
    "failure",
    [
        TimeoutError(),
        ConnectionTimeoutError(),
        ClientConnectionError(f"{TOKEN} id-to-recognize"),
        ServerDisconnectedError(),
        ClientPayloadError("body-to-recognize"),
        ClientError(),
    ],
    ids=lambda failure: type(failure).__name__,
)
async def test_no_answer_at_all_is_unreachable(
    client: MinutClient, cloud: Cloud, failure: Exception
) -> None:
    """Predecessor's defect 73: the failure became None."""
    cloud.fails(failure)
    with pytest.raises(MinutUnreachableError) as raised:
        await client.device("id-to-recognize")
    assert raised.value.retry_after is None
    for secret in (TOKEN, "id-to-recognize", "body-to-recognize"):
        assert secret not in str(raised.value)


NOT_JSON: dict[str, str | bytes] = {
    "truncated": '{"user_id": "u',
    "HTML": "<!doctype html><p>Back soon",
    "nothing": "",
    "two values": "{} {}",
    "bytes": b"\xff\xfe\x00",
    "deep nesting": "[" * 100_000,
    "a number beyond reason": "9" * 5_000,
}
NO_OBJECT: dict[str, str | bytes] = {"list": "[1]", "string": '"x"', "number": "1", "null": "null"}


READS = [line for line in ANSWERS if line.startswith("GET")]


@pytest.mark.parametrize("request_line", READS)
@pytest.mark.parametrize("body", (NOT_JSON | NO_OBJECT).values(), ids=NOT_JSON | NO_OBJECT)
async def test_a_body_of_another_shape_is_unexpected(
    client: MinutClient, cloud: Cloud, request_line: str, body: str | bytes
) -> None:
    ask, _ = ANSWERS[request_line]
    cloud.answers(200, body)
    with pytest.raises(MinutUnexpectedAnswerError):
        await ask(client)


@pytest.mark.parametrize("body", ["{}", '{"webhooks": null}', '{"hooks": {}}', '{"hooks": "k"}'])
async def test_an_answer_without_the_list_is_not_an_empty_list(
    client: MinutClient, cloud: Cloud, body: str
) -> None:
    """Else all that is known would be taken to be gone."""
    cloud.answers(200, body)
    with pytest.raises(MinutUnexpectedAnswerError):
        await client.hooks()


@pytest.mark.parametrize("request_line", ["GET /users/me", "GET /devices/p1", "GET /homes/h1"])
async def test_an_object_without_its_id_is_unexpected(
    client: MinutClient, cloud: Cloud, request_line: str
) -> None:
    ask, _ = ANSWERS[request_line]
    cloud.says({"name": "Hall"})
    with pytest.raises(MinutUnexpectedAnswerError, match=r"no \w+_id"):
        await ask(client)


async def test_a_hook_that_comes_without_its_id_is_none(client: MinutClient, cloud: Cloud) -> None:
    """Predecessor's defect 51: the remembered hook id was None."""
    cloud.says({"url": "https://x"})
    assert await client.create_hook("https://x", token="t") is None


async def test_a_page_that_fails_fails_the_list(client: MinutClient, cloud: Cloud) -> None:
    """Half a list would let the other half disappear."""
    cloud.says({"homes": [{"home_id": "h1"}], "paging": {"total_count": 2}})
    cloud.answers(502)
    with pytest.raises(MinutUnreachableError):
        await client.homes()


async def test_a_body_without_end_is_not_read_to_its_end(
    client: MinutClient, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MAX_BYTES", 20)
    cloud.says({"user_id": "1234"}, {"user_id": "12345678"})
    assert (await client.me()).id == "1234"
    with pytest.raises(MinutUnexpectedAnswerError, match="too large"):
        await client.me()


# How long to wait

DEFAULT = 60.0
RETRY_AFTER = [
    pytest.param("30", 30.0, id="seconds"),
    pytest.param(" 30 ", 30.0, id="seconds with blanks"),
    pytest.param("Fri, 20 Nov 2026 12:00:45 GMT", 45.0, id="date"),
    pytest.param("Fri, 20 Nov 2026 13:00:45 +0100", 45.0, id="date of a zone"),
    pytest.param("Fri, 20 Nov 2026 12:00:45 -0000", 45.0, id="date of no zone"),
]
NO_TIME = [
    pytest.param(None, id="none"),
    pytest.param("", id="empty"),
    pytest.param("soon", id="text"),
    pytest.param("-5", id="negative"),
    pytest.param("²", id="a digit that is no number"),
    pytest.param("Fri, 99 Nov 2026 12:00:45 GMT", id="no such date"),
]


@pytest.fixture
def pauses(client: MinutClient, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the pauses that the client makes."""
    made: list[float] = []

    def pause(_: RequestBudget, seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr(RequestBudget, "pause", pause)
    return made


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        *RETRY_AFTER,
        *(pytest.param(*case.values, DEFAULT, id=case.id) for case in NO_TIME),
        pytest.param("0", DEFAULT, id="no wait at all"),
        pytest.param("Fri, 20 Nov 2026 11:59:00 GMT", DEFAULT, id="date gone by"),
    ],
)
@freeze_time("2026-11-20T12:00:00Z")
async def test_after_too_many_requests_everything_pauses(
    client: MinutClient,
    cloud: Cloud,
    pauses: list[float],
    header: str | None,
    seconds: float,
) -> None:
    """Predecessor's defect 76."""
    cloud.answers(429, headers={} if header is None else {"Retry-After": header})
    with pytest.raises(MinutRateLimitedError) as raised:
        await client.me()
    assert raised.value.retry_after == seconds
    assert pauses == [seconds]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [*RETRY_AFTER, *(pytest.param(*case.values, None, id=case.id) for case in NO_TIME)],
)
@freeze_time("2026-11-20T12:00:00Z")
async def test_a_gateway_may_say_when_to_come_back(
    client: MinutClient,
    cloud: Cloud,
    pauses: list[float],
    header: str | None,
    seconds: float | None,
) -> None:
    cloud.answers(503, headers={} if header is None else {"Retry-After": header})
    with pytest.raises(MinutUnreachableError) as raised:
        await client.me()
    assert raised.value.retry_after == seconds
    assert not pauses


@freeze_time("2026-11-20T14:00:00Z")
async def test_a_date_is_told_by_the_clock_of_the_cloud(
    client: MinutClient, cloud: Cloud, pauses: list[float]
) -> None:
    """Ours may be wrong."""
    dates = {
        "Date": "Fri, 20 Nov 2026 12:00:00 GMT",
        "Retry-After": "Fri, 20 Nov 2026 12:00:45 GMT",
    }
    cloud.answers(429, headers=dates)
    with pytest.raises(MinutRateLimitedError):
        await client.me()
    cloud.answers(429, headers={**dates, "Date": "today"})
    with pytest.raises(MinutRateLimitedError):
        await client.me()
    assert pauses == [45.0, DEFAULT]


async def test_the_pause_holds_for_the_requests_that_follow(
    client: MinutClient, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now)
    cloud.answers(429, headers={"Retry-After": "30"})
    cloud.says({})
    with pytest.raises(MinutRateLimitedError):
        await client.me()
    now = 1_029.0
    with pytest.raises(MinutRateLimitedError) as raised:
        await client.update_device("p1", {})
    assert raised.value.retry_after == 1
    assert len(cloud.calls) == 1
    now = 1_030.0
    await client.update_device("p1", {})
    assert len(cloud.calls) == 2
