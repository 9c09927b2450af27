"""What the client asks of Minut, and what it makes of the answers."""

from collections.abc import Awaitable, Callable

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.point.minut import client as client_module
from custom_components.point.minut.alarm import ALARM_WAYS, NOISE_WAYS, CommandWay
from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.exceptions import (
    MinutError,
    MinutForbiddenError,
    MinutRejectedError,
    MinutUnauthorizedError,
)
from custom_components.point.minut.guests import Guest
from custom_components.point.minut.rate_limit import Priority, RequestBudget

from .conftest import TOKEN, Cloud

type Ask = Callable[[MinutClient], Awaitable[object]]


def arm(client: MinutClient) -> Awaitable[None]:
    """Arm a home in the most likely way."""
    return client.command_home("h1", ALARM_WAYS["patch"], {"alarm_status": "on"})


GUEST = Guest(id="g1", data={"guest_id": "g1", "name": "Kim", "lock": 7})

ANSWERS: dict[str, tuple[Ask, object]] = {
    "GET /users/me": (lambda client: client.me(), {"user_id": "u"}),
    "GET /devices": (
        lambda client: client.devices(),
        {"devices": [{"device_id": "p1"}], "paging": {"total_count": 1}},
    ),
    "GET /devices/p1": (lambda client: client.device("p1"), {"device_id": "p1"}),
    "GET /homes": (
        lambda client: client.homes(),
        {"homes": [{"home_id": "h1"}], "paging": {"total_count": 1}},
    ),
    "GET /homes/h1": (lambda client: client.home("h1"), {"home_id": "h1"}),
    "PATCH /homes/h1/alarm": (arm, {}),
    "PUT /devices/p1": (lambda client: client.update_device("p1", {"reactions": []}), {}),
    "PUT /homes/h1": (lambda client: client.command_home("h1", NOISE_WAYS["put"], {}), {}),
    "GET /homes/h1/guests": (lambda client: client.guests("h1"), {"guests": []}),
    "POST /homes/h1/guests": (lambda client: client.create_guest("h1", {}), {"guest_id": "g1"}),
    "PATCH /homes/h1/guests/g1": (lambda client: client.update_guest("h1", GUEST, {}), {}),
    "DELETE /homes/h1/guests/g1": (lambda client: client.delete_guest("h1", "g1"), {}),
    "GET /webhooks": (lambda client: client.hooks(), {"hooks": []}),
    "POST /webhooks": (lambda client: client.create_hook("https://x", token="t"), {"hook_id": "k"}),
    "DELETE /webhooks/k1": (lambda client: client.delete_hook("k1"), {}),
}


# Each request


@pytest.mark.parametrize("request_line", ANSWERS)
async def test_asks_one_question_with_the_bearer_token(
    client: MinutClient, cloud: Cloud, request_line: str
) -> None:
    ask, answer = ANSWERS[request_line]
    cloud.says(answer)
    await ask(client)
    assert cloud.asked == [request_line]
    assert cloud.calls[0].query == {}
    assert cloud.calls[0].headers == {"Authorization": f"Bearer {TOKEN}"}


async def test_asks_for_the_token_each_time(cloud: Cloud) -> None:
    """It lives for an hour only."""
    tokens = iter(("first", "second"))

    async def access_token() -> str:
        return next(tokens)

    async with ClientSession() as session:
        client = MinutClient(session, access_token)
        cloud.says({"user_id": "u"}, {"user_id": "u"})
        await client.me()
        await client.me()
    assert [call.headers["Authorization"] for call in cloud.calls] == [
        "Bearer first",
        "Bearer second",
    ]


async def test_a_token_that_cannot_be_renewed_is_told_as_such(cloud: Cloud) -> None:
    async def access_token() -> str:
        raise MinutUnauthorizedError("cannot be renewed")

    async with ClientSession() as session:
        with pytest.raises(MinutUnauthorizedError, match="cannot be renewed"):
            await MinutClient(session, access_token).me()
    assert not cloud.calls


class SignIn:
    """Access tokens of which the cloud refuses some."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.refused: list[str] = []

    async def access_token(self) -> str:
        return self.tokens[0]

    async def renew(self, refused: str) -> str:
        self.refused.append(refused)
        self.tokens.remove(refused)
        return self.tokens[0]


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_token_that_is_refused_is_renewed_once(cloud: Cloud, status: int) -> None:
    """It ended before its time. Predecessor's defect 41."""
    sign_in = SignIn("first", "second")
    cloud.answers(status)
    cloud.says({"device_id": "p1"})
    async with ClientSession() as session:
        client = MinutClient(session, sign_in.access_token, renew=sign_in.renew)
        assert (await client.device("p1")).id == "p1"
    assert sign_in.refused == ["first"]
    assert cloud.asked == ["GET /devices/p1"] * 2
    assert cloud.calls[1].headers["Authorization"] == "Bearer second"


async def test_a_command_with_a_refused_token_is_sent_again_as_it_was(cloud: Cloud) -> None:
    sign_in = SignIn("first", "second")
    cloud.answers(401)
    cloud.says({})
    async with ClientSession() as session:
        client = MinutClient(session, sign_in.access_token, renew=sign_in.renew)
        await arm(client)
    assert cloud.asked == ["PATCH /homes/h1/alarm"] * 2
    assert cloud.calls[0].body == cloud.calls[1].body == {"alarm_status": "on"}


async def test_a_renewed_token_that_is_refused_too_is_final(cloud: Cloud) -> None:
    sign_in = SignIn("first", "second", "third")
    cloud.answers(401)
    cloud.answers(401)
    async with ClientSession() as session:
        client = MinutClient(session, sign_in.access_token, renew=sign_in.renew)
        with pytest.raises(MinutUnauthorizedError):
            await client.me()
    assert sign_in.refused == ["first"]


@pytest.mark.parametrize(
    ("status", "error"), [(400, MinutRejectedError), (403, MinutForbiddenError)]
)
async def test_a_request_that_is_refused_with_a_new_token_too_is_final(
    cloud: Cloud, status: int, error: type[MinutError]
) -> None:
    """The token was not the reason. It is not renewed again for each such answer."""
    sign_in = SignIn("first", "second", "third", "fourth")
    async with ClientSession() as session:
        client = MinutClient(session, sign_in.access_token, renew=sign_in.renew)
        for times in (2, 1):
            for _ in range(times):
                cloud.answers(status)
            with pytest.raises(error):
                await client.me()
        assert sign_in.refused == ["first"]
        sign_in.tokens.remove("second")  # it has expired
        cloud.answers(status)
        cloud.says({"user_id": "u1"})
        await client.me()
    assert sign_in.refused == ["first", "third"]


@pytest.mark.parametrize("status", [404, 405, 409, 422])
async def test_another_refusal_does_not_concern_the_token(cloud: Cloud, status: int) -> None:
    sign_in = SignIn("first", "second")
    cloud.answers(status)
    async with ClientSession() as session:
        client = MinutClient(session, sign_in.access_token, renew=sign_in.renew)
        with pytest.raises(MinutRejectedError):
            await client.me()
    assert sign_in.refused == []


async def test_talks_to_another_root_if_told_to(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def access_token() -> str:
        return TOKEN

    monkeypatch.setattr(f"{__package__}.conftest.API_ROOT", "http://127.0.0.1:8765/v8")
    cloud.says({"user_id": "u"})
    async with ClientSession() as session:
        await MinutClient(session, access_token, root="http://127.0.0.1:8765/v8").me()
    assert cloud.asked == ["GET /users/me"]


async def test_tells_which_account_it_is(client: MinutClient, cloud: Cloud) -> None:
    cloud.says({"user_id": "u1", "fullname": "Alex Example"})
    user = await client.me()
    assert (user.id, user.name) == ("u1", "Alex Example")


async def test_an_answer_of_another_content_type_is_read(client: MinutClient, cloud: Cloud) -> None:
    cloud.answers(200, '{"user_id": "u1"}', content_type="text/html")
    assert (await client.me()).id == "u1"


async def test_devices_that_left_the_account_are_left_out(
    client: MinutClient, cloud: Cloud
) -> None:
    listed = [{"device_id": "p1", "active": False}, {"device_id": "p2"}]
    cloud.says({"devices": listed, "paging": {"total_count": 2}})
    assert [device.id for device in (await client.devices()).items] == ["p2"]


# Commands for a home


@pytest.mark.parametrize("body", ["", "null", "[]"])
async def test_the_answer_to_arming_is_not_read(
    client: MinutClient, cloud: Cloud, body: str
) -> None:
    cloud.answers(204 if not body else 200, body)
    await arm(client)
    assert cloud.asked == ["PATCH /homes/h1/alarm"]
    assert cloud.calls[0].body == {"alarm_status": "on"}


@pytest.mark.parametrize("way", [*ALARM_WAYS.values(), *NOISE_WAYS.values()])
async def test_each_way_is_one_request(client: MinutClient, cloud: Cloud, way: CommandWay) -> None:
    cloud.says({})
    await client.command_home("h1", way, {"alarm_status": "off"})
    assert cloud.asked == [f"{way.method} /homes/h1{way.path}"]


@pytest.mark.parametrize("status", [400, 401, 403, 409, 429, 500, 501])
async def test_a_refusal_of_arming_is_an_error(
    client: MinutClient, cloud: Cloud, status: int
) -> None:
    """Predecessor's defect 66: nobody learnt of it."""
    cloud.answers(status)
    with pytest.raises(MinutError):
        await arm(client)


# Hooks


async def test_a_hook_is_registered_for_all_events(client: MinutClient, cloud: Cloud) -> None:
    """Predecessor's defect 82: neither the token nor the secret was used."""
    cloud.answers(201, '{"hook_id": "k1", "token": true, "hook_secret": "0c9d"}')
    hook = await client.create_hook("https://ha.example.org/api/webhook/0f", token="chosen")
    assert hook is not None
    assert (hook.id, hook.secret) == ("k1", "0c9d")
    assert cloud.calls[0].body == {
        "url": "https://ha.example.org/api/webhook/0f",
        "events": ["*"],
        "token": "chosen",
    }


async def test_a_hook_that_cannot_be_read_does_not_hide_the_others(
    client: MinutClient, cloud: Cloud
) -> None:
    cloud.says({"hooks": [None, {"url": "https://x"}, {"hook_id": "k2"}]})
    assert [hook.id for hook in (await client.hooks()).items] == ["k2"]


@pytest.mark.parametrize(
    ("status", "body"),
    [(204, ""), (200, '{"ok": true}'), (200, ""), (200, "<p>ok"), (404, "{}"), (410, "")],
)
async def test_a_hook_is_gone_whatever_the_answer_looks_like(
    client: MinutClient, cloud: Cloud, status: int, body: str
) -> None:
    """Predecessor's defect 44."""
    cloud.answers(status, body)
    await client.delete_hook("k1")
    assert cloud.asked == ["DELETE /webhooks/k1"]


async def test_a_guest_is_gone_if_minut_says_so(client: MinutClient, cloud: Cloud) -> None:
    cloud.answers(410)
    await client.delete_guest("h1", "g1")


async def test_a_hook_that_could_not_be_deleted_is_told(client: MinutClient, cloud: Cloud) -> None:
    cloud.answers(409)
    with pytest.raises(MinutRejectedError):
        await client.delete_hook("k1")


# Who goes first


async def test_what_the_user_asked_for_goes_first(
    client: MinutClient, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_as: list[Priority] = []

    async def acquire(_: RequestBudget, priority: Priority) -> None:
        asked_as.append(priority)

    monkeypatch.setattr(RequestBudget, "acquire", acquire)
    cloud.says({}, {"home_id": "h1"}, {"home_id": "h1"}, ANSWERS["GET /devices"][1])
    await arm(client)
    await client.home("h1", priority=Priority.COMMAND)
    await client.home("h1")
    await client.devices()
    assert asked_as == [Priority.COMMAND, Priority.COMMAND, Priority.STATE, Priority.STATE]


def test_the_root_is_minuts_newest() -> None:
    assert URL(client_module.API_ROOT) == URL("https://api.minut.com/v8")
