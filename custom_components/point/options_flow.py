"""The dialog in which a person chooses what an account does here."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import (
    ConfigEntryState,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import probatio

from .const import CONF_ENTITIES, CONF_EXCLUDED_HOMES, OPTIONS, EntityChoice
from .state.account import AccountState


class PointOptionsFlow(OptionsFlowWithReload):
    """Shows the options; the account is loaded again when they have changed."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask and store. What was chosen stays, where nothing else is chosen.

        While the account is not loaded nobody knows its homes, so they are not asked for.
        """
        options = self.config_entry.options
        if user_input is not None:
            return self.async_create_entry(data={**options, **user_input})
        chosen = {**OPTIONS, **options}
        fields: dict[probatio.Marker, object] = {
            probatio.Required(key, default=chosen[key]): BooleanSelector() for key in OPTIONS
        }
        entities = probatio.Required(
            CONF_ENTITIES, default=options.get(CONF_ENTITIES, EntityChoice.USUAL.value)
        )
        fields[entities] = SelectSelector(
            SelectSelectorConfig(
                options=[choice.value for choice in EntityChoice], translation_key=CONF_ENTITIES
            )
        )
        if self.config_entry.state is ConfigEntryState.LOADED:
            excluded = probatio.Required(
                CONF_EXCLUDED_HOMES, default=options.get(CONF_EXCLUDED_HOMES, [])
            )
            fields[excluded] = _selector(_homes(self.config_entry.runtime_data.coordinator.data))
        return self.async_show_form(step_id="init", data_schema=probatio.Schema(fields))


def _homes(state: AccountState) -> Mapping[str, str | None]:
    """Return the names of an account's homes, by id, and of those that are excluded."""
    included = {key: home.polled.name for key, home in state.homes.items()}
    return included | {
        key: home.name if home else None for key, home in state.excluded_homes.items()
    }


def _selector(homes: Mapping[str, str | None]) -> SelectSelector:
    """Return a list of homes to choose from; one that Minut no longer has goes by its id."""
    return SelectSelector(
        SelectSelectorConfig(
            options=[SelectOptionDict(value=key, label=name or key) for key, name in homes.items()],
            mode=SelectSelectorMode.DROPDOWN,
            multiple=True,
            sort=True,
        )
    )
