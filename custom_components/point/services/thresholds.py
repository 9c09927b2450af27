"""The action that sets limits and quiet hours of many Points at once."""

from typing import Final

from homeassistant.const import UnitOfTemperature
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonObjectType
from homeassistant.util.unit_conversion import TemperatureConverter
import probatio

from ..commands.thresholds import Outcome
from ..const import DOMAIN
from ..errors import invalid, translated_errors
from ..minut.thresholds import LIMITS, RANGES, Setting, ThresholdValues, Value
from .targets import Target, async_points

TEMPERATURES: Final = frozenset({Setting.TEMPERATURE_LOW, Setting.TEMPERATURE_HIGH})


def _number(setting: Setting) -> probatio.All[float]:
    least, most = RANGES[setting]
    return probatio.All(probatio.Coerce(float), probatio.Range(min=least, max=most))


SET_THRESHOLDS_SCHEMA: Final = cv.make_entity_service_schema(
    {
        **{
            probatio.Optional(limit): probatio.Any(None, _number(limit))
            for limit in sorted(LIMITS - TEMPERATURES)
        },
        **{
            probatio.Optional(limit): probatio.Any(None, probatio.Coerce(float))
            for limit in sorted(TEMPERATURES)
        },
        probatio.Optional(Setting.NOISE_DURATION): _number(Setting.NOISE_DURATION),
        probatio.Optional(Setting.QUIET_HOURS): cv.boolean,
        probatio.Optional(Setting.QUIET_HOURS_START): cv.time,
        probatio.Optional(Setting.QUIET_HOURS_END): cv.time,
    }
)


async def async_set_thresholds(call: ServiceCall) -> ServiceResponse:
    """Fulfil the wishes for each Point; one that fails does not keep the others from theirs.

    The answer says what was done for each, by Home Assistant's id of its device. Where nobody
    takes the answer, a failure is an error.
    """
    wishes: ThresholdValues = {
        setting: _in_units_of_minut(call.hass, setting, call.data[setting])
        for setting in Setting
        if setting in call.data
    }
    if not wishes:
        raise invalid("nothing_to_set")
    points = async_points(call.hass, dict(call.data))
    answers = {point.device_id: await _set(call.hass, point, wishes) for point in points}
    errors = [answer["error"] for answer in answers.values() if answer["error"] is not None]
    if errors and not call.return_response:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="not_all_set",
            translation_placeholders={
                "failed": str(len(errors)),
                "all": str(len(points)),
                "reason": str(errors[0]),
            },
        )
    return {"devices": {**answers}} if call.return_response else None


def _in_units_of_minut(hass: HomeAssistant, setting: Setting, wish: Value) -> Value:
    """Take temperatures in the user's unit, as Home Assistant's own actions do."""
    if setting not in TEMPERATURES or not isinstance(wish, float):
        return wish
    unit, celsius = hass.config.units.temperature_unit, UnitOfTemperature.CELSIUS
    least, most = RANGES[setting]
    degrees = TemperatureConverter.convert(wish, unit, celsius)
    if least <= degrees <= most:
        return degrees
    shown = (TemperatureConverter.convert(limit, celsius, unit) for limit in (least, most))
    texts = (f"{limit:g} {unit}" for limit in shown)
    raise invalid("temperature_out_of_range", **dict(zip(("least", "most"), texts, strict=True)))


async def _set(hass: HomeAssistant, point: Target, wishes: ThresholdValues) -> JsonObjectType:
    try:
        with translated_errors(hass, point.coordinator.config_entry, "change"):
            outcomes = await point.data.commands.thresholds.async_write(point.key, wishes)
    except HomeAssistantError as error:
        return {"settings": {}, "error": str(error)}
    kept = HomeAssistantError(translation_domain=DOMAIN, translation_key="change_kept")
    return {
        "settings": {str(setting): str(outcome) for setting, outcome in outcomes.items()},
        "error": str(kept) if Outcome.KEPT in outcomes.values() else None,
    }
