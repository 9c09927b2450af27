"""Buttons of an account."""

from typing import override

from homeassistant.components.button import ButtonEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .data import PointConfigEntry
from .entity import PointAccountEntity, PointEntityDescription, add_for_each
from .minut.exceptions import MinutError, MinutRejectedError, MinutUnauthorizedError
from .registry.entity_limit import Tier
from .state.account import AccountState

PARALLEL_UPDATES = 0

TEST_PUSH = PointEntityDescription[AccountState](
    key="test_push", tier=Tier.ACCOUNT, entity_category=EntityCategory.DIAGNOSTIC
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the button of the account."""
    add_for_each(entry.runtime_data.coordinator, async_add_entities, TestPush, [TEST_PUSH])


class TestPush(PointAccountEntity, ButtonEntity):
    """Tests push: requests a sample event from Minut and waits for it."""

    @property
    @override
    def available(self) -> bool:
        return self.coordinator.push.is_registered

    @override
    async def async_press(self) -> None:
        try:
            has_arrived = await (await self._runtime_data.webhook.async_ping())
        except MinutUnauthorizedError as error:
            self.coordinator.config_entry.async_start_reauth(self.hass)
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="unauthorized"
            ) from error
        except MinutError as error:
            is_unknown = isinstance(error, MinutRejectedError) and error.status in {404, 405}
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="no_sample_events" if is_unknown else "sample_event_failed",
                translation_placeholders={"reason": str(error)},
            ) from error
        if not has_arrived:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="sample_event_lost")
