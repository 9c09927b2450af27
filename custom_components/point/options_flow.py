"""The dialog in which a person chooses what an account does here."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult, OptionsFlowWithReload
from homeassistant.helpers.selector import BooleanSelector
import probatio

from .const import OPTIONS


class PointOptionsFlow(OptionsFlowWithReload):
    """Shows the options; the account is loaded again when they have changed."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask and store. What was chosen stays, where nothing else is chosen."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        chosen = {**OPTIONS, **self.config_entry.options}
        fields = {probatio.Required(key, default=chosen[key]): BooleanSelector() for key in OPTIONS}
        return self.async_show_form(step_id="init", data_schema=probatio.Schema(fields))
