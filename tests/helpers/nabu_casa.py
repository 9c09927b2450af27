"""The webhooks of Home Assistant Cloud: its integration with a simulated cloud.

The parts that need a compiler are replaced, as in scripts/develop.
"""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from homeassistant.components import webhook
from homeassistant.core import HomeAssistant
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util.aiohttp import MockRequest
import pytest

from .house import House

STAND_INS = Path(__file__).parents[2] / "scripts" / "lib" / "develop" / "stand_ins"


@dataclass(kw_only=True)
class NabuCasa:
    """Simulates the object that the cloud integration keeps in hass.data."""

    hass: HomeAssistant
    is_logged_in: bool = True
    subscription_expired: bool = False
    connected: bool = True
    hooks: dict[str, dict[str, Any]] = field(default_factory=dict)
    _made: int = 0

    @property
    def iot(self) -> NabuCasa:
        """Return the object with the connection state."""
        return self

    @property
    def client(self) -> SimpleNamespace:
        """Return the object that stores the cloudhooks."""
        return SimpleNamespace(cloudhooks=self.hooks)

    @property
    def cloudhooks(self) -> NabuCasa:
        """Return the object that creates and deletes cloudhooks."""
        return self

    async def async_create(self, webhook_id: str, _managed: bool) -> dict[str, Any]:  # noqa: FBT001 # as called
        """Create a cloudhook; refuse a second one, as the real service does."""
        if webhook_id in self.hooks:
            raise ValueError("Hook is already enabled for the cloud.")
        self._made += 1
        self.hooks[webhook_id] = {"cloudhook_url": f"https://hooks.nabu.casa/{self._made}"}
        self._tell()
        return self.hooks[webhook_id]

    async def async_delete(self, webhook_id: str) -> None:
        """Delete a cloudhook, as the cloud page in the settings does."""
        if webhook_id not in self.hooks:
            raise ValueError("Hook is not enabled for the cloud.")
        del self.hooks[webhook_id]
        self._tell()

    async def log_out(self) -> None:
        """Log out, which deletes the cloudhooks."""
        self.set_connected(connected=False)
        self.is_logged_in = False
        self.hooks.clear()
        self._tell()

    def _tell(self) -> None:
        from homeassistant.components import cloud  # noqa: PLC0415 # after the stand-ins

        async_dispatcher_send(self.hass, cloud._SIGNAL_CLOUDHOOKS_UPDATED, dict(self.hooks))

    def set_connected(self, *, connected: bool) -> None:
        """Set whether the cloud is connected."""
        from homeassistant.components.cloud import (  # noqa: PLC0415 # after the stand-ins
            SIGNAL_CLOUD_CONNECTION_STATE,
            CloudConnectionState,
        )

        self.connected = connected
        state = CloudConnectionState
        async_dispatcher_send(
            self.hass,
            SIGNAL_CLOUD_CONNECTION_STATE,
            state.CLOUD_CONNECTED if connected else state.CLOUD_DISCONNECTED,
        )

    async def deliver(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """Forward a delivery to Home Assistant over the open connection."""
        for webhook_id, hook in self.hooks.items():
            if hook["cloudhook_url"] == url and self.connected:
                request = MockRequest(
                    content=body, headers=headers, method="POST", mock_source="cloud"
                )
                response = await webhook.async_handle_webhook(self.hass, webhook_id, request)
                return response.status
        return 404


@pytest.fixture
async def nabu_casa(house: House, monkeypatch: pytest.MonkeyPatch) -> NabuCasa:
    """Return a connected subscription."""
    monkeypatch.syspath_prepend(str(STAND_INS))
    from homeassistant.components.cloud.const import DATA_CLOUD  # noqa: PLC0415 # as above

    play = NabuCasa(hass=house.hass)
    house.hass.config.components.add("cloud")
    house.hass.data[DATA_CLOUD] = play  # type: ignore[misc] # it stands in for the real one
    house.simulator.webhooks.send = play.deliver
    return play
