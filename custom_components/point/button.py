"""Buttons of an account."""

from typing import override

from homeassistant.components import persistent_notification
from homeassistant.components.button import ButtonEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .check import async_check, check_texts
from .const import DOMAIN
from .data import PointConfigEntry
from .entity import PointAccountEntity, PointEntityDescription, add_for_each
from .errors import reason_text
from .minut.exceptions import MinutError, MinutUnauthorizedError, is_not_offered
from .minut.findings import lines
from .registry.entity_limit import Tier
from .state.account import AccountState

PARALLEL_UPDATES = 0

CHECK = PointEntityDescription[AccountState](
    key="check", tier=Tier.ACCOUNT, entity_category=EntityCategory.DIAGNOSTIC
)
TEST_PUSH = PointEntityDescription[AccountState](
    key="test_push", tier=Tier.ACCOUNT, entity_category=EntityCategory.DIAGNOSTIC
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PointConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons of the account."""
    coordinator = entry.runtime_data.coordinator
    add_for_each(coordinator, async_add_entities, CheckConnection, [CHECK])
    add_for_each(coordinator, async_add_entities, TestPush, [TEST_PUSH])


class CheckConnection(PointAccountEntity, ButtonEntity):
    """Checks the account from end to end, and shows the result as a notification."""

    @override
    async def async_press(self) -> None:
        findings = await async_check(self._runtime_data, with_sample=True)
        texts = check_texts(self.hass)
        title, hint = (texts["check_notification"][key] for key in ("title", "hint"))
        persistent_notification.async_create(
            self.hass,
            "\n".join([*(f"- {line}" for line in lines(findings, texts)), "", hint]),
            title=title,
            notification_id=f"{DOMAIN}_check_{self.coordinator.config_entry.entry_id}",
        )


class TestPush(PointAccountEntity, ButtonEntity):
    """Tests push: requests a sample event from Minut and waits for it."""

    @property
    @override
    def available(self) -> bool:
        return self.coordinator.push.is_registered

    @override
    async def async_press(self) -> None:
        try:
            sample = await self._runtime_data.webhook.async_ping()
            has_arrived = await sample
        except MinutUnauthorizedError as error:
            self.coordinator.config_entry.async_start_reauth(self.hass)
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="unauthorized"
            ) from error
        except MinutError as error:
            is_unknown = is_not_offered(error)
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="no_sample_events" if is_unknown else "sample_event_failed",
                translation_placeholders={"reason": reason_text(self.hass, error)},
            ) from error
        if not has_arrived:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="sample_event_lost")
