"""Each member of each answer, absent, null, in a wrapper and as text: nothing is lost in silence.

The answer is read as if it was right, or it is an error, or it is counted as not readable, or the
fingerprint in the diagnostics names the member. What may be absent is listed with the reason.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
import json
from typing import Any, Final

import pytest

from custom_components.point.auth.token_endpoint import _token_in
from custom_components.point.minut import rate_limit
from custom_components.point.minut.assumptions import Verdict, judged
from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.exceptions import MinutError
from custom_components.point.minut.models import Device
from custom_components.point.minut.paging import Listing
from custom_components.point.minut.series import SeriesName
from custom_components.point.minut.thresholds import Setting, Thresholds

from ..fuzz.cloud import ANSWERS, DAY, EVENT, HOME, HOME_ANSWER, HOOK, NOW, PAGING, POINT, Network

type Path = tuple[str | int, ...]
type Ask = Callable[[MinutClient], Awaitable[object]]
type Vary = Callable[[Any, str | int], None]

HOME_EVENT: Final = {
    "event_id": "66bb00112233445566778899",
    "event_type": "noise_detected",
    "event_time": "2026-11-20T12:00:00Z",
    "home_id": HOME,
}
MOTION: Final = {"time_resolution": 3600, "values": [[1_795_000_000, 3], [1_795_003_600, 0]]}
TEMPERATURE: Final = {
    "unit": "celsius",
    "time_resolution": 3600,
    "values": [{"datetime": "2026-11-20T10:00:00Z", "value": 21, "min": 20, "max": 22}],
}


def series(name: SeriesName) -> Ask:
    """Return a request for a series."""
    hour = timedelta(hours=1)
    return lambda client: client.series(
        POINT, name, start_at=NOW - DAY, end_at=NOW, resolution=hour
    )


ENDPOINTS: dict[str, tuple[Ask, Any]] = {
    "GET users/me": (lambda client: client.me(), ANSWERS["users/me"]),
    "GET devices": (lambda client: client.devices(), ANSWERS["devices"]),
    "GET devices/{id}": (lambda client: client.device(POINT), ANSWERS[f"devices/{POINT}"]),
    "GET homes": (lambda client: client.homes(), ANSWERS["homes"]),
    "GET homes/{id}": (lambda client: client.home(HOME), HOME_ANSWER),
    "GET events": (
        lambda client: client.events(start_at=NOW),
        {
            "events": [{key: value for key, value in EVENT.items() if key != "event_type"}],
            "paging": PAGING,
        },
    ),
    "GET homes/{id}/events": (
        lambda client: client.home_events(HOME, start_at=NOW),
        {"home_events": [HOME_EVENT], "paging": PAGING},
    ),
    "GET homes/{id}/guests": (
        lambda client: client.guests(HOME),
        {
            "guests": [
                {
                    "guest_id": "5f0a1",
                    "name": "Kim",
                    "check_in_at": "2026-11-20T15:00:00Z",
                    "check_out_at": "2026-11-22T10:00:00Z",
                    "email": "kim@example.org",
                    "phone_number": "+46700000000",
                }
            ]
        },
    ),
    "GET webhooks": (
        lambda client: client.hooks(),
        {"hooks": [{key: value for key, value in HOOK.items() if key != "hook_secret"}]},
    ),
    "POST webhooks": (lambda client: client.create_hook("https://a", token="t"), HOOK),
    "GET devices/{id}/temperature": (series(SeriesName.TEMPERATURE), TEMPERATURE),
    "GET devices/{id}/motion_events": (series(SeriesName.MOTION_EVENTS), MOTION),
}

OPTIONAL: Final[Mapping[str, str]] = {
    "nick": "only used without fullname",
    "firmware.installed": "documented as missing at times",
    "latest_sensor_values.pressure": "some Points only",
    "latest_sensor_values.part_als": "some Points only",
    "latest_sensor_values.temperature.time": "reading_without_time in section 16.3",
    "reactions[].notifications": "sent back as it was",
    "alarm_info": "during a grace period only",
    "alarm_info.grace_period_expires_at": "during a grace period only",
    "events[].user_id": "depends on the type",
    "events[].device_id": "depends on the type",
    "events[].sensor_value": "depends on the type",
    "events[].sensor_threshold": "depends on the type",
    "paging": "paging_none in section 16.2",
    "paging.total_count": "paging_none in section 16.2",
    "guests[].name": "the fields of a stay are unknown",
    "guests[].check_out_at": "a stay may have no end",
    "guests[].email": "the fields of a stay are unknown",
    "guests[].phone_number": "the fields of a stay are unknown",
    "hook_secret": "hook_without_secret in section 16.6",
    "time_resolution": "then as requested, or as the values show",
}
"""Members that may be absent, by the end of their path, and why that is as usual."""


def absent(outer: Any, key: str | int) -> None:
    if isinstance(key, int):
        raise LookupError("a shorter list is a usual one")  # noqa: TRY004 # says that it is none
    del outer[key]


def null(outer: Any, key: str | int) -> None:
    outer[key] = None


def wrapped(outer: Any, key: str | int) -> None:
    outer[key] = {str(key): outer[key]}


def as_text(outer: Any, key: str | int) -> None:
    if isinstance(outer[key], bool) or not isinstance(outer[key], int | float):
        raise LookupError("no number")  # noqa: TRY004 # as above
    outer[key] = str(outer[key])


VARIATIONS: Final = (absent, null, wrapped, as_text)


def paths(value: Any, at: Path = ()) -> Iterator[Path]:
    """Yield the paths of all members. A list has one path for all its elements."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*at, name)
            yield from paths(inner, (*at, name))
    elif isinstance(value, list) and value:
        if not isinstance(value[0], dict):
            yield (*at, 0)
        yield from paths(value[0], (*at, 0))


def varied(answer: Any, path: Path, vary: Vary) -> Any:
    """Return an answer with one member in another way. Raises LookupError if that is none.

    Of a list, the member of each element.
    """
    key, *rest = path
    answer = deepcopy(answer)
    for each in range(len(answer)) if key == 0 else [key]:
        if rest:
            answer[each] = varied(answer[each], tuple(rest), vary)
        else:
            vary(answer, each)
    return answer


def written(path: Path) -> str:
    """Return a path as a fingerprint writes it."""
    text = ""
    for key in path:
        text += "[]" if isinstance(key, int) else f".{key}"
    return text.lstrip(".")


async def parsed(ask: Ask, answer: Any) -> tuple[MinutClient, object]:
    """Return a client and what it read; None if it raised a MinutError."""
    client = Network(json.dumps(answer).encode()).client()
    try:
        found = await ask(client)
    except MinutError:
        return client, None
    return client, comparable(found)


def comparable(found: object) -> object:
    """Return what was read, with the values of limits instead of Minut's own JSON."""
    match found:
        case Listing():
            return replace(found, items=tuple(map(comparable, found.items)))
        case Device():
            limits = [found.thresholds.value(setting) for setting in Setting]
            plain = replace(found, thresholds=Thresholds())
            return plain, limits, found.thresholds.is_pending
        case _:
            return found


def is_named(client: MinutClient, endpoint: str, path: Path, vary: Vary) -> bool:
    """Return whether the fingerprint of an answer shows how a member differs."""
    report = client.contract.report()[endpoint]
    shown = written(path)
    match vary.__name__:
        case "null":
            return "null" in report["members"][shown]
        case "wrapped":
            return any(name.startswith(f"{shown}.") for name in report["members"])
        case "absent":
            plain = shown.replace("[]", "")
            ends = {plain.split(".", count)[-1] for count in range(plain.count(".") + 1)}
            missing = Verdict.OTHER_WAY
            is_judged = any(
                each["verdict"] == missing and each.get("seen") == ["missing"]
                for each in judged(client.contract.facts()).values()
            )
            return is_judged or not ends.isdisjoint(report.get("missing", ()))
        case _:
            return False


def may_be_absent(path: Path) -> bool:
    shown = written(path)
    return any(shown == name or shown.endswith(f".{name}") for name in OPTIONAL)


@pytest.fixture(autouse=True)
def _custom_integrations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load no integration, and limit no requests."""
    monkeypatch.setattr(rate_limit, "BURST", 10_000)
    monkeypatch.setattr(rate_limit, "PER_MINUTE", 10_000)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_no_member_is_lost_in_silence(endpoint: str) -> None:
    ask, answer = ENDPOINTS[endpoint]
    lost: list[str] = []

    async def run() -> None:
        _, usual = await parsed(ask, answer)
        assert usual is not None
        for path in paths(answer):
            for vary in VARIATIONS:
                try:
                    other = varied(answer, path, vary)
                except LookupError:
                    continue
                client, found = await parsed(ask, other)
                is_told = found is None or client.unreadable or client.incomplete
                is_optional = vary is absent and may_be_absent(path)
                if found == usual or is_told or is_optional:
                    continue
                if not is_named(client, endpoint, path, vary):
                    lost.append(f"{vary.__name__} {written(path)}")

    asyncio.run(run())
    assert lost == []


TOKEN: Final = {
    "access_token": "a.b.c",
    "token_type": "Bearer",
    "expires_in": 1800,
    "refresh_token": "d0Yb7mW1",
    "user_id": "64d2a8e15b7c9f0012ab34cd",
}


@pytest.mark.parametrize("vary", VARIATIONS)
@pytest.mark.parametrize("name", TOKEN)
def test_no_member_of_a_token_is_lost_in_silence(name: str, vary: Vary) -> None:
    """Without an access token there is none, and the sign-in says so.

    Without a refresh token the sign-in is refused. Without a user, `GET /users/me` names it.
    """
    try:
        answer = varied(TOKEN, (name,), vary)
    except LookupError:
        return
    token = _token_in(answer)
    assert _token_in({"token": answer}) == token
    match name:
        case "access_token":
            assert token is None
        case "expires_in":
            assert token is not None
            assert token["expires_in"] == (1800 if vary is as_text else 3600)
        case _:
            assert token is not None
            assert name not in token
