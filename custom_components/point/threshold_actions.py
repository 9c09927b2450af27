"""The action that sets limits and quiet hours of many Points at once."""

from typing import Final

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonObjectType
import probatio

from .commands import explained
from .const import DOMAIN
from .minut.thresholds import LIMITS, QUIET_HOURS, RANGES, Setting, Wishes
from .targets import Target, async_points
from .threshold_writer import Outcome


def _number(setting: Setting) -> probatio.All[float]:
    least, most = RANGES[setting]
    return probatio.All(probatio.Coerce(float), probatio.Range(min=least, max=most))


SET_THRESHOLDS_SCHEMA: Final = probatio.Schema(
    probatio.All(
        cv.make_entity_service_schema(
            {
                **{
                    probatio.Optional(limit): probatio.Any(None, _number(limit))
                    for limit in sorted(LIMITS)
                },
                probatio.Optional(Setting.NOISE_DURATION): _number(Setting.NOISE_DURATION),
                probatio.Optional(Setting.QUIET_HOURS): cv.boolean,
                probatio.Optional(Setting.QUIET_HOURS_START): cv.time,
                probatio.Optional(Setting.QUIET_HOURS_END): cv.time,
            }
        ),
        cv.has_at_least_one_key(*RANGES, *QUIET_HOURS),
    )
)


async def async_set_thresholds(call: ServiceCall) -> ServiceResponse:
    """Fulfil the wishes for each Point; one that fails does not keep the others from theirs.

    The answer says what was done for each, by Home Assistant's id of its device. Where nobody
    takes the answer, a failure is an error.
    """
    wishes: Wishes = {setting: call.data[setting] for setting in Setting if setting in call.data}
    points = async_points(call.hass, dict(call.data))
    answers = {point.device_id: await _set(point, wishes) for point in points}
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


async def _set(point: Target, wishes: Wishes) -> JsonObjectType:
    try:
        with explained(point.coordinator, "change"):
            outcomes = await point.coordinator.thresholds.async_write(point.key, wishes)
    except HomeAssistantError as error:
        return {"settings": {}, "error": str(error)}
    kept = HomeAssistantError(translation_domain=DOMAIN, translation_key="change_kept")
    return {
        "settings": {str(setting): str(outcome) for setting, outcome in outcomes.items()},
        "error": str(kept) if Outcome.KEPT in outcomes.values() else None,
    }
