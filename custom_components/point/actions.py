"""The integration's actions. They exist from the start, whether an account is set up or not."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final, cast

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers.typing import VolSchemaType
import voluptuous as vol

from .const import DOMAIN
from .threshold_actions import SET_THRESHOLDS_SCHEMA, async_set_thresholds


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """An action: its name, what it takes, what it does, and whether it answers."""

    name: str
    schema: vol.Schema
    handler: Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]
    supports_response: SupportsResponse = SupportsResponse.OPTIONAL


ACTIONS: Final = (
    Action(
        name="set_thresholds",
        schema=SET_THRESHOLDS_SCHEMA,
        handler=async_set_thresholds,
    ),
)


@callback
def async_setup_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    for action in ACTIONS:
        hass.services.async_register(
            DOMAIN,
            action.name,
            action.handler,
            # At run time the two are one: Home Assistant puts probatio in voluptuous's place.
            schema=cast("VolSchemaType", action.schema),
            supports_response=action.supports_response,
        )
