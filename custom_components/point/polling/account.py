"""What polling needs of the account's coordinator, which it must not import."""

from collections.abc import Iterable
from typing import Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..minut.client import MinutClient
from ..registry.devices import Devices
from ..state.account import AccountState
from ..storage import AccountStore


class Account(Protocol):
    """One account, as its coordinator provides it."""

    hass: HomeAssistant
    config_entry: ConfigEntry
    client: MinutClient
    data: AccountState
    devices: Devices
    store: AccountStore
    is_closing: bool
    """Whether the entry is being unloaded or is unloaded: nothing is scheduled any more."""

    @callback
    def async_notify(self, keys: Iterable[str]) -> None:
        """Notify the entities of these homes and Points of a change."""
