"""Each endpoint with each status, and with a page instead of JSON: nothing ends in silence.

What tells: an entry that is not set up, a sign-in that is asked for, a repair, a finding of the
check, a warning in the log, an error of an action; at least the count of the status in diagnostics.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import logging
from typing import Any, Final

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.point.const import DOMAIN
from custom_components.point.diagnostics import async_get_config_entry_diagnostics
from custom_components.point.minut.check import check
from custom_components.point.minut.contract import NOT_JSON
from custom_components.point.minut.findings import Check, Finding, Result

from ..helpers.house import House

pytestmark = [
    pytest.mark.newest_only("long; what Minut answers is up to Minut"),
    pytest.mark.homes(1),
]

PAGE: Final = "<html><body>Please wait …</body></html>"
ANSWERS: Final[dict[str, dict[str, Any]]] = {
    **{str(status): {"status": status} for status in (204, 400, 403, 404, 410, 500)},
    "a page": {"status": 200, "body": PAGE},
}


async def restart(house: House) -> None:
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.advance(seconds=31)


async def read_the_series(house: House) -> None:
    device = house.ha_device(house.point)
    assert device
    await house.hass.services.async_call(
        DOMAIN,
        "get_readings",
        {
            "device_id": device.id,
            "kind": "temperature",
            "start": "2026-11-20T06:00:00Z",
            "end": "2026-11-20T11:00:00Z",
        },
        blocking=True,
        return_response=True,
    )


async def restart_with_stays(house: House) -> None:
    await restart(house)
    for minutes in (16, 31, 61):
        await house.advance(minutes=minutes)


async def lose_the_webhook(house: House) -> None:
    house.simulator.hooks.clear()
    await restart(house)


async def empty_lists(house: House) -> None:
    house.simulator.switches.account_in_organization = True
    await restart(house)


async def end_the_token(house: House) -> None:
    house.simulator.expire_tokens()
    await restart(house)


async def cross_a_limit(house: House) -> None:
    """Its event has no value, so the Point is read."""
    await house.advance(minutes=6)
    await house.simulator.emit("humidity_dropped_normal", device=house.point)
    await house.advance(seconds=16)


async def something_unknown(house: House) -> None:
    """The home is read."""
    await house.simulator.emit("roof_opened", home=house.home)
    await house.advance(seconds=3)


async def check_the_account(house: House) -> None:
    """Only the sign-in and the check ask who the user is."""
    await check(house.entry.runtime_data.client)


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """`shown_as`: by which diagnostics count it. `is_told`: whether the user is told as well."""

    request: str
    shown_as: str = ""
    cause: Callable[[House], Awaitable[None]] = restart
    is_told: bool = True


ENDPOINTS: Final = {
    "users/me": Endpoint(request="GET /users/me", cause=check_the_account, is_told=False),
    "homes": Endpoint(request="GET /homes"),
    "home": Endpoint(
        request="GET /homes/*", shown_as="GET homes/{id}", cause=something_unknown, is_told=False
    ),
    "devices": Endpoint(request="GET /devices"),
    "device": Endpoint(
        request="GET /devices/*", shown_as="GET devices/{id}", cause=cross_a_limit, is_told=False
    ),
    "readings": Endpoint(
        request="GET /devices/*/temperature",
        shown_as="GET devices/{id}/temperature",
        cause=read_the_series,
    ),
    "events": Endpoint(request="GET /events", is_told=False),
    "home events": Endpoint(
        request="GET /homes/*/events", shown_as="GET homes/{id}/events", is_told=False
    ),
    "guests": Endpoint(
        request="GET /homes/*/guests", shown_as="GET homes/{id}/guests", cause=restart_with_stays
    ),
    "organizations": Endpoint(request="GET /organizations", cause=empty_lists),
    "homes of an organization": Endpoint(
        request="GET /organizations/*/homes",
        shown_as="GET organizations/{id}/homes",
        cause=empty_lists,
    ),
    "webhooks": Endpoint(request="GET /webhooks"),
    "new webhook": Endpoint(request="POST /webhooks", cause=lose_the_webhook),
    "token": Endpoint(request="POST /oauth/token", cause=end_the_token),
}


async def told(house: House, caplog: pytest.LogCaptureFixture) -> set[str]:
    """Return by what the user is told."""
    found: set[str] = set()
    if house.entry.state is not ConfigEntryState.LOADED:
        found.add("not set up")
    flows = house.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    if any(flow["context"]["source"] == SOURCE_REAUTH for flow in flows):
        found.add("sign-in")
    issues = ir.async_get(house.hass).issues.values()
    if any(issue.domain == DOMAIN and issue.active for issue in issues):
        found.add("repair")
    if any(
        record.levelno >= logging.WARNING and "point" in record.name for record in caplog.records
    ):
        found.add("log")
    if house.entry.state is ConfigEntryState.LOADED:
        findings = await check(house.entry.runtime_data.client)
        found |= {f"check of {what}" for what, each in findings.items() if not is_usual(what, each)}
    return found


def is_usual(what: Check, finding: Finding) -> bool:
    """Return whether a check by the client alone finds this in any account."""
    return finding.result is Result.WORKS or what is Check.SAMPLE


async def counted(house: House, endpoint: str) -> bool:
    """Return whether diagnostics show that not all answers of an endpoint were as usual."""
    if house.entry.state is not ConfigEntryState.LOADED:
        return False
    diagnostics = await async_get_config_entry_diagnostics(house.hass, house.entry)
    fingerprint: dict[str, Any] = diagnostics["contract"]["endpoints"].get(endpoint, {})
    statuses: dict[str, int] = fingerprint.get("statuses", {})
    is_page = NOT_JSON in fingerprint.get("members", {}).get("(answer)", ())
    return bool(statuses.keys() - {"200"}) or is_page


@pytest.mark.parametrize("name", ENDPOINTS)
async def test_no_answer_ends_in_silence(
    house: House, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    endpoint = ENDPOINTS[name]
    method, _, path = endpoint.request.partition(" ")
    await house.link(options={"stays": True})
    silent: dict[str, set[str]] = {}
    for answer, fault in ANSWERS.items():
        house.simulator.faults.clear()
        house.simulator.switches.account_in_organization = False
        if house.entry.state is not ConfigEntryState.LOADED:
            await sign_in_again(house)
        await restart(house)
        assert house.entry.state is ConfigEntryState.LOADED
        caplog.clear()
        met = house.simulator.faults.add(method=method, path=path, times=None, **fault)
        means: set[str] = set()
        try:
            await endpoint.cause(house)
        except HomeAssistantError:
            means.add("action")
        records = [record for record in caplog.records if record.levelno >= logging.WARNING]
        assert not [record for record in records if record.exc_info], answer
        means |= await told(house, caplog)
        assert met.hits, answer
        shown_as = endpoint.shown_as or f"{method} {path.strip('/')}"
        if not means and (endpoint.is_told or not await counted(house, shown_as)):
            silent[answer] = means
    assert silent == {}


async def sign_in_again(house: House) -> None:
    token = dict(house.simulator.issue_token())
    token["expires_at"] = house.simulator.time().timestamp() + 3600
    data = {**house.entry.data, "token": token}
    house.hass.config_entries.async_update_entry(house.entry, data=data)
