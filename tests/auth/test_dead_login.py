"""A login that Minut no longer accepts: whatever the user does then asks to sign in again."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.point.const import DOMAIN

from ..helpers.house import House

SPAN = {"start": "2026-11-19T00:00:00+00:00", "end": "2026-11-19T12:00:00+00:00"}
STAY = {"name": "Kim Guest", "check_in": "2026-12-01", "check_out": "2026-12-03"}
ENTITY_ACTIONS: list[tuple[str, str, Mapping[str, Any]]] = [
    ("alarm_control_panel.alarm", "alarm_arm_away", {}),
    ("alarm_control_panel.alarm", "alarm_disarm", {}),
    ("button.test_push", "press", {}),
    ("number.temperature_low", "set_value", {"value": 10}),
    ("select.noise_preset", "select_option", {"option": "strict"}),
    ("switch.quiet_hours", "turn_off", {}),
    ("switch.noise_monitoring", "turn_off", {}),
    ("time.quiet_hours_start", "set_value", {"time": "21:00:00"}),
]
ACTIONS: list[tuple[str, str, Mapping[str, Any]]] = [
    ("create_stay", "home", STAY),
    ("update_stay", "home", {"stay_id": "a1", **STAY}),
    ("delete_stay", "home", {"stay_id": "a1"}),
    ("get_stays", "home", {}),
    ("get_events", "home", SPAN),
    ("get_readings", "point", {"kind": "temperature", **SPAN}),
    ("report", "home", {}),
    ("set_thresholds", "point", {"temperature_low": 10}),
    ("try_limits", "point", {}),
]


@pytest.fixture
async def dead(linked: House) -> House:
    """Return a house whose access tokens Minut refuses, although it renews them."""
    linked.hass.config_entries.async_update_entry(linked.entry, options={"stays": True})
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    linked.simulator.faults.add(
        path="/[!o]*", status=401, body={"error": "unauthorized"}, times=None
    )
    return linked


def reauth_flows(house: House) -> int:
    flows = house.hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    return sum(flow["context"]["source"] == SOURCE_REAUTH for flow in flows)


@pytest.mark.parametrize(("key", "action", "data"), ENTITY_ACTIONS)
async def test_an_action_of_an_entity_starts_a_reauth(
    dead: House, key: str, action: str, data: Mapping[str, Any]
) -> None:
    """Testing push said to sign in again, and offered no way to."""
    owner = dead.point
    if key.startswith("button"):
        owner = dead.simulator.account.user_id
    elif key.startswith(("alarm", "select")) or key.endswith("monitoring"):
        owner = dead.home
    with pytest.raises(HomeAssistantError, match="Sign in again"):
        await dead.call(key, action, owner, **data)
    await dead.settle()
    assert reauth_flows(dead) == 1


@pytest.mark.parametrize(("action", "of", "data"), ACTIONS)
async def test_an_action_starts_a_reauth(
    dead: House, action: str, of: str, data: Mapping[str, Any]
) -> None:
    device = dead.ha_device(dead.home if of == "home" else dead.point)
    assert device
    with pytest.raises(HomeAssistantError, match="Sign in again"):
        await dead.hass.services.async_call(
            DOMAIN,
            action,
            {"device_id": device.id, **data},
            blocking=True,
            return_response=action.startswith(("get_", "report", "try_")),
        )
    await dead.settle()
    assert reauth_flows(dead) == 1
