"""The runtime data of an entry: the objects of a loaded account."""

from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry

from .commands import Commands
from .coordinator import PointCoordinator
from .history.importer import HistoryImporter
from .minut.client import MinutClient
from .polling.stays import StayPoller
from .webhook.handler import WebhookHandler

type PointConfigEntry = ConfigEntry[PointData]


@dataclass(frozen=True)
class PointData:
    """The objects of a loaded account."""

    client: MinutClient
    coordinator: PointCoordinator
    webhook: WebhookHandler
    stays: StayPoller
    history: HistoryImporter
    commands: Commands
