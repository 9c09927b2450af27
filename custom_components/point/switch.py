"""Switches: quiet hours of a Point, noise monitoring and options of the alarm of a home."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .commands.home import HomeCommands
from .data import PointConfigEntry
from .entity import (
    PointEntityDescription,
    PointHomeEntity,
    PointThresholdEntity,
    add_for_each,
    has_value,
)
from .errors import translated_errors
from .listeners import ONLY_POLLED
from .minut.parsing import flag
from .minut.thresholds import Setting
from .registry.entity_limit import Tier
from .state.device import DeviceState
from .state.home import HomeState

PARALLEL_UPDATES = 0  # no home waits for another; the rate limit is enough


@dataclass(frozen=True, kw_only=True)
class PointSwitchDescription(PointEntityDescription[DeviceState], SwitchEntityDescription):
    """A setting of a Point."""


@dataclass(frozen=True, kw_only=True)
class HomeSwitchDescription(PointEntityDescription[HomeState], SwitchEntityDescription):
    """A setting of a home. `is_on_fn` returns None if Minut does not show it.

    `set_fn`: turns it on or off in the home of this id. Raises MinutError.
    """

    is_on_fn: Callable[[HomeState], bool | None]
    set_fn: Callable[[HomeCommands, str, bool], Awaitable[None]]


def _alarm_option(key: str, option: str) -> HomeSwitchDescription:
    """Describe an option of the alarm. `option`: Minut's name of it (API notes 4.1)."""

    def is_on(home: HomeState) -> bool | None:
        return flag(home.polled.alarm_options.get(option))

    return HomeSwitchDescription(
        key=key,
        tier=Tier.OPTIONAL,
        exists_fn=lambda home: is_on(home) is not None,
        is_on_fn=is_on,
        set_fn=lambda commands, home_id, active: commands.async_set_alarm_option(
            home_id, option, active=active
        ),
    )


QUIET_HOURS = PointSwitchDescription(
    aspects=ONLY_POLLED, key=Setting.QUIET_HOURS, known_fn=has_value(Setting.QUIET_HOURS)
)
NOISE_MONITORING = HomeSwitchDescription(
    key="noise_monitoring",
    known_fn=lambda home: home.polled.noise_monitoring is not None,
    is_on_fn=lambda home: home.polled.noise_monitoring,
    set_fn=lambda commands, home_id, active: commands.async_set_noise_monitoring(
        home_id, active=active
    ),
)
ALARM_OPTIONS = (
    _alarm_option("silent_alarm", "silent_alarm"),
    _alarm_option("scheduled_alarm", "scheduled_alarm_active"),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switches of each Point and each home."""
    coordinator = entry.runtime_data.coordinator
    add_for_each(coordinator, async_add_entities, QuietHours, [QUIET_HOURS])
    add_for_each(coordinator, async_add_entities, HomeSwitch, [NOISE_MONITORING, *ALARM_OPTIONS])


class QuietHours(PointThresholdEntity, SwitchEntity):
    """Whether a Point uses another limit for the sound level during the quiet hours."""

    @property
    @override
    def is_on(self) -> bool | None:
        return self._value if isinstance(self._value, bool) else None

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._async_write(value=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._async_write(value=False)


class HomeSwitch(PointHomeEntity, SwitchEntity):
    """A setting of a home. Voice assistants leave settings alone."""

    _attr_entity_category = EntityCategory.CONFIG
    entity_description: HomeSwitchDescription

    @property
    @override
    def is_on(self) -> bool | None:
        return self.entity_description.is_on_fn(self._home)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._set(active=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._set(active=False)

    async def _set(self, *, active: bool) -> None:
        commands = self._runtime_data.commands.home
        with translated_errors(self.hass, self.coordinator.config_entry, "change"):
            await self.entity_description.set_fn(commands, self._key, active)
