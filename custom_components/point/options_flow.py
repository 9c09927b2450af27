"""The dialog in which a person chooses what an account does here."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult, OptionsFlowWithReload
from homeassistant.helpers.selector import BooleanSelector
import probatio as vol

from .const import CONF_HISTORY

OPTIONS = vol.Schema({vol.Required(CONF_HISTORY, default=True): BooleanSelector()})


class PointOptionsFlow(OptionsFlowWithReload):
    """Shows the options; the account is loaded again when they have changed."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask and store."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        schema = self.add_suggested_values_to_schema(OPTIONS, self.config_entry.options)
        return self.async_show_form(step_id="init", data_schema=schema)
