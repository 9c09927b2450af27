"""The Minut Point integration: set-up and tear-down."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.config_entry_oauth2_flow import (
    OAuth2Session,
    async_get_config_entry_implementation,
)
from homeassistant.helpers.typing import ConfigType

from .actions import async_setup_actions
from .catch_up import CatchUp
from .configuration import CONFIG_SCHEMA, api_root
from .const import DOMAIN
from .coordinator import PointConfigEntry, PointCoordinator
from .devices import keys_of
from .history import History
from .memory import async_forget
from .minut.client import MinutClient
from .oauth import access_token, async_last_access_token, async_setup_oauth
from .push import Push, async_forget_push

__all__ = ["CONFIG_SCHEMA"]

PLATFORMS = (
    Platform.ALARM_CONTROL_PANEL,
    Platform.BINARY_SENSOR,
    Platform.EVENT,
    Platform.SENSOR,
)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up what all accounts share."""
    await async_setup_oauth(hass, config.get(DOMAIN))
    async_setup_actions(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: PointConfigEntry) -> bool:
    """Set up one account. Push comes last, so that no event meets a missing entity."""
    if "auth_implementation" not in entry.data:  # made by core before 2024.10
        raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="unauthorized")
    implementation = await async_get_config_entry_implementation(hass, entry)
    session = OAuth2Session(hass, entry, implementation)
    root = api_root(hass)
    client = MinutClient(async_get_clientsession(hass), access_token(session), root=root)
    coordinator = PointCoordinator(hass, entry, client)
    await coordinator.async_config_entry_first_refresh()
    entry.runtime_data = coordinator
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    coordinator.async_on_new(coordinator.devices.place)
    # Polling goes on for an account without entities: the first Point may come any day.
    entry.async_on_unload(coordinator.async_add_listener(lambda: None))
    Push(hass, entry, api_root=root).async_start()
    CatchUp(hass, entry).async_start()
    History(hass, entry).async_start()
    return True


async def async_unload_entry(hass: HomeAssistant, entry: PointConfigEntry) -> bool:
    """Unload an account. Its hook stays at Minut: a reload or a restart loses nothing."""
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    await entry.runtime_data.memory.async_close()
    return True


async def async_remove_entry(hass: HomeAssistant, entry: PointConfigEntry) -> None:
    """Leave nothing behind, at Minut or here."""

    async def sign_in() -> MinutClient:
        token = await async_last_access_token(hass, entry)

        async def last_token() -> str:
            return token

        return MinutClient(async_get_clientsession(hass), last_token, root=api_root(hass))

    await async_forget_push(hass, entry, sign_in)
    await async_forget(hass, entry.entry_id)


async def async_remove_config_entry_device(
    _hass: HomeAssistant, entry: PointConfigEntry, device: dr.DeviceEntry
) -> bool:
    """Let a person remove a device that the account no longer has."""
    if entry.state is not ConfigEntryState.LOADED:
        return True  # nobody knows better; what the account still has comes back
    state = entry.runtime_data.data
    return keys_of(device).isdisjoint(state.homes.keys() | state.devices.keys())
