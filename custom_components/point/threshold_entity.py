"""What the entities have in common that show and change what a Point reacts to."""

from typing import override

from homeassistant.const import EntityCategory
from homeassistant.exceptions import HomeAssistantError

from .commands.thresholds import Outcome
from .const import DOMAIN
from .coordinator import PointCoordinator
from .entity import PointDeviceEntity, PointEntityDescription
from .errors import translated_errors
from .minut.thresholds import Setting, Value


class PointThresholdEntity(PointDeviceEntity):
    """A setting of a Point, whose key is Minut's name of it; enabled where Minut holds a value.

    It shows what the cloud holds. A Point that has not taken it over yet is `pending`: it does so
    when it next reports.
    """

    _attr_entity_category = EntityCategory.CONFIG

    def __init__(
        self, coordinator: PointCoordinator, key: str, description: PointEntityDescription
    ) -> None:
        super().__init__(coordinator, key, description)
        self._setting = Setting(description.key)
        if self._value is None:
            self._attr_entity_registry_enabled_default = False

    @property
    @override
    def _shown(self) -> object:
        return self.available and self._device.polled.thresholds  # compared faster than its values

    @property
    def _value(self) -> Value:
        return self._device.polled.thresholds.value(self._setting)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, bool] | None:
        is_pending = self._device.polled.thresholds.is_pending
        return None if is_pending is None else {"pending": is_pending}

    async def _async_write(self, value: Value) -> None:
        with translated_errors(self.hass, self.coordinator.config_entry, "change"):
            outcomes = await self._runtime_data.commands.thresholds.async_write(
                self._key, {self._setting: value}
            )
        if Outcome.KEPT in outcomes.values():
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="change_kept")
