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
from homeassistant.util.hass_dict import HassKey

from . import migration
from .auth.implementation import async_setup_oauth
from .auth.tokens import LastTokens, access_token, renewed_token
from .auth.yaml import CONFIG_SCHEMA, api_root
from .const import CONF_AUTH_IMPLEMENTATION, DOMAIN, MINOR_VERSION
from .coordinator import PointConfigEntry, PointCoordinator
from .entity import async_remove_stay_entities
from .history.importer import HistoryImporter
from .issues import Issue, async_clear_issues, async_setup_issues
from .minut.client import MinutClient
from .minut.rate_limit import RequestBudget
from .registry.devices import keys_of
from .services import async_setup_services
from .storage import async_forget
from .webhook.endpoint import async_endpoint, async_register_endpoints, async_unregister_endpoint
from .webhook.handler import WebhookHandler
from .webhook.missed_events import MissedEvents
from .webhook.removal import async_remove_webhook

__all__ = ["CONFIG_SCHEMA"]

_BUDGETS: HassKey[dict[str, RequestBudget]] = HassKey(f"{DOMAIN}_budgets")
"""By entry id: a set-up that is tried again or a reload does not begin with a full budget."""

PLATFORMS = (
    Platform.ALARM_CONTROL_PANEL,
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.NUMBER,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.TIME,
)


def _platforms(coordinator: PointCoordinator) -> list[Platform]:
    """Return the account's platforms; calendars only where wanted: they come with a panel."""
    return [*PLATFORMS, *([Platform.CALENDAR] if coordinator.stays.is_on else [])]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up what all accounts share."""
    await async_setup_oauth(hass, config.get(DOMAIN))
    async_setup_services(hass)
    async_setup_issues(hass)
    async_register_endpoints(hass)
    return True


async def async_migrate_entry(hass: HomeAssistant, entry: PointConfigEntry) -> bool:
    """Take over what core's own `point` has set up; entries of newer versions stay."""
    if entry.minor_version < MINOR_VERSION:
        await migration.async_migrate(hass, entry)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: PointConfigEntry) -> bool:
    """Set up one account. Push comes last, so that no event meets a missing entity."""
    if CONF_AUTH_IMPLEMENTATION not in entry.data:  # of an old core, and its client is not known
        raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="unauthorized")
    implementation = await async_get_config_entry_implementation(hass, entry)
    session = OAuth2Session(hass, entry, implementation)
    root = api_root(hass)
    client = MinutClient(
        async_get_clientsession(hass),
        access_token(session),
        root=root,
        renew=renewed_token(session),
        budget=hass.data.setdefault(_BUDGETS, {}).setdefault(entry.entry_id, RequestBudget()),
    )
    await migration.async_identify(hass, entry, client)
    coordinator = PointCoordinator(hass, entry, client)
    await coordinator.async_config_entry_first_refresh()
    entry.runtime_data = coordinator
    await hass.config_entries.async_forward_entry_setups(entry, _platforms(coordinator))
    coordinator.async_on_new(coordinator.devices.place)
    coordinator.async_on_new(coordinator.entity_ids.async_keep)
    coordinator.async_on_new(coordinator.entity_limit.async_enable_waiting)
    if coordinator.stays.is_on:
        coordinator.async_on_new(coordinator.stays.async_expect_homes)
    else:
        async_remove_stay_entities(hass, entry)
    # Polling goes on for an account without entities: the first Point may come any day.
    entry.async_on_unload(coordinator.async_add_listener(lambda: None))
    await coordinator.memory.async_open()
    WebhookHandler(hass, entry, api_root=root).async_start()
    MissedEvents(hass, entry).async_start()
    HistoryImporter(hass, entry).async_start()
    migration.async_start(hass, entry)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: PointConfigEntry) -> bool:
    """Unload an account. Its hook stays at Minut: a reload or a restart loses nothing."""
    coordinator = entry.runtime_data
    endpoint = async_endpoint(hass, entry)
    endpoint.close()  # no event meets a missing entity: it waits for the next set-up
    coordinator.is_closed = True  # and no poll adds any
    if not await hass.config_entries.async_unload_platforms(entry, _platforms(coordinator)):
        coordinator.is_closed = False
        endpoint.open_again()
        return False
    async_clear_issues(hass, entry, Issue.NO_API_ACCESS, Issue.ENTITY_LIMIT)
    await coordinator.memory.async_close()
    return True


async def async_remove_entry(hass: HomeAssistant, entry: PointConfigEntry) -> None:
    """Leave nothing behind, at Minut or here."""
    tokens = LastTokens(hass, entry)
    client = MinutClient(
        async_get_clientsession(hass), tokens.valid, root=api_root(hass), renew=tokens.renew
    )
    async_clear_issues(hass, entry, Issue.NO_API_ACCESS, Issue.ENTITY_LIMIT)
    hass.data.get(_BUDGETS, {}).pop(entry.entry_id, None)
    async_unregister_endpoint(hass, entry)
    await async_remove_webhook(hass, entry, client)
    await async_forget(hass, entry.entry_id)
    migration.async_forget(hass, entry)


async def async_remove_config_entry_device(
    _hass: HomeAssistant, entry: PointConfigEntry, device: dr.DeviceEntry
) -> bool:
    """Let a person remove a device that the account no longer has."""
    if entry.state is not ConfigEntryState.LOADED:
        return True  # nobody knows better; what the account still has comes back
    state = entry.runtime_data.data
    return keys_of(device).isdisjoint({entry.runtime_data.account_id, *state.homes, *state.devices})
