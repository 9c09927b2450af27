"""The integration's actions: one table."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
import probatio as vol

from .const import DOMAIN
from .history_actions import (
    IMPORT_SCHEMA,
    READINGS_SCHEMA,
    async_get_readings,
    async_import_history,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """An action. Its `handler` raises ServiceValidationError or HomeAssistantError."""

    name: str
    schema: vol.Schema
    handler: Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]
    response: SupportsResponse


ACTIONS = (
    Action(
        name="get_readings",
        schema=READINGS_SCHEMA,
        handler=async_get_readings,
        response=SupportsResponse.ONLY,
    ),
    Action(
        name="import_history",
        schema=IMPORT_SCHEMA,
        handler=async_import_history,
        response=SupportsResponse.OPTIONAL,
    ),
)


@callback
def async_setup_actions(hass: HomeAssistant) -> None:
    """Register all actions; they are there before any account is loaded."""
    for action in ACTIONS:
        hass.services.async_register(
            DOMAIN,
            action.name,
            action.handler,
            schema=action.schema,
            supports_response=action.response,
        )
