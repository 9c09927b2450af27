"""Alarm control panels whose state never changes."""

from homeassistant.components.alarm_control_panel import (
    AlarmControlPanelEntity,
    AlarmControlPanelState,
)
from homeassistant.const import Platform

from . import FloorEntity, setup_of


class Panel(FloorEntity, AlarmControlPanelEntity):
    """A panel."""

    _attr_code_arm_required = False
    _attr_alarm_state = AlarmControlPanelState.DISARMED


async_setup_entry = setup_of(Platform.ALARM_CONTROL_PANEL, Panel)
