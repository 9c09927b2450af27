"""What a person can do about a repair, and how that goes on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.point.const import DOCUMENTATION
from custom_components.point.issues import DESCRIPTIONS, Issue, async_raise_issue
from custom_components.point.migration import UPGRADE_URL
from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.models import Home
from custom_components.point.minut.paging import Listing
from custom_components.point.repairs import async_create_fix_flow

from .helpers.deliveries import lose_everything
from .helpers.documents import anchors
from .helpers.house import House
from .helpers.person import until
from .project.sources import MANIFEST, ROOT, TEXTS

pytestmark = pytest.mark.usefixtures("_repairs")

type Frontend = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]


@pytest.fixture
async def _repairs(hass: HomeAssistant) -> None:
    """Serve the dialogs; later the web server would take no further routes."""
    assert await async_setup_component(hass, "repairs", {})


@pytest.fixture
async def frontend(house: House, hass_client: ClientSessionGenerator) -> Frontend:
    """Return how the frontend asks for the dialogs of repairs."""
    client = await hass_client()

    async def post(path: str, values: dict[str, Any]) -> dict[str, Any]:
        answer = await client.post(f"/api/repairs/issues/fix{path}", json=values)
        answer.raise_for_status()
        content: dict[str, Any] = await answer.json()
        return content

    return post


def issue_of(house: House, issue: Issue) -> ir.IssueEntry | None:
    registry = ir.async_get(house.hass)
    return registry.async_get_issue("point", f"{issue}_{house.entry.entry_id}")


async def open_dialog(house: House, frontend: Frontend, issue: Issue) -> str:
    """Open the dialog of an issue; return the path to answer at."""
    form = await frontend("", {"handler": "point", "issue_id": f"{issue}_{house.entry.entry_id}"})
    assert form["step_id"] == "confirm"
    assert not form["errors"]
    assert form["description_placeholders"]["account"] == house.entry.title
    return f"/{form['flow_id']}"


@asynccontextmanager
async def passing(house: House, **time: float) -> AsyncIterator[None]:
    """Let time pass while somebody waits."""

    async def go_by() -> None:
        for _ in range(20):
            await asyncio.sleep(0)
        await house.advance(**time)

    task = asyncio.create_task(go_by())
    yield
    await task


# Minut does not accept the webhook


@pytest.fixture
async def refused(house: House) -> House:
    """Return an account for which Minut takes no webhook, and which says so."""
    house.simulator.faults.add(method="POST", path="/webhooks", status=403, times=None)
    await house.link()
    await house.advance(minutes=1)
    await house.advance(minutes=2)
    assert issue_of(house, Issue.PUSH_REFUSED)
    return house


async def test_a_webhook_that_minut_takes_now_is_made_at_once(
    refused: House, frontend: Frontend
) -> None:
    dialog = await open_dialog(refused, frontend, Issue.PUSH_REFUSED)
    refused.simulator.faults.clear()
    assert (await frontend(dialog, {}))["type"] == "create_entry"
    assert len(refused.simulator.hooks) == 1
    assert not issue_of(refused, Issue.PUSH_REFUSED)


async def test_a_webhook_that_minut_still_refuses_is_said_to_be(
    refused: House, frontend: Frontend
) -> None:
    dialog = await open_dialog(refused, frontend, Issue.PUSH_REFUSED)
    form = await frontend(dialog, {})
    assert form["type"] == "form"
    assert form["errors"] == {"base": "as_before"}
    assert form["description_placeholders"]["reason"]
    assert issue_of(refused, Issue.PUSH_REFUSED)


# Events do not arrive


@pytest.fixture
async def silent(house: House) -> House:
    """Return an account whose events do not arrive, and which says so."""
    await lose_everything(house)
    assert issue_of(house, Issue.PUSH_SILENT)
    return house


async def test_events_that_arrive_again_are_seen_at_once(silent: House, frontend: Frontend) -> None:
    dialog = await open_dialog(silent, frontend, Issue.PUSH_SILENT)
    silent.simulator.switches.lose_deliveries = False
    assert (await frontend(dialog, {}))["type"] == "create_entry"
    assert not issue_of(silent, Issue.PUSH_SILENT)
    assert silent.state("binary_sensor.push", silent.simulator.account.user_id) == "on"


async def test_events_that_still_do_not_arrive_are_said_not_to(
    silent: House, frontend: Frontend
) -> None:
    dialog = await open_dialog(silent, frontend, Issue.PUSH_SILENT)
    async with passing(silent, seconds=31):
        form = await frontend(dialog, {})
    assert form["errors"] == {"base": "as_before"}
    assert issue_of(silent, Issue.PUSH_SILENT)


# No access


async def test_access_that_is_back_is_used_at_once(house: House, frontend: Frontend) -> None:
    house.simulator.faults.add(path="/[hd]*", status=403, times=None)
    await house.link(state=ConfigEntryState.SETUP_RETRY)
    dialog = await open_dialog(house, frontend, Issue.NO_API_ACCESS)
    form = await frontend(dialog, {})
    assert form["errors"] == {"base": "as_before"}
    house.simulator.faults.clear()
    assert (await frontend(dialog, {}))["type"] == "create_entry"
    assert house.entry.state is ConfigEntryState.LOADED
    assert not issue_of(house, Issue.NO_API_ACCESS)


async def disable(house: House) -> None:
    entries = house.hass.config_entries
    await entries.async_set_disabled_by(house.entry.entry_id, ConfigEntryDisabler.USER)


async def test_of_an_account_that_is_disabled_nothing_is_asked(house: House) -> None:
    """Home Assistant does not unload an entry that it has not set up yet."""
    house.simulator.faults.add(path="/[hd]*", status=403, times=None)
    await house.link(state=ConfigEntryState.SETUP_RETRY)
    assert issue_of(house, Issue.NO_API_ACCESS)
    await disable(house)
    assert not issue_of(house, Issue.NO_API_ACCESS)


async def test_of_an_account_that_is_disabled_during_a_try_nothing_is_asked(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes, asked, answer = MinutClient.homes, asyncio.Event(), asyncio.Event()

    async def slow(client: MinutClient) -> Listing[Home]:
        asked.set()
        await answer.wait()
        return await homes(client)

    monkeypatch.setattr(MinutClient, "homes", slow)
    house.simulator.faults.add(path="/[hd]*", status=403, times=None)
    house.entry = await house.make_entry()
    entries = house.hass.config_entries
    set_up = asyncio.ensure_future(entries.async_setup(house.entry.entry_id))
    await asked.wait()
    disabling = asyncio.ensure_future(disable(house))
    await until(lambda: house.entry.disabled_by)
    answer.set()
    await asyncio.wait([set_up, disabling])
    assert house.entry.state is ConfigEntryState.NOT_LOADED
    assert not issue_of(house, Issue.NO_API_ACCESS)


# All of them


@pytest.mark.parametrize("issue", [Issue.PUSH_REFUSED, Issue.PUSH_SILENT])
async def test_a_dialog_of_an_account_that_is_not_loaded_any_more_just_ends(
    linked: House, frontend: Frontend, issue: Issue
) -> None:
    async_raise_issue(linked.hass, linked.entry, issue)
    dialog = await open_dialog(linked, frontend, issue)
    await linked.stop()
    assert (await frontend(dialog, {}))["type"] == "create_entry"


@pytest.mark.parametrize("issue", Issue)
async def test_each_issue_has_its_texts_and_a_way_out(linked: House, issue: Issue) -> None:
    async_raise_issue(linked.hass, linked.entry, issue, reason="why")
    raised = issue_of(linked, issue)
    assert raised
    texts = TEXTS["issues"][raised.translation_key]
    assert ("fix_flow" in texts) is raised.is_fixable
    assert raised.is_fixable or raised.learn_more_url
    if raised.is_fixable:
        assert await async_create_fix_flow(linked.hass, raised.issue_id, None)
        assert texts["fix_flow"]["step"].keys() == {"confirm"}
        assert "as_before" in texts["fix_flow"]["error"]


def test_links_lead_to_pages_that_are_there() -> None:
    links = {UPGRADE_URL, *(each.learn_more_url for each in DESCRIPTIONS.values())} - {None}
    own = {link for link in links if link and link.startswith(DOCUMENTATION)}
    assert DOCUMENTATION.startswith(f"{MANIFEST['documentation']}/")
    assert own
    for link in own:
        path, _, anchor = link.removeprefix(f"{DOCUMENTATION}/").partition("#")
        assert not anchor or anchor in anchors(ROOT / "docs" / path)
        assert (ROOT / "docs" / path).is_file()
    others = {link for link in links - own if link}
    assert all(link.startswith("https://www.home-assistant.io/") for link in others)
