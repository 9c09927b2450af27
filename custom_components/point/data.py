"""The runtime data of an entry: the objects of a loaded account."""

from collections.abc import Iterator
from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .commands import Commands
from .const import DOMAIN
from .coordinator import PointCoordinator
from .history.importer import HistoryImporter
from .minut.client import MinutClient
from .polling.stays import StayPoller
from .presence.tracker import PresenceTracker
from .webhook.handler import WebhookHandler

type PointConfigEntry = ConfigEntry[PointData]


@dataclass(frozen=True)
class PointData:
    """The objects of a loaded account."""

    client: MinutClient
    coordinator: PointCoordinator
    webhook: WebhookHandler
    stays: StayPoller
    presence: PresenceTracker
    history: HistoryImporter
    commands: Commands


def data_of(coordinator: PointCoordinator) -> PointData:
    """Return the objects of the loaded account that a coordinator belongs to."""
    entry: PointConfigEntry = coordinator.config_entry
    return entry.runtime_data


def accounts(hass: HomeAssistant) -> Iterator[PointData]:
    """Yield the accounts that are set up, or about to be."""
    entry: PointConfigEntry
    for entry in hass.config_entries.async_entries(DOMAIN):
        data: PointData | None = getattr(entry, "runtime_data", None)
        if data is not None:
            yield data
