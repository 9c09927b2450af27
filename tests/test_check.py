"""The check of an account: the action, the button, and the system health."""

import asyncio
from datetime import timedelta
import json
from pathlib import Path
from typing import Any

from homeassistant.components.persistent_notification import async_register_callback
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser, get_system_health_info

from custom_components.point.const import DOMAIN
from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.findings import Check, Finding, Result, worst

from .helpers.house import House
from .helpers.neighbour import link_neighbour
from .test_diagnostics import crowded, leaks  # noqa: F401 # crowded is a fixture

ALL = [check.value for check in Check]
EMPTY: dict[str, Any] = {"paging": {"total_count": 0, "limit": 100, "offset": 0}}


async def checked(house: House, context: Context | None = None, **data: object) -> dict[str, Any]:
    answer = await house.hass.services.async_call(
        DOMAIN, "check", data, blocking=True, return_response=True, context=context
    )
    await house.settle()
    assert isinstance(answer, dict)
    return answer


def results(answer: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {each["check"]: (each["result"], each["reason"]) for each in answer["checks"]}


WELL = {
    "token": ("works", "token_accepted"),
    "rights": ("works", "rights_granted"),
    "homes": ("works", "found"),
    "points": ("works", "found"),
    "values": ("works", "values_found"),
    "events": ("works", "events_read"),
    "webhook": ("works", "webhook_registered"),
    "sample": ("works", "sample_arrived"),
    "clock": ("works", "clock_agrees"),
    "statistics": ("works", "series_read"),
}


@pytest.mark.homes(2)
async def test_all_is_well(linked: House) -> None:
    answer = await checked(linked)
    assert results(answer) == WELL
    assert answer["text"].splitlines()[:3] == [
        "✓ Token: Works. Minut accepts the login.",
        "✓ Permissions: Works. Minut allows everything that was requested.",
        "✓ Homes: Works. 2 found.",
    ]


async def test_it_only_reads_but_for_the_sample(linked: House) -> None:
    before = len(linked.simulator.requests)
    await checked(linked)
    sent = [(request.method, request.path) for request in linked.simulator.requests[before:]]
    [hook] = linked.simulator.hooks
    assert [request for request in sent if request[0] != "GET"] == [
        ("POST", f"/webhooks/{hook}/ping")
    ]
    assert len(sent) == 8


async def test_nothing_personal_is_in_the_result(crowded: House) -> None:  # noqa: F811
    assert leaks(crowded, await checked(crowded)) == []


@pytest.mark.parametrize(
    ("alternative", "expected"),
    [
        (
            "homes_forbidden",
            {
                "rights": ("fails", "rights_missing"),
                "homes": ("fails", "forbidden"),
            },
        ),
        (
            "devices_forbidden",
            {
                "rights": ("fails", "rights_missing"),
                "points": ("fails", "forbidden"),
                "values": ("unknown", "no_points"),
                "statistics": ("unknown", "no_points"),
            },
        ),
        (
            "events_forbidden",
            {"rights": ("fails", "rights_missing"), "events": ("works", "events_partly")},
        ),
        (
            "webhooks_forbidden",
            {
                "rights": ("fails", "rights_missing"),
                "webhook": ("unknown", "forbidden"),
                "sample": ("fails", "forbidden"),
            },
        ),
        ("users_403", {"rights": ("fails", "rights_missing")}),
        ("users_404", {}),
    ],
)
async def test_what_a_permission_takes_away_is_named(
    linked: House, alternative: str, expected: dict[str, tuple[str, str]]
) -> None:
    linked.simulator.use(alternative)
    assert results(await checked(linked)) == {**WELL, **expected}


async def test_the_refused_endpoints_are_named(linked: House) -> None:
    linked.simulator.use("homes_forbidden", "users_403")
    text = (await checked(linked))["text"]
    assert "does not allow this account to read GET /users/me, GET /homes." in text


async def test_a_login_that_has_ended(linked: House) -> None:
    linked.simulator.revoke_tokens()
    answer = results(await checked(linked))
    assert answer.pop("token") == ("fails", "unauthorized")
    assert set(answer.values()) == {("unknown", "not_tried")}
    flows = linked.hass.config_entries.flow.async_progress()
    assert [flow["context"]["source"] for flow in flows] == [SOURCE_REAUTH]


async def test_a_cloud_that_cannot_be_reached(linked: House) -> None:
    linked.simulator.faults.add(status=503, times=None)
    answer = await checked(linked)
    assert results(answer)["token"] == ("fails", "unreachable")
    assert "Couldn't reach Minut: HTTP status 503." in answer["text"]


@pytest.mark.parametrize(
    ("path", "body", "check", "reason"),
    [
        ("/homes", {"homes": [], **EMPTY}, "homes", "none_found"),
        ("/devices", {"devices": [], **EMPTY}, "points", "none_found"),
        ("/devices", {"devices": [{"device_id": "one/two"}]}, "points", "left_out"),
        (
            "/homes",
            {"homes": [{"home_id": "1"}], "paging": {"total_count": 2}},
            "homes",
            "incomplete",
        ),
        ("/homes", {"error": "no"}, "homes", "refused"),
        ("/devices", {"devices": [{"device_id": "1"}]}, "values", "values_missing"),
    ],
)
async def test_an_answer_that_is_not_as_it_should_be(
    linked: House, path: str, body: Any, check: str, reason: str
) -> None:
    linked.simulator.faults.add(path=path, status=200, body=body, times=None)
    assert results(await checked(linked))[check] == ("fails", reason)


async def test_events_that_cannot_be_read_at_all(linked: House) -> None:
    linked.simulator.faults.add(path="*/events", status=400, times=None)
    assert results(await checked(linked))["events"] == ("fails", "refused")


async def test_an_account_without_homes_has_the_events_of_the_account(linked: House) -> None:
    linked.simulator.faults.add(path="/homes", status=200, body={"homes": []}, times=None)
    assert results(await checked(linked))["events"] == ("works", "events_read")


async def test_a_webhook_that_is_gone(linked: House) -> None:
    linked.simulator.hooks.clear()
    assert results(await checked(linked))["webhook"] == ("fails", "webhook_missing")


async def test_without_a_webhook_no_sample_is_requested(house: House) -> None:
    house.simulator.faults.add(method="POST", path="/webhooks", status=400, times=None)
    await house.link()
    answer = results(await checked(house))
    assert answer["webhook"] == ("fails", "webhook_missing")
    assert answer["sample"] == ("unknown", "not_tried")
    assert not house.simulator.hooks


async def test_a_sample_that_does_not_arrive(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked.simulator.switches.lose_deliveries = True
    asked = asyncio.Event()
    ping_hook = MinutClient.ping_hook

    async def ping(client: MinutClient, hook_id: str) -> None:
        await ping_hook(client, hook_id)
        asked.set()

    monkeypatch.setattr(MinutClient, "ping_hook", ping)
    running = asyncio.create_task(checked(linked))
    await asked.wait()
    await linked.advance(seconds=31)
    assert results(await running)["sample"] == ("fails", "sample_lost")


@pytest.mark.parametrize("status", [404, 405])
async def test_an_api_without_samples(linked: House, status: int) -> None:
    linked.simulator.faults.add(method="POST", path="*/ping", status=status, times=None)
    assert results(await checked(linked))["sample"] == ("unknown", "sample_not_offered")


async def test_clocks_that_differ(linked: House) -> None:
    linked.simulator._now = lambda: dt_util.utcnow() + timedelta(hours=2)
    answer = await checked(linked)
    assert results(answer)["clock"] == ("fails", "clock_differs")
    assert "The clocks differ by 120 minutes." in answer["text"]


async def test_a_clock_that_minut_does_not_show(house: House) -> None:
    house.simulator.switches.date = False
    await house.link()
    assert results(await checked(house))["clock"] == ("unknown", "clock_unknown")


async def test_series_that_are_empty_or_refused(linked: House) -> None:
    linked.simulator.faults.add(path="*/temperature", status=200, body={"values": []})
    assert results(await checked(linked))["statistics"] == ("unknown", "series_empty")
    linked.simulator.faults.add(path="*/temperature", status=400, times=2)
    assert results(await checked(linked))["statistics"] == ("fails", "refused")


async def test_history_that_is_turned_off(linked: House) -> None:
    linked.hass.config_entries.async_update_entry(linked.entry, options={"history": False})
    await linked.settle()
    assert results(await checked(linked))["statistics"] == ("unknown", "history_off")


# The action


async def test_one_of_several_accounts_must_be_named(linked: House) -> None:
    neighbour = await link_neighbour(linked)
    with pytest.raises(ServiceValidationError):
        await checked(linked)
    answer = await checked(linked, config_entry_id=neighbour.entry.entry_id)
    assert "Homes: Works. 1 found." in answer["text"]


async def test_an_account_that_is_not_loaded_is_refused(linked: House) -> None:
    await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    with pytest.raises(ServiceValidationError):
        await checked(linked, config_entry_id=linked.entry.entry_id)


async def test_the_user_must_be_allowed_to_control_the_account(linked: House) -> None:
    user = MockUser().add_to_hass(linked.hass)
    user.mock_policy({"entities": {"entity_ids": {linked.entity_id("binary_sensor.motion"): True}}})
    with pytest.raises(Unauthorized):
        await checked(linked, Context(user_id=user.id))
    device = linked.ha_device(linked.simulator.account.user_id)
    assert device
    found = er.async_entries_for_device(er.async_get(linked.hass), device.id)
    own = {entity.entity_id: True for entity in found}
    user.mock_policy({"entities": {"entity_ids": own}})
    assert results(await checked(linked, Context(user_id=user.id))) == WELL


# The button


async def test_the_button_shows_a_notification(linked: House) -> None:
    shown: list[Any] = []
    async_register_callback(
        linked.hass, lambda _kind, notifications: shown.extend(notifications.values())
    )
    await linked.call("button.check", "press", linked.simulator.account.user_id)
    [notification] = shown
    assert notification["title"] == "Minut: connection check"
    lines = notification["message"].splitlines()
    assert lines[0] == "- ✓ Token: Works. Minut accepts the login."
    assert len(lines) == len(ALL) + 2
    assert leaks(linked, notification["message"]) == []


async def test_the_button_is_there_though_nothing_works(linked: House) -> None:
    linked.simulator.faults.add(status=503, times=None)
    for minutes in (16, 2, 4):
        await linked.advance(minutes=minutes)
    account = linked.simulator.account.user_id
    assert linked.state("button.test_push", account) != "unavailable"
    assert linked.state("button.check", account) != "unavailable"
    await linked.call("button.check", "press", account)


# System health


async def test_system_health_says_the_same_without_a_sample(linked: House) -> None:
    await link_neighbour(linked)
    assert await async_setup_component(linked.hass, "system_health", {})
    info = await get_system_health_info(linked.hass, DOMAIN)
    await info["can_reach_server"]
    text = await info["check"]
    lines = text.split(" · ")
    assert len(lines) == len(ALL)
    assert lines[0] == "✓ Token: Works. Minut accepts the login."
    assert lines[7].startswith("? Test event: Could not be determined.")
    assert leaks(linked, text) == []


def test_of_several_accounts_the_worst_finding_counts() -> None:
    works, fails = Finding(Result.WORKS, "found"), Finding(Result.FAILS, "refused")
    unknown = Finding(Result.UNKNOWN, "not_tried")
    assert worst([works, unknown, fails]) is fails
    assert worst([works, unknown]) is unknown
    assert worst([works]) is works


def test_every_reason_has_a_text_and_no_other_has() -> None:
    package = Path(__file__).parents[1] / "custom_components/point"
    source = (package / "minut/check.py").read_text(encoding="utf-8")
    texts = json.loads((package / "translations/en.json").read_text(encoding="utf-8"))["selector"]
    assert list(texts["check"]["options"]) == ALL
    assert set(texts["check_result"]["options"]) == set(Result)
    missing = {key for key in texts["check_reason"]["options"] if f'"{key}"' not in source}
    assert missing == set()
