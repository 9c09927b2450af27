"""The Minut Point integration: setup, unload and removal of accounts."""

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_TOKEN, Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.config_entry_oauth2_flow import async_get_config_entry_implementation
from homeassistant.helpers.translation import async_load_integrations
from homeassistant.helpers.typing import ConfigType
from homeassistant.util.hass_dict import HassKey

from . import migration
from .auth.implementation import async_setup_oauth
from .auth.tokens import async_forget_tokens, async_get_tokens
from .auth.yaml import CONFIG_SCHEMA, api_root
from .commands import Commands
from .commands.home import HomeCommands
from .commands.stays import StayCommands
from .commands.thresholds import ThresholdCommands
from .const import DOMAIN, MINOR_VERSION
from .coordinator import PointCoordinator
from .dashboard import async_setup_dashboard
from .data import PointConfigEntry, PointData
from .history.importer import HistoryImporter
from .issues import Issue, async_clear_issues, async_setup_issues
from .minut.client import MinutClient
from .minut.rate_limit import RequestBudget
from .polling.stays import StayPoller
from .presence.entity import async_remove_stay_entities
from .presence.settings import home_settings
from .presence.tracker import PresenceTracker
from .registry.devices import keys_of
from .services import async_setup_services
from .state.stays import StaySource
from .storage import async_remove_store
from .webhook.endpoint import async_endpoint, async_register_endpoints, async_unregister_endpoint
from .webhook.handler import WebhookHandler
from .webhook.missed_events import MissedEvents
from .webhook.removal import async_delete_when_disabled, async_remove_webhook

__all__ = ["CONFIG_SCHEMA"]

_BUDGETS: HassKey[dict[str, RequestBudget]] = HassKey(f"{DOMAIN}_budgets")
"""By entry id, so that a reload or a repeated setup does not start with a full budget."""

PLATFORMS = (
    Platform.ALARM_CONTROL_PANEL,
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.TIME,
    Platform.TODO,
)


def _platforms(stays: StayPoller) -> list[Platform]:
    """Return the platforms of an account. Calendars bring a panel, so they are optional."""
    return [*PLATFORMS, *([Platform.CALENDAR] if StaySource.MINUT in stays.sources else [])]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up what all accounts share."""
    await async_setup_oauth(hass, config.get(DOMAIN))
    async_setup_services(hass)
    await async_setup_dashboard(hass)
    async_setup_issues(hass)
    async_register_endpoints(hass)
    async_delete_when_disabled(hass, _client)
    return True


async def async_migrate_entry(hass: HomeAssistant, entry: PointConfigEntry) -> bool:
    """Migrate an entry of core's own `point`. Entries of newer versions are left as they are."""
    if entry.minor_version < MINOR_VERSION:
        await migration.async_migrate(hass, entry)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: PointConfigEntry) -> bool:
    """Set up an account. Push comes last, so that no event arrives before its entities exist."""
    # Names of devices come from the loaded texts, also right after the language has changed.
    await async_load_integrations(hass, {DOMAIN})
    migration.async_drop_invalid_options(hass, entry)
    client = await _client(hass, entry)
    client.contract.granted(entry.data[CONF_TOKEN])
    await migration.async_set_unique_id(hass, entry, client)
    coordinator = PointCoordinator(hass, entry, client)
    await coordinator.async_config_entry_first_refresh()
    data = entry.runtime_data = _data(coordinator)
    await hass.config_entries.async_forward_entry_setups(entry, _platforms(data.stays))
    coordinator.async_on_new(coordinator.devices.place)
    coordinator.async_on_new(coordinator.entity_ids.async_keep)
    coordinator.async_on_new(coordinator.entity_limit.async_enable_waiting)
    async_remove_stay_entities(hass, entry)
    coordinator.async_on_new(data.stays.async_add_homes)
    data.presence.async_start()
    # Keep polling an account without entities: a first Point may appear any day.
    entry.async_on_unload(coordinator.async_add_listener(lambda: None))
    coordinator.store.async_start()
    data.webhook.async_start()
    MissedEvents(coordinator, data.webhook).async_start()
    data.history.async_start()
    migration.async_start(hass, entry)
    return True


async def _client(hass: HomeAssistant, entry: ConfigEntry) -> MinutClient:
    """Return the client of an entry, which need not be loaded."""
    tokens = async_get_tokens(hass, entry)
    if not tokens.is_complete:
        raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="unauthorized")
    await async_get_config_entry_implementation(hass, entry)
    return MinutClient(
        async_get_clientsession(hass),
        tokens.valid,
        root=api_root(hass),
        renew=tokens.renew,
        budget=hass.data.setdefault(_BUDGETS, {}).setdefault(entry.entry_id, RequestBudget()),
    )


def _data(coordinator: PointCoordinator) -> PointData:
    client, refresher = coordinator.client, coordinator.refresher
    settings = home_settings(coordinator.config_entry)
    stays = StayPoller(
        coordinator,
        on_event=coordinator.async_send_home_event,
        sources={home_id: of_home.source for home_id, of_home in settings.items()},
    )
    home_commands = HomeCommands(coordinator, refresher)
    coordinator.store.async_add(home_commands, "ways")
    threshold_commands = ThresholdCommands(client, refresher)
    return PointData(
        client=client,
        coordinator=coordinator,
        webhook=WebhookHandler(coordinator, api_root=api_root(coordinator.hass)),
        stays=stays,
        presence=PresenceTracker(coordinator, stays, settings, threshold_commands),
        history=HistoryImporter(coordinator),
        commands=Commands(
            home=home_commands,
            thresholds=threshold_commands,
            stays=StayCommands(client, stays),
        ),
    )


async def async_unload_entry(hass: HomeAssistant, entry: PointConfigEntry) -> bool:
    """Unload an account. Its webhook stays at Minut, so that a reload or restart loses nothing."""
    data = entry.runtime_data
    endpoint = async_endpoint(hass, entry)
    endpoint.async_pause()  # deliveries wait for the next setup
    data.coordinator.is_closing = True
    if not await hass.config_entries.async_unload_platforms(entry, _platforms(data.stays)):
        data.coordinator.is_closing = False
        endpoint.async_resume()
        return False
    await data.coordinator.store.async_close()
    async_clear_issues(hass, entry, *Issue)  # last: what runs until then may create one
    return True


async def async_remove_entry(hass: HomeAssistant, entry: PointConfigEntry) -> None:
    """Remove everything that belongs to an account, at Minut and here."""
    tokens = async_get_tokens(hass, entry)
    client = MinutClient(
        async_get_clientsession(hass), tokens.valid, root=api_root(hass), renew=tokens.renew
    )
    async_clear_issues(hass, entry, *Issue)
    hass.data.get(_BUDGETS, {}).pop(entry.entry_id, None)
    async_unregister_endpoint(hass, entry)
    await async_remove_webhook(hass, entry, client)
    async_forget_tokens(hass, entry)
    await async_remove_store(hass, entry.entry_id)
    migration.async_forget(hass, entry)


async def async_remove_config_entry_device(
    _hass: HomeAssistant, entry: PointConfigEntry, device: dr.AnyDeviceEntry
) -> bool:
    """Return whether the user may remove a device: only if the account no longer has it."""
    if entry.state is not ConfigEntryState.LOADED:
        return True  # unknown while not loaded; what the account still has comes back
    coordinator = entry.runtime_data.coordinator
    state = coordinator.data
    return keys_of(device).isdisjoint({coordinator.account_id, *state.homes, *state.devices})
