"""The behavior of Points: heartbeats, reports, crossed limits (API notes 5, 8, 10)."""

from simulator.cloud import Cloud
from simulator.formats import Json
from simulator.world.device import LIMITS, Device
from simulator.world.weather import Quantity, pseudo_random
from simulator.world.world import Home

BATTERY_LOW = 10.0
"""Level (%) below which `battery_low` is sent. Our choice: 20 days are left at 0.5 a day."""


class Points:
    """Schedules and performs what Points do by themselves."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def begin(self, device: Device) -> None:
        """Schedule the next heartbeat of a Point."""
        self._cloud.schedule.at(
            device.next_heartbeat_at,
            ("heartbeat", device.device_id),
            lambda: self._beat_when_due(device),
        )

    def end(self, device: Device) -> None:
        """Cancel everything scheduled for a Point."""
        for key in ("heartbeat", "offline"):
            self._cloud.schedule.cancel((key, device.device_id))

    def heartbeat(self, device: Device) -> None:
        """Report now and schedule the next heartbeat; without contact nothing happens."""
        if not device.reachable:
            return
        now = self._cloud.time()
        jitter = self._cloud.switches.heartbeat_jitter
        late = jitter * pseudo_random(device.seed, len(device.reports))
        device.last_heartbeat_at = now
        device.next_heartbeat_at = now + self._cloud.world.heartbeat + late
        self.begin(device)
        self.report(device)

    def report(self, device: Device) -> bool:
        """Report the readings at once, and create the events that follow from them.

        Return False when the Point has no contact.
        """
        if not device.reachable:
            return False
        device.report(self._cloud.time())
        self._check_limits(device)
        self._check_battery(device)
        return True

    def report_if_crossed(self, device: Device) -> None:
        """Report at once if a limit was crossed since the last report."""
        now = self._cloud.time()
        if any(
            (device.crossed(limit, now) is not None) != (limit.opens in device.ongoing)
            for limit in LIMITS
        ):
            self.report(device)

    def lose_contact(self, device: Device, *, at_once: bool) -> None:
        """Disconnect a Point. Minut notices at once, or some time after a missed heartbeat."""
        if not device.reachable:
            return
        device.lose_contact(self._cloud.time())
        self._cloud.schedule.cancel(("heartbeat", device.device_id))
        if at_once:
            self._mark_offline(device)
        else:
            self._cloud.schedule.at(
                device.next_heartbeat_at + self._cloud.switches.offline_after,
                ("offline", device.device_id),
                lambda: self._mark_offline(device),
            )

    def regain_contact(self, device: Device) -> None:
        """Reconnect a Point; it reports at once."""
        if device.reachable:
            return
        self._cloud.schedule.cancel(("offline", device.device_id))
        device.regain_contact(self._cloud.time())
        was_offline, device.offline = device.offline, False
        self.heartbeat(device)
        if was_offline:
            self._cloud.create_event("device_online", device=device)

    def _beat_when_due(self, device: Device) -> None:
        if device.active:
            self.heartbeat(device)

    def _mark_offline(self, device: Device) -> None:
        device.offline = True
        self._cloud.create_event("device_offline", device=device)

    def _check_limits(self, device: Device) -> None:
        now = self._cloud.time()
        home = self._home(device)
        for limit in LIMITS:
            if limit.quantity is Quantity.SOUND and home.disturbance is not None:
                continue  # already covered by noise monitoring
            crossed = device.crossed(limit, now)
            ongoing = limit.opens in device.ongoing
            if crossed and not ongoing:
                device.ongoing.append(limit.opens)
                self._emit_crossing(device, limit.opens, *crossed)
            elif ongoing and not crossed:
                device.ongoing.remove(limit.opens)
                reaction = device.reactions.get(limit.reaction)
                value = device.latest[limit.quantity][1]
                self._emit_crossing(
                    device, limit.closes, value, reaction.value if reaction else None
                )

    def _emit_crossing(
        self, device: Device, event_type: str, value: float, threshold: float | None
    ) -> None:
        """Create the event of a crossed limit with value and threshold (API notes 6.3)."""
        fields: dict[str, Json] = {"sensor_value": value, "sensor_threshold": threshold}
        self._cloud.create_event(event_type, device=device, fields=fields)

    def _check_battery(self, device: Device) -> None:
        level = device.battery_percent
        low = level is not None and level < BATTERY_LOW and not device.charging
        empty = low and level == 0
        if empty and not device.battery_empty:
            self._cloud.create_event("battery_empty", device=device)
        elif low and not device.battery_low:
            self._cloud.create_event("battery_low", device=device)
        device.battery_low, device.battery_empty = low, empty

    def _home(self, device: Device) -> Home:
        return self._cloud.world.homes[device.home_id]
