from base64 import b64encode
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Literal

import pytest
from yarl import URL

from simulator import Simulator

from .conftest import NOBODY, Answer, Api, Clock

BACK = "https://example.org/back"


async def authorize(api: Api, method: str = "POST", **changes: str) -> Answer:
    """Go through the authorization page, allowing everything unless told otherwise."""
    query = {
        "response_type": "code",
        "client_id": api.sim.client_id,
        "redirect_uri": BACK,
        "state": "abc",
    }
    fields = {"decision": "allow"}
    for name, value in changes.items():
        (query if name in query or name == "login" else fields)[name] = value
    if login := query.pop("login", None):
        query["email"] = login
    options = {"data": fields} if method == "POST" else {}
    return await api.ask(method, "/oauth/authorize", params=query, headers=NOBODY, **options)


async def code(api: Api, **changes: str) -> str:
    answer = await authorize(api, **changes)
    assert answer.status == HTTPStatus.FOUND, answer.text
    return URL(answer.headers["Location"]).query["code"]


async def use_code(api: Api, value: str, redirect_uri: str = BACK) -> Answer:
    return await api.grant(grant_type="authorization_code", code=value, redirect_uri=redirect_uri)


async def status_with(api: Api, token: str) -> int:
    answer = await api.ask("GET", "/users/me", headers={"Authorization": f"Bearer {token}"})
    return answer.status


async def test_a_consent_leads_to_a_working_token(api: Api, sim: Simulator) -> None:
    answer = await authorize(api)
    target = URL(answer.headers["Location"])
    assert str(target.with_query(None)) == BACK
    assert target.query["state"] == "abc"

    token = (await use_code(api, target.query["code"])).json
    assert token["user_id"] == sim.account.user_id
    assert token["token_type"] == "Bearer"
    assert token["expires_in"] == 3600
    assert len(token["refresh_token"]) == 32
    assert token["access_token"].count(".") == 2
    assert await status_with(api, token["access_token"]) == 200


async def test_a_code_works_once_and_for_its_own_redirect_uri(api: Api, clock: Clock) -> None:
    used = await code(api)
    assert (await use_code(api, used)).status == 200
    assert (await use_code(api, used)).json["error"] == "invalid_grant"
    assert (await use_code(api, await code(api), BACK + "/")).status == 400
    late = await code(api)
    clock.advance(minutes=10)
    assert (await use_code(api, late)).status == 400


async def test_a_redirect_uri_has_to_be_the_registered_one(api: Api, sim: Simulator) -> None:
    sim.redirect_uris = {BACK}
    assert (await authorize(api)).status == 302
    refused = await authorize(api, redirect_uri=BACK + "/")
    assert refused.status == 400
    assert "redirect_uri" in refused.text


@pytest.mark.parametrize(
    ("name", "value"),
    [("client_id", "f" * 16), ("response_type", "token"), ("redirect_uri", "nowhere")],
)
async def test_an_invalid_request_is_not_redirected(api: Api, name: str, value: str) -> None:
    for method in ("GET", "POST"):
        answer = await authorize(api, method, **{name: value})
        assert answer.status == 400
        assert name in answer.text


async def test_a_denied_consent_redirects_with_an_error(api: Api) -> None:
    answer = await authorize(api, decision="deny")
    assert dict(URL(answer.headers["Location"]).query) == {
        "error": "access_denied",
        "state": "abc",
    }


async def test_login_then_consent_page(api: Api, sim: Simulator) -> None:
    login = await authorize(api, "GET")
    assert "Password" in login.text
    assert sim.account.email in login.text
    consent = await authorize(api, "GET", login=sim.account.email)
    assert "Allow" in consent.text
    assert sim.account.fullname in consent.text
    for method in ("GET", "POST"):
        assert (await authorize(api, method, login="who@example.org")).status == 401


async def test_another_account_can_log_in(api: Api, sim: Simulator) -> None:
    robin = await sim.add_account("Robin Sample")
    token = (await use_code(api, await code(api, email=robin.email))).json
    assert token["user_id"] == robin.user_id


async def test_only_granted_permissions_count(api: Api) -> None:
    granted = await code(api, chosen="yes", permission="devices")
    api.token = (await use_code(api, granted)).json["access_token"]
    assert (await api.ask("GET", "/devices")).status == 200
    assert (await api.ask("GET", "/homes")).status == 403
    nothing = await code(api, chosen="yes")
    api.token = (await use_code(api, nothing)).json["access_token"]
    assert (await api.ask("GET", "/devices")).status == 403
    assert (await api.ask("GET", "/users/me")).status == 200


async def test_auto_consent_redirects_without_a_page(api: Api, sim: Simulator) -> None:
    sim.switches.auto_consent = True
    answer = await authorize(api, "GET")
    assert answer.status == 302
    assert "code" in URL(answer.headers["Location"]).query


async def test_an_access_token_lives_an_hour(api: Api, sim: Simulator, clock: Clock) -> None:
    token = str(sim.issue_token()["access_token"])
    clock.advance(seconds=3599)
    assert await status_with(api, token) == 200
    clock.advance(seconds=1)
    assert await status_with(api, token) == 401

    sim.switches.token_lifetime = timedelta(seconds=10)
    short = sim.issue_token()
    assert short["expires_in"] == 10
    clock.advance(seconds=10)
    assert await status_with(api, str(short["access_token"])) == 401


async def test_refreshing_rotates(api: Api, sim: Simulator) -> None:
    old = str(sim.issue_token()["refresh_token"])
    fresh = (await api.grant(grant_type="refresh_token", refresh_token=old)).json
    assert fresh["refresh_token"] != old
    assert fresh["user_id"] == sim.account.user_id
    assert await status_with(api, fresh["access_token"]) == 200
    again = await api.grant(grant_type="refresh_token", refresh_token=old)
    assert again.status == 400
    assert again.json["error"] == "invalid_grant"


async def test_rotation_can_be_lenient_or_absent(api: Api, sim: Simulator) -> None:
    old = str(sim.issue_token()["refresh_token"])
    sim.switches.keep_old_refresh_tokens = True
    for _ in range(2):
        fresh = (await api.grant(grant_type="refresh_token", refresh_token=old)).json
        assert fresh["refresh_token"] != old
    sim.switches.rotate_refresh_tokens = False
    fresh = (await api.grant(grant_type="refresh_token", refresh_token=old)).json
    assert fresh["refresh_token"] == old


@pytest.mark.parametrize("status", [400, 401])
async def test_refreshing_can_be_rejected(api: Api, sim: Simulator, status: int) -> None:
    old = str(sim.issue_token()["refresh_token"])
    sim.switches.refuse_refresh = status
    answer = await api.grant(grant_type="refresh_token", refresh_token=old)
    assert answer.status == status


async def test_token_shapes(sim: Simulator) -> None:
    sim.switches.expires_in_as_text = True
    sim.switches.user_id_in_token = False
    sim.switches.scope_in_token = "read"
    token = sim.issue_token()
    assert token["expires_in"] == "3600"
    assert "user_id" not in token
    assert token["scope"] == "read"


async def test_client_credentials_by_basic_and_by_body(api: Api, sim: Simulator) -> None:
    in_body = await api.grant(grant_type="client_credentials")
    basic = "Basic " + b64encode(f"{sim.client_id}:{sim.client_secret}".encode()).decode()
    by_header = await api.ask(
        "POST",
        "/oauth/token",
        data={"grant_type": "client_credentials", "response_type": "token"},
        headers={"Authorization": basic},
    )
    for answer in (in_body, by_header):
        assert set(answer.json) == {"access_token", "token_type", "expires_in"}
        api.token = answer.json["access_token"]
        assert (await api.get("/users/me"))["user_id"] == sim.account.user_id


@pytest.mark.parametrize("header", ["Basic bm9ib2R5Om5vdGhpbmc=", "Basic ###", ""])
async def test_a_wrong_client_is_refused(api: Api, header: str) -> None:
    answer = await api.ask(
        "POST",
        "/oauth/token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": header},
    )
    assert answer.status == 401
    assert answer.json["error"] == "invalid_client"
    sim = api.sim
    sim.client_secret = "0" * 32
    wrong = await api.ask(
        "POST",
        "/oauth/token",
        data={"client_id": sim.client_id, "client_secret": "1" * 32},
        headers=NOBODY,
    )
    assert wrong.status == 401


async def test_password_grant(api: Api, sim: Simulator) -> None:
    good = await api.grant(grant_type="password", username=sim.account.email, password="password")
    assert good.json["user_id"] == sim.account.user_id
    for username, password in ((sim.account.email, "wrong"), ("who@example.org", "password")):
        bad = await api.grant(grant_type="password", username=username, password=password)
        assert bad.status == 401


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, "unsupported_grant_type"),
        ({"grant_type": "device_code"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_request"),
    ],
)
async def test_malformed_token_requests(api: Api, fields: dict[str, str], error: str) -> None:
    answer = await api.grant(**fields)
    assert answer.status == 400
    assert answer.json["error"] == error
    assert "error_description" in answer.json


async def test_revoking_a_refresh_token_ends_its_access_tokens(api: Api, sim: Simulator) -> None:
    token = sim.issue_token()
    other = str(sim.issue_token()["access_token"])
    client = {"client_id": sim.client_id, "client_secret": sim.client_secret}
    fields = client | {"refresh_token": str(token["refresh_token"])}
    assert (await api.ask("POST", "/oauth/revoke", data=fields, headers=NOBODY)).status == 200
    assert await status_with(api, str(token["access_token"])) == 401
    assert await status_with(api, other) == 200


async def test_tokens_can_be_invalidated(api: Api, sim: Simulator) -> None:
    robin = await sim.add_account()
    mine, robins = sim.issue_token(), sim.issue_token(robin)
    sim.expire_tokens(sim.account)
    assert await status_with(api, str(mine["access_token"])) == 401
    assert await status_with(api, str(robins["access_token"])) == 200
    refresh = str(mine["refresh_token"])
    fresh = (await api.grant(grant_type="refresh_token", refresh_token=refresh)).json
    sim.revoke_tokens()
    assert await status_with(api, fresh["access_token"]) == 401
    gone = await api.grant(grant_type="refresh_token", refresh_token=fresh["refresh_token"])
    assert gone.status == 400


@pytest.mark.parametrize("accepted", ["form", "basic", "json"])
async def test_the_format_of_token_requests_can_be_limited(
    api: Api, sim: Simulator, accepted: Literal["form", "basic", "json"]
) -> None:
    sim.switches.token_requests = {accepted}
    client = {"client_id": sim.client_id, "client_secret": sim.client_secret}
    basic = "Basic " + b64encode(f"{sim.client_id}:{sim.client_secret}".encode()).decode()
    fields = {"grant_type": "client_credentials", "response_type": "token"}
    requests: dict[str, dict[str, Any]] = {
        "form": {"data": fields | client, "headers": NOBODY},
        "basic": {"data": fields, "headers": {"Authorization": basic}},
        "json": {"json": fields | client, "headers": NOBODY},
    }
    statuses = {
        name: (await api.ask("POST", "/oauth/token", **request)).status
        for name, request in requests.items()
    }
    assert statuses == {name: 200 if name == accepted else 401 for name in requests}


async def test_json_and_basic_need_the_response_type(api: Api, sim: Simulator) -> None:
    client = {"client_id": sim.client_id, "client_secret": sim.client_secret}
    fields = client | {"grant_type": "client_credentials"}
    answer = await api.ask("POST", "/oauth/token", json=fields, headers=NOBODY)
    assert answer.json["error"] == "invalid_request"


async def test_members_of_a_token_can_be_missing_or_wrapped(api: Api, sim: Simulator) -> None:
    sim.switches.expires_in_token = sim.switches.refresh_token_in_token = False
    sim.switches.jwt, sim.switches.token_wrapper = False, "token"
    token = sim.issue_token()["token"]
    assert isinstance(token, dict)
    assert token.keys() == {"access_token", "token_type", "user_id"}
    assert "." not in token["access_token"]
    sim.switches.token_wrapper = None
    assert await status_with(api, token["access_token"]) == 200


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_the_status_of_an_expired_token_can_be_chosen(
    api: Api, sim: Simulator, status: Literal[400, 401, 403]
) -> None:
    sim.switches.expired_token_status = status
    assert await status_with(api, "unknown") == status
