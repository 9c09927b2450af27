"""Read what shows of an account on a bad day."""

from homeassistant.helpers import issue_registry as ir

from custom_components.point.const import DOMAIN

from ..helpers.house import House


def has_access_issue(house: House) -> bool:
    issue_id = f"no_api_access_{house.entry.entry_id}"
    return ir.async_get(house.hass).async_get_issue(DOMAIN, issue_id) is not None


def flows(house: House) -> list[str]:
    found = house.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    return [flow["context"]["source"] for flow in found]


def temperature(house: House) -> str:
    return house.state("sensor.temperature")
