"""A Home Assistant with a simulated cloud, as most tests use it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.point.const import DOMAIN, MINOR_VERSION
from simulator import Device, Home, Simulator


@dataclass(kw_only=True)
class House:
    """A Home Assistant and its cloud."""

    hass: HomeAssistant
    simulator: Simulator
    freezer: FrozenDateTimeFactory
    browser: TestClient[Request, Application]
    entry: MockConfigEntry = field(init=False)

    @property
    def homes(self) -> list[Home]:
        """The homes at the cloud, in order."""
        return list(self.simulator.homes.values())

    @property
    def devices(self) -> list[Device]:
        """The Points at the cloud, in order."""
        return list(self.simulator.devices.values())

    @property
    def point(self) -> str:
        """The id of the first Point."""
        return self.devices[0].device_id

    @property
    def home(self) -> str:
        """The id of the first Point's home."""
        return self.devices[0].home_id

    async def link(
        self,
        *,
        state: ConfigEntryState = ConfigEntryState.LOADED,
        data: dict[str, object] | None = None,
        options: Mapping[str, object] | None = None,
    ) -> MockConfigEntry:
        """Set up the integration with a linked or upgraded entry."""
        self.entry = await self.make_entry(data, options)
        await self.hass.config_entries.async_setup(self.entry.entry_id)
        await self.settle()
        assert self.entry.state is state
        self.simulator.deliveries.clear()  # the sample by which the hook was tried
        return self.entry

    async def make_entry(
        self, data: dict[str, object] | None = None, options: Mapping[str, object] | None = None
    ) -> MockConfigEntry:
        """Add an entry for the simulated account, without setting it up."""
        simulator = self.simulator
        credential = ClientCredential(simulator.client_id, simulator.client_secret)
        await async_import_client_credential(self.hass, DOMAIN, credential)
        token = dict(simulator.issue_token())
        token["expires_at"] = self.simulator.time().timestamp() + 3600
        entry = MockConfigEntry(
            domain=DOMAIN,
            minor_version=MINOR_VERSION,
            title=simulator.account.fullname,
            unique_id=simulator.account.user_id,
            data={
                "auth_implementation": DOMAIN,
                "token": token,
                "webhook_id": "0123456789abcdef" * 4,
                **(data or {}),
            },
            options=dict(options or {}),
        )
        entry.add_to_hass(self.hass)
        return entry

    async def stop(self) -> None:
        """Unload the entry, as a restart does. Deliveries are lost until it starts again."""
        assert await self.hass.config_entries.async_unload(self.entry.entry_id)
        self.simulator.switches.lose_deliveries = True

    async def start(self) -> None:
        """Set up the entry again."""
        self.simulator.switches.lose_deliveries = False
        assert await self.hass.config_entries.async_setup(self.entry.entry_id)
        await self.settle()
        assert self.entry.state is ConfigEntryState.LOADED

    async def settle(self) -> None:
        """Wait until the cloud and Home Assistant have nothing left to do."""
        for _ in range(2):  # finishing may cause new deliveries
            await self.simulator.deliveries_done()
            await self.hass.async_block_till_done(wait_background_tasks=True)

    async def advance(self, **by: float) -> None:
        """Finish pending work, then advance the clock: `seconds=5`, `minutes=1`."""
        await self.settle()
        self.freezer.tick(timedelta(**by))
        await self.simulator.run_due()
        async_fire_time_changed(self.hass)
        await self.settle()

    def entity_id(self, key: str, of: str | None = None) -> str:
        """Return the entity id for a key such as `sensor.temperature` (of the first Point)."""
        platform, _, name = key.partition(".")
        unique_id = f"{DOMAIN}.{of or self.point}-{name}"
        if platform == "alarm_control_panel":
            unique_id = f"{DOMAIN}.{of or self.home}"
        registry = er.async_get(self.hass)
        entity_id = registry.async_get_entity_id(platform, DOMAIN, unique_id)
        assert entity_id, f"no entity {unique_id}"
        return entity_id

    def get(self, key: str, of: str | None = None) -> State:
        """Return the state object of an entity, by platform and key."""
        state = self.hass.states.get(self.entity_id(key, of))
        assert state, f"{key} has no state"
        return state

    def state(self, key: str, of: str | None = None) -> str:
        """Return the state of an entity, by platform and key."""
        return self.get(key, of).state

    def panel(self, of: str | None = None) -> str:
        """Return the state of the alarm panel of a home (default: the home of the first Point)."""
        return self.state("alarm_control_panel.alarm", of)

    async def call_panel(self, action: str, of: str | None = None) -> None:
        """Call an action of the alarm panel."""
        entity_id = self.entity_id("alarm_control_panel.alarm", of)
        await self.hass.services.async_call(
            "alarm_control_panel", action, {ATTR_ENTITY_ID: entity_id}, blocking=True
        )
        await self.settle()

    async def call(self, key: str, action: str, of: str | None = None, **data: object) -> None:
        """Call an action of an entity, by platform and key."""
        platform = key.partition(".")[0]
        await self.hass.services.async_call(
            platform, action, {ATTR_ENTITY_ID: self.entity_id(key, of), **data}, blocking=True
        )
        await self.settle()

    def ha_device(self, key: str) -> dr.DeviceEntry | None:
        """Return the device of a home or a Point."""
        registry = dr.async_get(self.hass)
        return registry.async_get_device_by_identifier((DOMAIN, key), self.entry.entry_id)

    def requests(self, method: str, path: str) -> int:
        """Return the number of requests so far."""
        return sum(
            request.method == method and request.path == path for request in self.simulator.requests
        )
