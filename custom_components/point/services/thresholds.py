"""Action `set_thresholds`."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from homeassistant.const import UnitOfTemperature
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util.unit_conversion import TemperatureConverter
import voluptuous as vol

from ..commands.thresholds import Outcome, Outcomes, ensure_changed
from ..const import DOMAIN
from ..errors import invalid, translated_errors
from ..minut.thresholds import LIMITS, PAIRS, RANGES, UNITS, Setting, ThresholdValues
from ..texts import decimal, error_text
from .targets import Target, async_check_permission, async_points, name_of_device

SET_THRESHOLDS_SCHEMA: Final = vol.Schema(
    {
        # As for an entity's action, but a missing target has an error of our own.
        vol.Remove("metadata"): dict,
        **cv.ENTITY_SERVICE_FIELDS,
        **{vol.Optional(limit.value): vol.Any(None, vol.Coerce(float)) for limit in sorted(LIMITS)},
        vol.Optional(Setting.NOISE_DURATION.value): vol.Coerce(float),
        vol.Optional(Setting.QUIET_HOURS.value): cv.boolean,
        vol.Optional(Setting.QUIET_HOURS_START.value): cv.time,
        vol.Optional(Setting.QUIET_HOURS_END.value): cv.time,
    }
)


async def async_set_thresholds(call: ServiceCall) -> ServiceResponse:
    """Set the values for each Point. If one fails, the others are still set.

    Return the name, the outcomes and the error of each Point, by device id. Raises
    HomeAssistantError, or ServiceValidationError if only the values are invalid. A call with a
    response raises only if no setting of any Point could be set.
    """
    given = {setting: call.data[setting] for setting in Setting if setting in call.data}
    values: ThresholdValues = {
        setting: in_minut_unit(call.hass, setting, value) if isinstance(value, float) else value
        for setting, value in given.items()
    }
    if not values:
        raise invalid("nothing_to_set")
    for low, high in PAIRS:
        least, most = values.get(low), values.get(high)
        if isinstance(least, float) and isinstance(most, float) and least >= most:
            raise invalid("limits_cross_each_other")
    points = async_points(call.hass, dict(call.data))
    await async_check_permission(call, points)
    results = {point.device_id: await _set(call.hass, point, values) for point in points}
    errors = {key: error for key, (_, error) in results.items() if error}
    is_any_set = any(
        outcome is not Outcome.KEPT
        for outcomes, _ in results.values()
        for outcome in outcomes.values()
    )
    if errors and not (call.return_response and is_any_set):
        raise _summary(call.hass, errors)
    if not call.return_response:
        return None
    return {
        "devices": {
            key: {
                "name": name_of_device(call.hass, key),
                "settings": {str(setting): str(outcome) for setting, outcome in outcomes.items()},
                "error": error_text(call.hass, error) if error else None,
            }
            for key, (outcomes, error) in results.items()
        }
    }


def _summary(hass: HomeAssistant, errors: Mapping[str, HomeAssistantError]) -> HomeAssistantError:
    """Return one error for all Points, by device id, that were not updated."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for device_id, error in errors.items():
        names[error_text(hass, error)].append(name_of_device(hass, device_id))
    is_invalid = all(isinstance(error, ServiceValidationError) for error in errors.values())
    return (ServiceValidationError if is_invalid else HomeAssistantError)(
        translation_domain=DOMAIN,
        translation_key="not_all_set",
        translation_placeholders={
            "details": "; ".join(
                f"{', '.join(sorted(of))}: {reason}" for reason, of in names.items()
            )
        },
    )


def in_minut_unit(hass: HomeAssistant, setting: Setting, value: float) -> float:
    """Convert a temperature from Home Assistant's unit to °C, and check the range of a number.

    Raises ServiceValidationError.
    """
    unit, convert = UNITS[setting], TemperatureConverter.convert
    is_temperature = unit == UnitOfTemperature.CELSIUS
    shown_in = hass.config.units.temperature_unit if is_temperature else unit
    least, most = RANGES[setting]
    converted = convert(value, shown_in, unit)
    if least <= converted <= most:
        return converted
    least, most = (convert(limit, unit, shown_in) for limit in (least, most))
    numbers = {"value": value, "least": least, "most": most}
    texts = {name: f"{decimal(hass, number)} {shown_in}" for name, number in numbers.items()}
    raise invalid("out_of_range", **texts)


async def _set(
    hass: HomeAssistant, point: Target, values: ThresholdValues
) -> tuple[Outcomes, HomeAssistantError | None]:
    outcomes: Outcomes = {}
    try:
        with translated_errors(hass, point.coordinator.config_entry, "change"):
            outcomes = await point.data.commands.thresholds.async_write(point.key, values)
            ensure_changed(outcomes)
    except HomeAssistantError as error:
        return outcomes, error
    return outcomes, None
