"""The devices of an account without a cloud."""

from datetime import datetime

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.point.const import DOMAIN
from custom_components.point.registry.devices import Devices
from custom_components.point.state.account import AccountState

from ..helpers.account import device as told_of, home


class Registered:
    """The devices of an account, and a state that tests fill."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        self.entry = MockConfigEntry(domain=DOMAIN)
        self.entry.add_to_hass(hass)
        self.state = AccountState()
        self.devices = Devices(hass, self.entry.entry_id, account_id="u1")

    def poll(self, at: datetime, *points: str, is_complete: bool = True) -> None:
        self.state.merge_homes([home("h1")] if points else [], at, is_complete=is_complete)
        self.state.merge_devices([told_of(point) for point in points], at, is_complete=is_complete)
        self.devices.update(self.state)
        self.devices.remove_absent(self.state, at)

    def has(self, key: str) -> bool:
        return self.devices.ha_id(key) is not None
