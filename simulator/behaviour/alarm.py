"""The alarm of a home (API notes 4.1 and 4.2).

off → on_grace_period → on → off_grace_period → critical_event; it can be disarmed at any time.
"""

from datetime import timedelta

from simulator.cloud import Cloud
from simulator.world.device import Device
from simulator.world.world import AlarmStatus, Home


class Alarms:
    """State machine of the alarms of all homes."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def arm(self, home: Home) -> None:
        """Start arming a home that is disarmed."""
        if home.alarm_status != "off":
            return
        now = self._cloud.time()
        delay = self._cloud.switches.exit_delay
        if self._cloud.switches.arm_at_check_in:
            points = self._cloud.world.devices_of(home.home_id)
            beats = [point.next_heartbeat_at - now for point in points if not point.offline]
            delay = max(beats, default=delay)
        if delay > timedelta(0):
            home.alarm_status = "on_grace_period"
            self._start_countdown(home, delay)
        else:
            self._settle(home, "on")
        self._emit_change(home, "alarm_armed")

    def disarm(self, home: Home) -> None:
        """Disarm a home, whatever its state."""
        if home.alarm_status == "off":
            return
        self._settle(home, "off")
        self._emit_change(home, "alarm_disarmed")

    def silence(self, home: Home) -> None:
        """Dismiss a triggered or pending alarm; the home stays armed (our choice)."""
        if home.alarm_status in {"off_grace_period", "critical_event"}:
            self._settle(home, "on")
            self._cloud.create_event("alarm_silenced", home=home)

    def handle_motion(self, home: Home, device: Device) -> None:
        """Start the entry delay of an armed home."""
        if home.alarm_status != "on":
            return
        home.alarm_status = "off_grace_period"
        if home.entry_delay > timedelta(0):
            self._start_countdown(home, home.entry_delay, device)
        else:
            self._expire(home, device)

    def _settle(self, home: Home, status: AlarmStatus) -> None:
        home.alarm_status = status
        home.grace_period = home.grace_period_expires_at = None
        self._cloud.schedule.cancel(("alarm", home.home_id))

    def _start_countdown(self, home: Home, delay: timedelta, device: Device | None = None) -> None:
        home.grace_period = delay
        home.grace_period_expires_at = self._cloud.time() + delay
        self._cloud.schedule.at(
            home.grace_period_expires_at,
            ("alarm", home.home_id),
            lambda: self._expire(home, device),
        )

    def _expire(self, home: Home, device: Device | None) -> None:
        if home.alarm_status == "on_grace_period":
            self._settle(home, "on")
        else:
            self._settle(home, "critical_event")
            self._cloud.create_event("alarm_grace_period_expired", device=device, home=home)

    def _emit_change(self, home: Home, event_type: str) -> None:
        if self._cloud.switches.alarm_change_events:
            self._cloud.create_event(event_type, home=home)
