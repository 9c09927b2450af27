"""Test the alternatives of alarm commands, errors and permissions."""

from typing import Any, Literal

import pytest

from simulator import Simulator
from simulator.api.call import ORGANIZATION_ID

from .conftest import NOBODY, Api, Clock

ON = {"alarm_status": "on"}
ALL_MEMBERS = ON | {
    "alarm_mode": "manual",
    "silent_alarm": False,
    "scheduled_alarm_active": False,
}


# Alarm


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("alarm_upper_case", {"alarm_status": "ON", "detailed_alarm_status": "ON_GRACE_PERIOD"}),
        (
            "alarm_in_alarm",
            {"alarm": {"alarm_status": "on", "detailed_alarm_status": "on_grace_period"}},
        ),
        ("alarm_in_status", {"alarm": {"status": "on", "detailed_status": "on_grace_period"}}),
        ("alarm_in_alarm_info", {"alarm_info": {"alarm_info_type": "on_grace_period"}}),
    ],
)
async def test_where_and_how_a_home_names_its_alarm(
    api: Api, sim: Simulator, home: str, name: str, expected: dict[str, Any]
) -> None:
    sim.use(name)
    await sim.arm(home)
    answer = await api.get(f"/homes/{home}")
    for member, value in expected.items():
        shown = answer[member]
        assert shown == value or value.items() <= shown.items()
    assert ("alarm_status" in answer) is ("alarm_status" in expected)
    sim.use("home_list_summaries")
    assert (await api.get("/homes"))["homes"][0].keys() == {"home_id", "name"}


async def test_alarm_info_can_name_a_disarmed_home(api: Api, sim: Simulator, home: str) -> None:
    sim.use("alarm_in_alarm_info")
    info = (await api.get(f"/homes/{home}"))["alarm_info"]
    assert info == {"alarm_info_type": "off", "grace_period_expires_at": None}


@pytest.mark.parametrize("status", [400, 404, 405, 501])
async def test_patching_an_alarm_can_be_rejected(
    api: Api, sim: Simulator, home: str, status: int
) -> None:
    sim.use(f"alarm_patch_{status}")
    assert (await api.patch(f"/homes/{home}/alarm", ALL_MEMBERS)).status == status
    assert sim.homes[home].alarm_status == "off"
    assert (await api.put(f"/homes/{home}", ON)).status == 200
    assert sim.homes[home].alarm_status == "on_grace_period"


async def test_patching_an_alarm_can_need_all_members(api: Api, sim: Simulator, home: str) -> None:
    sim.use("alarm_patch_needs_all")
    assert (await api.patch(f"/homes/{home}/alarm", ON)).status == 400
    assert (await api.patch(f"/homes/{home}/alarm", ALL_MEMBERS)).status == 200
    assert sim.homes[home].alarm_status == "on_grace_period"


@pytest.mark.parametrize(("name", "put"), [("alarm_patch_ignored", "on"), ("alarm_ignored", "off")])
async def test_an_accepted_command_can_have_no_effect(
    api: Api, sim: Simulator, home: str, name: str, put: str
) -> None:
    sim.use(name)
    sim.switches.exit_delay *= 0
    answer = await api.patch(f"/homes/{home}/alarm", ON)
    assert (answer.status, answer.json) == (200, ON)
    assert sim.homes[home].alarm_status == "off"
    for path in (f"/homes/{home}", f"/homes/{home}/alarm"):
        assert (await api.put(path, ON)).status == 200
    assert sim.homes[home].alarm_status == put
    await api.put(f"/homes/{home}", {"name": "Lake House"})
    assert sim.homes[home].name == "Lake House"


# Errors and permissions


async def test_errors_can_have_the_status_200(api: Api, sim: Simulator) -> None:
    sim.use("error_status_200", "homes_forbidden")
    for path, error in (("/devices/x", "not_found"), ("/homes", "forbidden")):
        answer = await api.ask("GET", path)
        assert (answer.status, answer.json["error"]) == (200, error)
    api.token = "expired"
    assert (await api.ask("GET", "/homes")).status == 401


@pytest.mark.parametrize("status", [400, 403])
async def test_an_expired_token_can_have_another_status(
    api: Api, sim: Simulator, clock: Clock, status: Literal[400, 403]
) -> None:
    sim.switches.expired_token_status = status
    api.token = str(sim.issue_token()["access_token"])
    await api.get("/homes")
    clock.advance(hours=1)
    assert (await api.ask("GET", "/homes")).status == status
    answer = await api.ask("POST", "/oauth/token", data={}, headers=NOBODY)
    assert answer.status == 401, "errors of OAuth are unchanged"


async def test_there_can_be_no_refresh_token(api: Api, sim: Simulator) -> None:
    sim.switches.refresh_token_in_token = False
    user = {"username": sim.account.email, "password": "password"}
    token = (await api.grant(grant_type="password", **user)).json
    assert "refresh_token" not in token
    assert token["user_id"] == sim.account.user_id


@pytest.mark.parametrize(
    ("name", "refused", "status"),
    [
        ("homes_forbidden", {"/homes"}, 403),
        ("devices_forbidden", {"/devices"}, 403),
        ("events_forbidden", {"/events"}, 403),
        ("webhooks_forbidden", {"/webhooks"}, 403),
        ("users_403", {"/users/me"}, 403),
        ("users_404", {"/users/me"}, 404),
        (
            "version_retired_410",
            {"/homes", "/devices", "/events", "/webhooks", "/users/me"},
            410,
        ),
        (
            "version_retired_308",
            {"/homes", "/devices", "/events", "/webhooks", "/users/me"},
            308,
        ),
    ],
)
async def test_parts_can_be_forbidden(
    api: Api, sim: Simulator, name: str, refused: set[str], status: int
) -> None:
    sim.use(name)
    for path in ("/homes", "/devices", "/events", "/webhooks", "/users/me"):
        assert (await api.ask("GET", path)).status == (status if path in refused else 200), path


async def test_a_forbidden_part_includes_single_objects(
    api: Api, sim: Simulator, home: str
) -> None:
    sim.use("homes_forbidden")
    assert (await api.ask("GET", f"/homes/{home}")).status == 403
    assert (await api.ask("GET", f"/homes/{home}/events")).status == 403


async def test_a_retired_version_refuses_tokens_too(api: Api, sim: Simulator) -> None:
    sim.use("version_retired_308")
    answer = await api.grant(grant_type="client_credentials")
    assert (answer.status, answer.headers["Location"]) == (308, "/v9/")


async def test_an_account_can_belong_to_an_organization(
    api: Api, sim: Simulator, home: str
) -> None:
    path = f"/organizations/{ORGANIZATION_ID}"
    assert (await api.ask("GET", f"{path}/homes")).status == 404
    sim.switches.account_in_organization = True
    assert (await api.get("/homes"))["homes"] == []
    assert (await api.get("/devices"))["devices"] == []
    [organization] = (await api.get("/organizations"))["organizations"]
    assert organization["id"] == ORGANIZATION_ID
    assert (await api.get(f"{path}/homes"))["homes"][0]["home_id"] == home
    assert len((await api.get(f"{path}/devices"))["devices"]) == 4
    assert (await api.ask("GET", "/organizations/another/homes")).status == 404
