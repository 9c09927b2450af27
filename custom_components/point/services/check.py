"""Action `check`."""

from typing import Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_get_config_entry
from homeassistant.util.json import JsonValueType
import voluptuous as vol

from ..check import async_check, check_texts
from ..const import DOMAIN
from ..data import PointConfigEntry
from ..minut.findings import lines, reason
from .targets import Target, async_check_permission

CHECK_SCHEMA: Final = vol.Schema({vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string})


async def async_check_account(call: ServiceCall) -> ServiceResponse:
    """Check an account from end to end. Without an entry id, the only account is checked.

    Raises ServiceValidationError if the account is not loaded, or if there are several.
    """
    entry: PointConfigEntry = async_get_config_entry(
        call.hass, DOMAIN, call.data.get(ATTR_CONFIG_ENTRY_ID)
    )
    data = entry.runtime_data
    key = data.coordinator.account_id
    device_id = data.coordinator.devices.ha_id(key) or ""
    await async_check_permission(call, [Target(data, key, device_id)])
    findings = await async_check(data, with_sample=True)
    texts = check_texts(call.hass)
    checks: list[JsonValueType] = [
        {
            "check": check,
            "result": finding.result,
            "reason": finding.reason,
            "message": reason(finding, texts),
        }
        for check, finding in findings.items()
    ]
    return {"checks": checks, "text": "\n".join(lines(findings, texts))}
