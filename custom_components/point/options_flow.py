"""What a user may choose for an account."""

from typing import Any, Final

from homeassistant.config_entries import ConfigFlowResult, OptionsFlowWithReload
from homeassistant.helpers.selector import BooleanSelector
import probatio

from .const import CONF_GUEST_NAMES, CONF_STAYS

DEFAULTS: Final = {CONF_STAYS: False, CONF_GUEST_NAMES: False}


class PointOptionsFlow(OptionsFlowWithReload):
    """Asks for the options; the account is loaded anew with them."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show what is chosen, and keep what the user chooses."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        chosen = {**DEFAULTS, **self.config_entry.options}
        fields = {
            probatio.Required(key, default=chosen[key]): BooleanSelector() for key in DEFAULTS
        }
        return self.async_show_form(step_id="init", data_schema=probatio.Schema(fields))
