"""Dialog for the settings of a home."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import time, timedelta
from typing import Any

from homeassistant.components.calendar import DOMAIN as CALENDAR
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryState,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import UnitOfTime
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TimeSelector,
)
import voluptuous as vol

from ..data import PointData
from ..state.noise_presets import PRESETS
from ..state.presence_rules import Rules
from .settings import (
    CONF_CALENDAR,
    CONF_CHECK_IN,
    CONF_CHECK_OUT,
    CONF_HOME,
    CONF_IGNORED,
    CONF_NOISE_PRESET,
    CONF_RULES,
    DEFAULT_CHECK_IN,
    DEFAULT_CHECK_OUT,
    DEFAULT_IGNORED,
    MAX_HOURS,
)


class HomeSubentryFlow(ConfigSubentryFlow):
    """Adds or changes the settings of a home. A change reloads the account."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for a home that has no settings yet, and for its settings."""
        entry: ConfigEntry[PointData] = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="entry_not_loaded")
        taken = {subentry.unique_id for subentry in entry.subentries.values()}
        homes = {
            key: home.polled.name or key
            for key, home in entry.runtime_data.coordinator.data.homes.items()
            if key not in taken
        }
        if not homes:
            return self.async_abort(reason="no_homes_left")
        if user_input is not None and (home_id := user_input[CONF_HOME]) in homes:
            return self.async_create_entry(
                title=homes[home_id], data={CONF_IGNORED: [], **user_input}, unique_id=home_id
            )
        options = [SelectOptionDict(value=key, label=name) for key, name in homes.items()]
        field = SelectSelector(
            SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN, sort=True)
        )
        home: dict[vol.Marker, object] = {vol.Required(CONF_HOME, default=next(iter(homes))): field}
        return self._show("user", home, {})

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change the settings of a home."""
        subentry = self._get_reconfigure_subentry()
        if user_input is not None:
            data = {CONF_HOME: subentry.data[CONF_HOME], CONF_IGNORED: [], **user_input}
            return self.async_update_and_abort(self._get_entry(), subentry, data=data)
        return self._show("reconfigure", {}, subentry.data)

    def _show(
        self, step_id: str, first: dict[vol.Marker, object], data: Mapping[str, Any]
    ) -> SubentryFlowResult:
        rules = data.get(CONF_RULES, {})
        schema = vol.Schema(
            {
                **first,
                vol.Optional(
                    CONF_CALENDAR, description={"suggested_value": data.get(CONF_CALENDAR)}
                ): EntitySelector(EntitySelectorConfig(domain=CALENDAR)),
                vol.Required(
                    CONF_CHECK_IN, default=data.get(CONF_CHECK_IN, DEFAULT_CHECK_IN.isoformat())
                ): TimeSelector(),
                vol.Required(
                    CONF_CHECK_OUT, default=data.get(CONF_CHECK_OUT, DEFAULT_CHECK_OUT.isoformat())
                ): TimeSelector(),
                vol.Optional(
                    CONF_IGNORED,
                    description={"suggested_value": data.get(CONF_IGNORED, list(DEFAULT_IGNORED))},
                ): TextSelector(TextSelectorConfig(multiple=True)),
                vol.Optional(
                    CONF_NOISE_PRESET, description={"suggested_value": data.get(CONF_NOISE_PRESET)}
                ): SelectSelector(
                    SelectSelectorConfig(
                        options=list(PRESETS),
                        mode=SelectSelectorMode.DROPDOWN,
                        translation_key=CONF_NOISE_PRESET,
                    )
                ),
                vol.Required(CONF_RULES): section(vol.Schema(_rules(rules)), {"collapsed": True}),
            }
        )
        return self.async_show_form(step_id=step_id, data_schema=schema)


def _rules(stored: Mapping[str, Any]) -> dict[vol.Marker, object]:
    """Return the fields of the rules: hours and times of day."""
    default = Rules()
    schema: dict[vol.Marker, object] = {}
    for rule in fields(Rules):
        match getattr(default, rule.name):
            case timedelta() as duration:
                hours = stored.get(rule.name, duration / timedelta(hours=1))
                schema[vol.Required(rule.name, default=hours)] = NumberSelector(
                    NumberSelectorConfig(
                        min=0,
                        max=MAX_HOURS,
                        step=0.5,
                        mode=NumberSelectorMode.BOX,
                        unit_of_measurement=UnitOfTime.HOURS,
                    )
                )
            case time() as local:
                value = stored.get(rule.name, local.isoformat())
                schema[vol.Required(rule.name, default=value)] = TimeSelector()
    return schema
