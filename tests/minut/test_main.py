"""The check without Home Assistant, over real sockets against the simulator."""

import asyncio
from collections.abc import AsyncIterator
import json
import os
from pathlib import Path
import sys
from typing import Any, Literal

import pytest

from custom_components.point.minut.__main__ import API_URL, CLIENT_ID, CLIENT_SECRET, main, run
from custom_components.point.minut.findings import Check
from simulator import Simulator

NO_SAMPLE = (
    "? Test event: Could not be determined. Not requested here. Press Check connection on"
    " the device of the account."
)
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def cloud(socket_enabled: None) -> AsyncIterator[Simulator]:
    async with Simulator() as simulator:
        yield simulator


def environment(cloud: Simulator) -> dict[str, str]:
    return {
        CLIENT_ID: cloud.client_id,
        CLIENT_SECRET: cloud.client_secret,
        API_URL: cloud.root,
    }


async def checked(cloud: Simulator) -> tuple[int, list[str], dict[str, Any]]:
    """Return the exit code, the lines and the fingerprint."""
    shown: list[str] = []
    code = await run(environment(cloud), shown.append)
    *lines, fingerprint = shown
    found: dict[str, Any] = json.loads(fingerprint.strip().removeprefix("```json").strip("`"))
    return code, lines, found


async def test_an_account_is_checked(cloud: Simulator) -> None:
    code, lines, fingerprint = await checked(cloud)
    assert code == 0
    assert lines[:-1] == [
        "✓ Token: Works. Minut accepts the login.",
        "✓ Permissions: Works. Minut allows everything that was requested.",
        "✓ Homes: Works. 2 found.",
        "✓ Points: Works. 4 found.",
        "✓ Values: Works. 4 of 4 Points have readings.",
        "✓ Event lists: Works. The events of the account and of its homes can be read.",
        "✓ Webhook: Works. 0 found.",
        NO_SAMPLE,
        "✓ Clock: Works. The clocks differ by 0 seconds.",
    ]
    assert lines[-1] in {
        f"✓ Statistics: Works. {count} hourly values of the last 24 hours were read."
        for count in (24, 25)
    }
    assert list(fingerprint["checks"]) == list(Check)
    assert fingerprint["assumptions"]["12.2"]["verdict"] == "held"
    assert fingerprint["assumptions"]["12.23"]["verdict"] == "held"
    assert "devices[].device_id" in fingerprint["endpoints"]["GET devices"]["members"]


async def test_nothing_but_the_token_is_written(cloud: Simulator) -> None:
    await checked(cloud)
    assert {request.method for request in cloud.requests if "oauth" not in request.path} == {"GET"}


async def test_nothing_personal_and_no_secret_is_shown(cloud: Simulator) -> None:
    shown: list[str] = []
    await run(environment(cloud), shown.append)
    text = "\n".join(shown)
    account = cloud.account
    hidden = {cloud.client_id, cloud.client_secret, account.user_id, account.fullname}
    hidden |= {home.name for home in cloud.homes.values()} | set(cloud.homes) | set(cloud.devices)
    hidden |= {device.mac for device in cloud.devices.values()}
    assert [secret for secret in hidden if secret in text] == []


@pytest.mark.parametrize("alternative", ["list_bare", "homes_forbidden", "device_list_summaries"])
async def test_another_way_of_answering_is_seen(cloud: Simulator, alternative: str) -> None:
    cloud.use(alternative)
    _, _, fingerprint = await checked(cloud)
    other = {
        name: each.get("seen")
        for name, each in fingerprint["assumptions"].items()
        if each["verdict"] in {"other way", "both ways"}
    }
    expected = {
        "list_bare": {"12.17": ["without a wrapper"]},
        "homes_forbidden": {},
        "device_list_summaries": {"12.15": ["missing"]},
    }
    assert other.items() >= expected[alternative].items()


async def test_what_fails_is_the_exit_code(cloud: Simulator) -> None:
    cloud.use("homes_forbidden")
    code, lines, fingerprint = await checked(cloud)
    assert code == 1
    assert lines[1].startswith("✗ Permissions: Does not work. ")
    assert fingerprint["endpoints"]["GET homes"]["statuses"] == {"403": 1}


@pytest.mark.parametrize(
    "changed",
    [{CLIENT_SECRET: "wrong"}, {API_URL: "http://127.0.0.1:1/v8"}],
)
async def test_a_client_that_is_not_accepted(cloud: Simulator, changed: dict[str, str]) -> None:
    shown: list[str] = []
    assert await run({**environment(cloud), **changed}, shown.append) == 1
    [line] = shown
    assert line.startswith("Minut does not accept this client")


async def test_the_client_must_be_named(cloud: Simulator) -> None:
    shown: list[str] = []
    assert await run({}, shown.append) == 2
    assert shown == [
        f"Set {CLIENT_ID} and {CLIENT_SECRET} to the id and the secret of an API client."
    ]


async def test_the_secret_is_only_sent_encrypted(cloud: Simulator) -> None:
    shown: list[str] = []
    other = {**environment(cloud), API_URL: "http://example.org/v8"}
    assert await run(other, shown.append) == 2
    assert shown == [f"{API_URL} must start with https, as the secret is sent there."]


@pytest.mark.parametrize("format_", ["basic", "json"])
async def test_the_token_is_requested_in_another_format(
    cloud: Simulator, format_: Literal["basic", "json"]
) -> None:
    cloud.switches.token_requests = {format_}
    _, _, fingerprint = await checked(cloud)
    assert fingerprint["assumptions"]["12.13"]["verdict"] == "both ways"


async def test_it_runs_as_a_command(cloud: Simulator) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "custom_components.point.minut", "--check"),
        cwd=ROOT,
        env={**os.environ, **environment(cloud)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert process.returncode == 0, errors
    assert output.decode().startswith("✓ Token: Works. ")


def test_the_exit_code_is_that_of_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CLIENT_ID, raising=False)
    monkeypatch.setattr(sys, "argv", ["minut", "--check"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
