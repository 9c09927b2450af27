"""Actions of the integration. They are registered even if no account is set up."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers.service import verify_domain_control
from homeassistant.helpers.typing import VolSchemaType
import voluptuous as vol

from ..const import DOMAIN
from ..minut.parsing import is_plain
from .check import CHECK_SCHEMA, async_check_account
from .events import GET_EVENTS_SCHEMA, async_get_events
from .history import (
    CANCEL_SCHEMA,
    IMPORT_SCHEMA,
    READINGS_SCHEMA,
    async_get_readings,
    async_import_history,
)
from .limits import TRY_LIMITS_SCHEMA, async_try_limits
from .report import REPORT_SCHEMA, async_get_report
from .running_import import async_cancel_import
from .stays import (
    CREATE_STAY_SCHEMA,
    DELETE_STAY_SCHEMA,
    GET_STAYS_SCHEMA,
    UPDATE_STAY_SCHEMA,
    async_create_stay,
    async_delete_stay,
    async_get_stays,
    async_update_stay,
)
from .thresholds import SET_THRESHOLDS_SCHEMA, async_set_thresholds


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """An action with its schema, its handler and its kind of response."""

    name: str
    schema: VolSchemaType
    handler: Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse | None]]
    supports_response: SupportsResponse = SupportsResponse.NONE


ACTIONS: Final = (
    Action(name="cancel_import", schema=CANCEL_SCHEMA, handler=async_cancel_import),
    Action(
        name="check",
        schema=CHECK_SCHEMA,
        handler=async_check_account,
        supports_response=SupportsResponse.ONLY,
    ),
    Action(
        name="create_stay",
        schema=CREATE_STAY_SCHEMA,
        handler=async_create_stay,
        supports_response=SupportsResponse.OPTIONAL,
    ),
    Action(name="delete_stay", schema=DELETE_STAY_SCHEMA, handler=async_delete_stay),
    Action(
        name="get_events",
        schema=GET_EVENTS_SCHEMA,
        handler=async_get_events,
        supports_response=SupportsResponse.ONLY,
    ),
    Action(
        name="get_readings",
        schema=READINGS_SCHEMA,
        handler=async_get_readings,
        supports_response=SupportsResponse.ONLY,
    ),
    Action(
        name="get_stays",
        schema=GET_STAYS_SCHEMA,
        handler=async_get_stays,
        supports_response=SupportsResponse.ONLY,
    ),
    Action(
        name="import_history",
        schema=IMPORT_SCHEMA,
        handler=async_import_history,
        supports_response=SupportsResponse.OPTIONAL,
    ),
    Action(
        name="report",
        schema=REPORT_SCHEMA,
        handler=async_get_report,
        supports_response=SupportsResponse.ONLY,
    ),
    Action(
        name="set_thresholds",
        schema=SET_THRESHOLDS_SCHEMA,
        handler=async_set_thresholds,
        supports_response=SupportsResponse.OPTIONAL,
    ),
    Action(
        name="try_limits",
        schema=TRY_LIMITS_SCHEMA,
        handler=async_try_limits,
        supports_response=SupportsResponse.ONLY,
    ),
    Action(name="update_stay", schema=UPDATE_STAY_SCHEMA, handler=async_update_stay),
)


def input_schema(schema: VolSchemaType) -> VolSchemaType:
    """Return a schema that raises nothing but Invalid.

    Home Assistant's own validators do not expect everything that a template can return: until
    2026.11 a number too large for them raised OverflowError, and a number in place of a list
    TypeError. A text with a lone surrogate ends the process where they parse times.
    """

    def validate(data: dict[str, Any]) -> object:
        if not is_plain(data):
            raise vol.Invalid("contains a value that cannot be sent")
        try:
            return schema(data)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise vol.Invalid(f"contains a value of the wrong type: {error}") from error

    return vol.All(validate)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions. Each checks that the user may control the homes and Points."""
    for action in ACTIONS:
        hass.services.async_register(
            DOMAIN,
            action.name,
            verify_domain_control(DOMAIN)(action.handler),
            schema=input_schema(action.schema),
            supports_response=action.supports_response,
        )
