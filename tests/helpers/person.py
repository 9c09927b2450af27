"""A user of the frontend's dialogs and of Minut's login pages."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import ClientSession
from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from yarl import URL

from custom_components.point.const import DOMAIN
from simulator import Account, Simulator

from .house import House

ADDRESS = "http://homeassistant.local:8123"
FLOWS = "/api/config/config_entries/flow"


async def until(condition: Callable[[], object]) -> None:
    """Run the event loop until a condition is met."""
    while not condition():  # noqa: ASYNC110 # sockets have no event to wait for
        await asyncio.sleep(0)


type Arrive = Callable[..., Awaitable[Person]]


@pytest.fixture(name="arrive")
async def arriving(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    hass_client: ClientSessionGenerator,
    hass_client_no_auth: ClientSessionGenerator,
    _ample_budget: None,
) -> Arrive:
    """Return a function that starts the integration with YAML options, and returns a user."""

    async def start(**section: str) -> Person:
        yaml = {DOMAIN: {"api_url": simulator.root, **section}}
        for component in ("auth", "config", "application_credentials", "image", DOMAIN):
            assert await async_setup_component(hass, component, yaml)
        # The web server accepts no further routes once it runs.
        browser = await hass_client_no_auth()
        await hass.config.async_update(internal_url=str(browser.make_url("")).rstrip("/"))
        house = House(hass=hass, simulator=simulator, freezer=freezer, browser=browser)
        await house.settle()
        return Person(house=house, frontend=await hass_client())

    return start


@dataclass(kw_only=True)
class Person:
    """Uses the API of Home Assistant that the frontend uses."""

    house: House
    frontend: TestClient[Request, Application]

    async def enter_client(self, auth_domain: str | None = None, **changes: str) -> None:
        """Store the simulator's client as the credentials dialog does."""
        cloud = self.house.simulator
        client = {"client_id": cloud.client_id, "client_secret": cloud.client_secret} | changes
        credential = ClientCredential(**client)
        await async_import_client_credential(self.house.hass, DOMAIN, credential, auth_domain)

    def cards(self, source: str = "integration_discovery") -> list[str]:
        """Return the flows that the frontend shows under Discovered."""
        flows = self.house.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
        return [flow["flow_id"] for flow in flows if flow["context"]["source"] == source]

    async def begin(self, entry_id: str | None = None, *, way: str = "sign_in") -> dict[str, Any]:
        """Start a flow to add or reconfigure an entry, and choose how to sign in."""
        step = await self.menu(entry_id)
        if step["type"] != "menu":
            return step
        assert step["menu_options"] == ["sign_in", "own_client"]
        return await self.submit(step["flow_id"], next_step_id=way)

    async def menu(self, entry_id: str | None = None) -> dict[str, Any]:
        """Choose "Add integration", or "Reconfigure" of an entry."""
        flow = {"handler": DOMAIN} | ({"entry_id": entry_id} if entry_id else {})
        return await self._call("POST", FLOWS, flow)

    async def look(self, flow_id: str) -> dict[str, Any]:
        """Return the current step of a flow."""
        return await self._call("GET", f"{FLOWS}/{flow_id}")

    async def submit(self, flow_id: str, **answer: str) -> dict[str, Any]:
        """Submit a step."""
        return await self._call("POST", f"{FLOWS}/{flow_id}", answer)

    async def close(self, flow_id: str) -> None:
        """Abort a flow that its dialog started."""
        await self._call("DELETE", f"{FLOWS}/{flow_id}")

    async def answer(
        self, url: str, *, decision: str = "allow", account: Account | None = None
    ) -> URL:
        """Allow or deny access at Minut; return the URL of the redirect."""
        email = (account or self.house.simulator.account).email
        form = {"decision": decision, "email": email}
        async with (
            ClientSession() as browser,
            browser.post(url, data=form, allow_redirects=False) as response,
        ):
            assert response.status == HTTPStatus.FOUND, await response.text()
            return URL(response.headers["Location"], encoded=True)

    async def come_back(
        self, address: URL | str, *, languages: str | None = None
    ) -> tuple[int, str]:
        """Follow the redirect to Home Assistant, with a browser of these languages."""
        headers = {"Accept-Language": languages} if languages is not None else {}
        response = await self.house.browser.get(URL(address, encoded=True).path_qs, headers=headers)
        return response.status, await response.text()

    async def link(self, step: dict[str, Any], **at_minut: Any) -> dict[str, Any]:
        """Sign in at Minut and return, with the dialog open."""
        assert step["type"] == "external", step
        status, _ = await self.come_back(await self.answer(step["url"], **at_minut))
        assert status == HTTPStatus.OK
        return await self.end(step["flow_id"])

    async def end(self, flow_id: str) -> dict[str, Any]:
        """Return the last step of the flow."""
        result = await self.look(flow_id)
        await self.house.settle()
        return result

    async def _call(self, method: str, path: str, data: object = None) -> dict[str, Any]:
        headers = {"HA-Frontend-Base": ADDRESS}
        response = await self.frontend.request(method, path, json=data, headers=headers)
        assert response.status == HTTPStatus.OK, await response.text()
        result: dict[str, Any] = await response.json()
        return result

    def entries(self) -> list[ConfigEntry]:
        """Return the entries of linked accounts."""
        return self.house.hass.config_entries.async_entries(DOMAIN)

    @property
    def entry(self) -> ConfigEntry:
        """Return the only entry."""
        [entry] = self.entries()
        return entry

    async def words(self, result: dict[str, Any]) -> str:
        """Return the final text of the dialog."""
        texts = await async_get_translations(self.house.hass, "en", "config", [DOMAIN])
        text = texts[f"component.{DOMAIN}.config.abort.{result['reason']}"]
        return text.format_map(result["description_placeholders"])


# Fixtures for those who import them.


@pytest.fixture(name="person")
async def anybody(arrive: Arrive) -> Person:
    """Return a user of a Home Assistant without credentials or account."""
    return await arrive()


@pytest.fixture(name="with_client")
async def somebody_with_client(person: Person) -> Person:
    """Return a user who has entered credentials in the dialog."""
    await person.enter_client(DOMAIN)
    return person


@pytest.fixture(name="with_yaml")
async def somebody_with_yaml(arrive: Arrive, simulator: Simulator) -> Person:
    """Return a user who has credentials in configuration.yaml."""
    return await arrive(client_id=simulator.client_id, client_secret=simulator.client_secret)
