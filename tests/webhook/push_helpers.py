"""Read whether push works, and which issues are raised about it."""

from homeassistant.helpers import issue_registry as ir

from ..helpers.house import House

PUSH = "binary_sensor.push"


def is_raised(house: House, issue: str) -> bool:
    issue_id = f"{issue}_{house.entry.entry_id}"
    return ir.async_get(house.hass).async_get_issue("point", issue_id) is not None


def push(house: House) -> str:
    return house.state(PUSH, house.simulator.account.user_id)
