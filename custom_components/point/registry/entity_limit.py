"""Whether an entity that is new is enabled, by what Home Assistant has registered already."""

from collections import Counter

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_registry import RegistryEntryDisabler

from ..const import CONF_STAYS, DOMAIN, OPTIONS
from ..issues import Issue, async_clear_issues, async_raise_issue
from ..state.account import AccountState
from .entity_budget import PANEL, PRECEDENCE, STAYS, Plan, plan


class EntityLimit:
    """The plan of one account; where there is not enough room, a person is asked to make some."""

    def __init__[T](self, hass: HomeAssistant, entry: ConfigEntry[T]) -> None:
        self._hass = hass
        self._entry = entry
        self._registry = er.async_get(hass)
        has_stays = entry.options.get(CONF_STAYS, OPTIONS[CONF_STAYS])
        self._names = [name for row in PRECEDENCE for name in row if has_stays or name not in STAYS]
        self._basis: object = None
        self._plan = plan(enabled=0, lacking={}, homes=0, points=0)

    @callback
    def enables(self, name: str) -> bool:
        """Tell whether an entity of that name (see `entity_budget`) is enabled where it is new."""
        return self._plan.enables(name)

    @callback
    def update(self, state: AccountState) -> None:
        """Plan for the homes and Points that there are, before entities are added for them."""
        enabled = self._registry.entities.get_enabled_count_for_config_entry_id(
            self._entry.entry_id
        )
        basis = enabled, frozenset(state.homes), frozenset(state.devices)
        if basis == self._basis:
            return
        self._basis = basis
        self._plan = plan(
            enabled=enabled + self._returning(state),
            lacking=self._lacking(state),
            homes=len(state.homes),
            points=len(state.devices),
        )
        self._tell(self._plan)

    def _lacking(self, state: AccountState) -> Counter[str]:
        """Count the entities that are usual, and neither enabled nor disabled by a person."""
        keys = {"home": state.homes.keys(), "point": state.devices.keys()}
        lacking = Counter[str]()
        for name in self._names:
            of, platform, suffix = name.split(".")
            for key in keys[of]:
                unique_id = f"{DOMAIN}.{key}" if name == PANEL else f"{DOMAIN}.{key}-{suffix}"
                lacking[name] += self._is_lacking(platform, unique_id)
        return lacking

    def _is_lacking(self, platform: str, unique_id: str) -> bool:
        identity = platform, DOMAIN, unique_id
        if entity_id := self._registry.async_get_entity_id(*identity):
            entry = self._registry.entities[entity_id]
            return entry.disabled_by is RegistryEntryDisabler.INTEGRATION
        former = self._registry.deleted_entities.get(identity)
        return former is None or former.disabled_by not in {None, RegistryEntryDisabler.USER}

    def _returning(self, state: AccountState) -> int:
        """Count the entities that were enabled, and are again when their home or Point is back."""
        present = {*state.homes, *state.devices}
        registered = er.async_entries_for_config_entry(self._registry, self._entry.entry_id)
        returning = present.difference(_key(entity) for entity in registered)
        if not returning:
            return 0
        return sum(
            entity.platform == DOMAIN and entity.disabled_by is None and _key(entity) in returning
            for entity in self._registry.deleted_entities.values()
        )

    def _tell(self, plan: Plan) -> None:
        if plan.is_short:
            async_raise_issue(
                self._hass,
                self._entry,
                Issue.ENTITY_LIMIT,
                enabled=str(plan.enabled),
                left_out=str(plan.left_out),
            )
        else:
            async_clear_issues(self._hass, self._entry, Issue.ENTITY_LIMIT)


def _key(entity: er.RegistryEntry | er.DeletedRegistryEntry) -> str:
    """Return the id of the home, Point or account that an entity is of; it may hold a hyphen."""
    key = entity.unique_id.removeprefix(f"{DOMAIN}.")
    return key if entity.domain == Platform.ALARM_CONTROL_PANEL else key.rpartition("-")[0]
