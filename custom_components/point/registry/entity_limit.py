"""Which entities are enabled at first: the largest set that fits the size of the account.

Home Assistant silently refuses to add entities to an account that has 10,000 enabled ones. The sets
therefore stop well before that limit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_registry import RegistryEntryDisabler

from ..const import CONF_ENTITIES, CONF_STAYS, OPTIONS, EntityChoice
from ..issues import Issue, async_update_issue
from ..state.account import AccountState

LIMIT: Final = 10_000
"""Home Assistant's maximum of enabled entities per config entry."""
PLANNED_LIMIT: Final = 9_000
"""Maximum of entities that this integration enables; the rest is left to the user."""
FULL_LIMIT: Final = 2_500
"""Maximum size of the full set, unless the user asks for all entities."""
BATCH: Final = 100
"""Maximum number of entities to enable or disable at once. Home Assistant sends each change to each
open browser, and disconnects one with too many pending messages. It sends none during a batch.
"""


class Tier(IntEnum):
    """The smallest set that an entity is part of. Each set contains those before it."""

    ACCOUNT = 0
    ESSENTIAL = 1
    """Alarm panels and readings: what remains when not even the small set fits."""
    SMALL = 2
    DOCUMENTED = 3
    FULL = 4
    OPTIONAL = 5
    """Part of no set: the user enables it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """Maximum number of entities of a home, of its stays, and of a Point in one set."""

    home: int
    stays: int
    point: int


SIZES: Final[Mapping[Tier, Size]] = MappingProxyType(
    {
        Tier.FULL: Size(home=8, stays=4, point=37),
        Tier.DOCUMENTED: Size(home=4, stays=4, point=19),
        Tier.SMALL: Size(home=3, stays=2, point=8),
        Tier.ESSENTIAL: Size(home=1, stays=0, point=3),
    }
)


def size_of(tier: Tier, *, homes: int, points: int, has_stays: bool) -> int:
    """Return how many entities a set has in an account of this size."""
    size = SIZES[tier]
    return homes * (size.home + has_stays * size.stays) + points * size.point


def choose_tier(choice: EntityChoice, *, homes: int, points: int, has_stays: bool) -> Tier:
    """Return the largest set that fits an account of this size and the user's choice."""
    limits = dict.fromkeys(SIZES, PLANNED_LIMIT)
    match choice:
        case EntityChoice.USUAL:
            limits[Tier.FULL] = FULL_LIMIT
        case EntityChoice.FEW:
            limits[Tier.FULL] = limits[Tier.DOCUMENTED] = 0
    sizes = {tier: size_of(tier, homes=homes, points=points, has_stays=has_stays) for tier in SIZES}
    return max((tier for tier in SIZES if sizes[tier] <= limits[tier]), default=Tier.ESSENTIAL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """A disabled entity. `is_known`: whether Minut reports anything about it. `add`: add it."""

    registry_id: str
    tier: Tier
    is_known: Callable[[], bool]
    add: CALLBACK_TYPE


class EntityLimit:
    """Decides for one account which entities are enabled, and reports when there is no room."""

    def __init__[T](
        self, hass: HomeAssistant, entry: ConfigEntry[T], *, is_closing: Callable[[], bool]
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._is_closing = is_closing
        self._registry = er.async_get(hass)
        self._has_stays = bool(entry.options.get(CONF_STAYS, OPTIONS[CONF_STAYS]))
        self._choice = _choice(entry.options)
        self._is_newly_chosen = _choice(entry.data) is not self._choice
        self._tier = Tier.ESSENTIAL
        self._waiting: list[Watched] = []
        self._surplus: list[str] = []
        """Registry ids of entities that a new choice disables."""

    @property
    def _enabled(self) -> int:
        entities = self._registry.entities
        return entities.get_enabled_count_for_config_entry_id(self._entry.entry_id)

    @callback
    def update(self, state: AccountState) -> None:
        """Choose the set for the homes and Points, before entities are added for them."""
        self._tier = choose_tier(
            self._choice,
            homes=len(state.homes),
            points=len(state.devices),
            has_stays=self._has_stays,
        )

    @callback
    def enables(self, tier: Tier) -> bool:
        """Return whether an entity of this tier is enabled if it is added now."""
        if tier is Tier.ACCOUNT:
            return self._enabled < LIMIT
        return tier <= self._tier and self._enabled < PLANNED_LIMIT

    @callback
    def watch(
        self,
        entity: er.RegistryEntry,
        tier: Tier,
        *,
        is_known: Callable[[], bool],
        add: CALLBACK_TYPE,
    ) -> None:
        """Watch an added entity: it may have to be enabled later, or disabled by a new choice."""
        if entity.disabled_by is RegistryEntryDisabler.INTEGRATION:
            if tier <= max(self._tier, Tier.SMALL):
                self._waiting.append(
                    Watched(registry_id=entity.id, tier=tier, is_known=is_known, add=add)
                )
        elif self._is_newly_chosen and tier > self._tier and entity.disabled_by is None:
            self._surplus.append(entity.id)

    @callback
    def async_enable_waiting(self) -> None:
        """Enable entities that are known now or have room now. Report those without room.

        Before that, disable those that a new choice leaves out.
        """
        if self._is_closing():  # an entity that is added now would not be removed
            return
        surplus, self._surplus = self._surplus[:BATCH], self._surplus[BATCH:]
        for registry_id in surplus:
            self._disable(registry_id)
        changes, left_out = len(surplus), 0
        waiting, self._waiting = self._waiting, []
        for watched in waiting:
            entity = self._registry.async_get(watched.registry_id)
            if not entity or entity.disabled_by is not RegistryEntryDisabler.INTEGRATION:
                continue
            is_wanted = watched.is_known() and not self._entry.pref_disable_new_entities
            if is_wanted and changes < BATCH and self.enables(watched.tier):
                self._enable(entity.entity_id)
                watched.add()
                changes += 1
            else:
                left_out += is_wanted and watched.tier <= Tier.SMALL
                self._waiting.append(watched)
        if changes >= BATCH:  # the rest follows when others had their turn
            self._hass.loop.call_soon(self.async_enable_waiting)
            return
        self._report(left_out)
        if self._is_newly_chosen:
            self._is_newly_chosen = False
            data = {**self._entry.data, CONF_ENTITIES: self._choice}
            self._hass.config_entries.async_update_entry(self._entry, data=data)

    def _disable(self, registry_id: str) -> None:
        entity = self._registry.async_get(registry_id)
        if entity and entity.disabled_by is None:
            self._registry.async_update_entity(
                entity.entity_id, disabled_by=RegistryEntryDisabler.INTEGRATION
            )

    def _enable(self, entity_id: str) -> None:
        """Enable an entity that is added at once.

        To add it, Home Assistant would reload the account 30 s later, which would end momentary
        states such as a smoke alarm. It reloads no account that cannot be unloaded.
        """
        supports_unload = self._entry.supports_unload
        self._entry.supports_unload = False
        try:
            self._registry.async_update_entity(entity_id, disabled_by=None)
        finally:
            self._entry.supports_unload = supports_unload

    def _report(self, left_out: int) -> None:
        async_update_issue(
            self._hass,
            self._entry,
            Issue.ENTITY_LIMIT,
            is_active=bool(left_out) or self._enabled > PLANNED_LIMIT,
            enabled=str(self._enabled),
            left_out=str(left_out),
        )


def _choice(options: Mapping[str, Any]) -> EntityChoice:
    choice = options.get(CONF_ENTITIES)
    return EntityChoice(choice) if choice in list(EntityChoice) else EntityChoice.USUAL
