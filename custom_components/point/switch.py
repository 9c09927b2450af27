"""Switches: quiet hours of a Point, and noise monitoring of a home."""

from dataclasses import dataclass
from functools import partial
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

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
from .minut.thresholds import Setting
from .registry.entity_limit import Tier
from .state.device import DeviceState
from .state.home import HomeState

PARALLEL_UPDATES = 0  # the rate limit of the account is enough


def _has_option(option: str, home: HomeState) -> bool:
    return option in home.polled.alarm_options


@dataclass(frozen=True, kw_only=True)
class PointSwitchDescription[S](PointEntityDescription[S], SwitchEntityDescription):
    """A setting that is on or off."""


QUIET_HOURS = PointSwitchDescription[DeviceState](
    aspects=ONLY_POLLED, key=Setting.QUIET_HOURS, known_fn=has_value(Setting.QUIET_HOURS)
)
NOISE_MONITORING = PointSwitchDescription[HomeState](
    key="noise_monitoring", known_fn=lambda home: home.polled.noise_monitoring is not None
)


@dataclass(frozen=True, kw_only=True)
class AlarmOptionDescription(PointSwitchDescription[HomeState]):
    """An option of the alarm of a home. `option`: Minut's name of it (API notes 4.1)."""

    option: str


ALARM_OPTIONS = tuple(
    AlarmOptionDescription(
        key=key,
        option=option,
        tier=Tier.OPTIONAL,
        exists_fn=partial(_has_option, option),
    )
    for key, option in (
        ("silent_alarm", "silent_alarm"),
        ("scheduled_alarm", "scheduled_alarm_active"),
    )
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switch of each Point and of each home."""
    coordinator = entry.runtime_data.coordinator
    add_for_each(coordinator, async_add_entities, QuietHours, [QUIET_HOURS])
    add_for_each(coordinator, async_add_entities, NoiseMonitoring, [NOISE_MONITORING])
    add_for_each(coordinator, async_add_entities, AlarmOption, ALARM_OPTIONS)


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


class NoiseMonitoring(PointHomeEntity, SwitchEntity):
    """Whether Minut monitors the noise in a home. Voice assistants leave settings alone."""

    _attr_entity_category = EntityCategory.CONFIG

    @property
    @override
    def is_on(self) -> bool | None:
        return self._home.polled.noise_monitoring

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._set(active=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._set(active=False)

    async def _set(self, *, active: bool) -> None:
        with translated_errors(self.hass, self.coordinator.config_entry, "change"):
            commands = self._runtime_data.commands.home
            await commands.async_set_noise_monitoring(self._key, active=active)


class AlarmOption(PointHomeEntity, SwitchEntity):
    """An option of the alarm of a home."""

    _attr_entity_category = EntityCategory.CONFIG
    entity_description: AlarmOptionDescription

    @property
    @override
    def is_on(self) -> bool | None:
        value = self._home.polled.alarm_options.get(self.entity_description.option)
        return value if isinstance(value, bool) else None

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._set(active=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._set(active=False)

    async def _set(self, *, active: bool) -> None:
        with translated_errors(self.hass, self.coordinator.config_entry, "change"):
            commands = self._runtime_data.commands.home
            option = self.entity_description.option
            await commands.async_set_alarm_option(self._key, option, active=active)
