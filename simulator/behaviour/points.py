"""The life of the Points: heartbeats, reports, crossed limits (API notes 5, 8, 10)."""

from simulator.cloud import Cloud
from simulator.wire import Json
from simulator.world.device import LIMITS, Device
from simulator.world.weather import Quantity, chance
from simulator.world.world import Home

BATTERY_LOW = 10.0
"""Level (%) of our choice below which `battery_low` comes: half a point a day, 20 days left."""


class Points:
    """Moves all Points along."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def begin(self, device: Device) -> None:
        """Plan the next heartbeat of a Point."""
        self._cloud.schedule.at(
            device.next_heartbeat_at,
            ("heartbeat", device.device_id),
            lambda: self._beat_when_due(device),
        )

    def end(self, device: Device) -> None:
        """Plan nothing more for a Point."""
        for key in ("heartbeat", "offline"):
            self._cloud.schedule.cancel((key, device.device_id))

    def heartbeat(self, device: Device) -> None:
        """Let a Point report now, as it does about hourly; without contact nothing happens."""
        if not device.reachable:
            return
        now = self._cloud.time()
        jitter = self._cloud.switches.heartbeat_jitter
        late = jitter * chance(device.seed, len(device.reports))
        device.last_heartbeat_at = now
        device.next_heartbeat_at = now + self._cloud.world.heartbeat + late
        self.begin(device)
        self.report(device)

    def report(self, device: Device) -> bool:
        """Let a Point send its readings at once, with the events that follow from them.

        Gives False when the Point has no contact.
        """
        if not device.reachable:
            return False
        device.report(self._cloud.time())
        self._check_limits(device)
        self._check_battery(device)
        return True

    def report_if_crossed(self, device: Device) -> None:
        """Let a Point report at once where a limit was crossed since it last did."""
        now = self._cloud.time()
        if any(
            (device.crossed(limit, now) is not None) != (limit.opens in device.ongoing)
            for limit in LIMITS
        ):
            self.report(device)

    def lose_contact(self, device: Device, *, at_once: bool) -> None:
        """Cut a Point off; Minut notices at once, or some time after a missed heartbeat."""
        if not device.reachable:
            return
        device.lose_contact(self._cloud.time())
        self._cloud.schedule.cancel(("heartbeat", device.device_id))
        if at_once:
            self._notice_absence(device)
        else:
            self._cloud.schedule.at(
                device.next_heartbeat_at + self._cloud.switches.offline_after,
                ("offline", device.device_id),
                lambda: self._notice_absence(device),
            )

    def regain_contact(self, device: Device) -> None:
        """Bring a Point back; it reports at once."""
        if device.reachable:
            return
        self._cloud.schedule.cancel(("offline", device.device_id))
        device.regain_contact(self._cloud.time())
        was_offline, device.offline = device.offline, False
        self.heartbeat(device)
        if was_offline:
            self._cloud.happen("device_online", device=device)

    def _beat_when_due(self, device: Device) -> None:
        if device.active:
            self.heartbeat(device)

    def _notice_absence(self, device: Device) -> None:
        device.offline = True
        self._cloud.happen("device_offline", device=device)

    def _check_limits(self, device: Device) -> None:
        now = self._cloud.time()
        home = self._home(device)
        for limit in LIMITS:
            if limit.quantity is Quantity.SOUND and home.disturbance is not None:
                continue  # noise monitoring speaks of it already
            crossed = device.crossed(limit, now)
            ongoing = limit.opens in device.ongoing
            if crossed and not ongoing:
                device.ongoing.append(limit.opens)
                self._tell_of_limit(device, limit.opens, *crossed)
            elif ongoing and not crossed:
                device.ongoing.remove(limit.opens)
                reaction = device.reactions.get(limit.reaction)
                value = device.latest[limit.quantity][1]
                self._tell_of_limit(
                    device, limit.closes, value, reaction.value if reaction else None
                )

    def _tell_of_limit(
        self, device: Device, event_type: str, value: float, threshold: float | None
    ) -> None:
        """Emit a crossing with its value and threshold (API notes 6.3)."""
        fields: dict[str, Json] = {"sensor_value": value, "sensor_threshold": threshold}
        self._cloud.happen(event_type, device=device, fields=fields)

    def _check_battery(self, device: Device) -> None:
        level = device.battery_percent
        low = level is not None and level < BATTERY_LOW and not device.charging
        empty = low and level == 0
        if empty and not device.battery_empty:
            self._cloud.happen("battery_empty", device=device)
        elif low and not device.battery_low:
            self._cloud.happen("battery_low", device=device)
        device.battery_low, device.battery_empty = low, empty

    def _home(self, device: Device) -> Home:
        return self._cloud.world.homes[device.home_id]
