"""Actions of people in a home or in Minut's app.

Each runs what is due, then acts at the current time. A Point without contact reports nothing: an
action on it then has no event (the result is None).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from simulator.behaviour.alarm import Alarms
from simulator.behaviour.noise import Noise
from simulator.behaviour.points import Points
from simulator.cloud import Cloud
from simulator.formats import Json
from simulator.world.device import Device
from simulator.world.events import Event
from simulator.world.weather import Quantity
from simulator.world.world import Account, Guest, Home


class InteractiveCloud(Cloud):
    """The cloud with the actions that people can perform."""

    def __init__(
        self,
        *,
        homes: int,
        devices: int,
        seed: int,
        heartbeat: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(seed=seed, heartbeat=heartbeat, now=now)
        self.alarms = Alarms(self)
        self.points = Points(self)
        self.noise = Noise(self, self.points)
        start = now()
        for _ in range(homes):
            home = self.world.add_home(start)
            for _ in range(devices):
                self.points.begin(self.world.add_device(home, start))

    @property
    def homes(self) -> dict[str, Home]:
        """All homes by id."""
        return self.world.homes

    @property
    def devices(self) -> dict[str, Device]:
        """All Points by id."""
        return self.world.devices

    # Accounts, homes, Points and stays

    async def add_account(
        self, fullname: str = "Robin Sample", email: str | None = None
    ) -> Account:
        """Add an account without homes."""
        return self.world.add_account(fullname, self.time(), email)

    async def add_home(self, name: str | None = None, *, account: Account | None = None) -> Home:
        """Add a home without Points to an account (by default, the default account)."""
        self.catch_up()
        members = [account.user_id] if account else None
        return self.world.add_home(self.time(), name, members)

    async def add_device(self, home_id: str, name: str | None = None) -> Device:
        """Add a Point to a home."""
        self.catch_up()
        device = self.world.add_device(self.homes[home_id], self.time(), name)
        self.points.begin(device)
        return device

    async def remove_device(self, device_id: str, *, keep_inactive: bool = False) -> None:
        """Remove a Point from its account; it disappears, or stays in lists as inactive."""
        self.catch_up()
        device = self.devices[device_id]
        self.points.end(device)
        device.active = False
        if not keep_inactive:
            del self.devices[device_id]

    async def remove_home(self, home_id: str) -> None:
        """Remove a home with its Points."""
        for device in self.world.devices_of(home_id):
            await self.remove_device(device.device_id)
        self.schedule.cancel(("alarm", home_id))
        del self.homes[home_id]

    async def add_guest(
        self, home_id: str, check_in: datetime, check_out: datetime | None, name: str = "Kim Guest"
    ) -> Guest:
        """Book a stay in a home."""
        self.catch_up()
        guest = Guest(
            guest_id=self.world.ids.digits("guest"),
            name=name,
            check_in_at=check_in,
            check_out_at=check_out,
            email="kim@example.org",
            phone_number="+46700000000",
        )
        self.homes[home_id].guests[guest.guest_id] = guest
        return guest

    # Events

    async def emit(
        self,
        type: str,  # noqa: A002 - the name of the field
        *,
        device: str | None = None,
        home: str | None = None,
        account: Account | None = None,
        created_at: datetime | None = None,
        **fields: Json,
    ) -> Event:
        """Create an event of any type. It is stored and delivered; nothing else changes."""
        self.catch_up()
        return self.create_event(
            type,
            device=self.devices[device] if device else None,
            home=self.homes[home] if home else None,
            account=account,
            created_at=created_at,
            fields=fields,
        )

    async def run_due(self) -> None:
        """Run everything that is due by now, such as heartbeats and ends of grace periods."""
        self.catch_up()

    # Events of a Point

    async def press_button(self, device_id: str) -> Event | None:
        """Press a Point's button."""
        return self._report_event(device_id, "short_button_press")

    async def glass_break(self, device_id: str) -> Event | None:
        """Break glass near a Point."""
        return self._report_event(device_id, "glassbreak")

    async def smoke_alarm(self, device_id: str) -> Event | None:
        """Sound a smoke or CO alarm near a Point."""
        return self._report_event(device_id, "alarm_heard")

    async def smoke_detected(self, device_id: str) -> Event | None:
        """Make a Point send `smoke_detected`, an event of the oldest API (API notes 8)."""
        return self._report_event(device_id, "smoke_detected")

    async def smoke(self, device_id: str) -> Event | None:
        """Smoke a cigarette near a Point."""
        return self._report_event(device_id, "smoking_detection_smoking_detected")

    async def old_tamper(self, device_id: str) -> Event | None:
        """Remove or attach a first-generation Point, which does not report which of the two."""
        return self._report_event(device_id, "tamper")

    async def motion(self, device_id: str) -> Event | None:
        """Move in front of a Point; in an armed home this starts the entry delay."""
        self.catch_up()
        device = self.devices[device_id]
        device.motions.append(self.time().timestamp())
        event = self._report_event(device_id, "pir_motion")
        if event:
            self.alarms.handle_motion(self.homes[device.home_id], device)
        return event

    async def remove_from_mount(self, device_id: str) -> Event | None:
        """Remove a Point from its mounting plate."""
        self.devices[device_id].mounted = False
        return self._report_event(device_id, "tamper_removed")

    async def mount(self, device_id: str) -> Event | None:
        """Attach a Point to its mounting plate."""
        self.devices[device_id].mounted = True
        return self._report_event(device_id, "tamper_mounted")

    # Readings

    async def set_reading(self, device_id: str, quantity: Quantity, value: float | None) -> None:
        """Set a room's value now, from where it varies naturally; None restores nature.

        If a limit is crossed the Point reports at once, otherwise at its next heartbeat.
        """
        self.catch_up()
        device = self.devices[device_id]
        device.set_value(quantity, self.time().timestamp(), value)
        self.points.report_if_crossed(device)

    async def set_temperature(self, device_id: str, celsius: float | None) -> None:
        """Set the room's temperature in °C; None restores nature."""
        await self.set_reading(device_id, Quantity.TEMPERATURE, celsius)

    async def set_humidity(self, device_id: str, percent: float | None) -> None:
        """Set the room's humidity in %; None restores nature."""
        await self.set_reading(device_id, Quantity.HUMIDITY, percent)

    async def set_sound(self, device_id: str, decibel: float | None) -> None:
        """Set the room's sound level in dB(A); None restores nature."""
        await self.set_reading(device_id, Quantity.SOUND, decibel)

    async def loud_sound(self, device_id: str) -> None:
        """Make the room loud until `set_sound(device, None)`."""
        await self.set_sound(device_id, 88.0)

    async def set_battery(self, device_id: str, percent: float) -> None:
        """Set a Point's battery level in %; the Point reports at once."""
        self.catch_up()
        device = self.devices[device_id]
        device.charges.set(self.time().timestamp(), percent)
        self.points.report(device)

    async def low_battery(self, device_id: str) -> None:
        """Discharge a Point's battery almost completely, off the charger."""
        self.devices[device_id].charging = False
        await self.set_battery(device_id, 6.0)

    async def empty_battery(self, device_id: str) -> None:
        """Discharge a Point's battery completely, off the charger; it still reports that."""
        self.devices[device_id].charging = False
        await self.set_battery(device_id, 0.0)

    async def charge(self, device_id: str) -> None:
        """Charge a Point's battery fully."""
        await self.set_battery(device_id, 100.0)

    # Contact

    async def heartbeat(self, device_id: str) -> None:
        """Make a Point report now; the next heartbeat follows an interval later."""
        self.catch_up()
        self.points.heartbeat(self.devices[device_id])

    async def take_offline(self, device_id: str, *, at_once: bool = True) -> None:
        """Disconnect a Point; with `at_once=False` Minut notices only after a missed heartbeat."""
        self.catch_up()
        self.points.lose_contact(self.devices[device_id], at_once=at_once)

    async def bring_online(self, device_id: str) -> None:
        """Reconnect a Point; it reports at once."""
        self.catch_up()
        self.points.regain_contact(self.devices[device_id])

    # Homes

    async def arm(self, home_id: str) -> None:
        """Arm a home."""
        self.catch_up()
        self.alarms.arm(self.homes[home_id])

    async def disarm(self, home_id: str) -> None:
        """Disarm a home."""
        self.catch_up()
        self.alarms.disarm(self.homes[home_id])

    async def silence(self, home_id: str) -> None:
        """Silence a home's alarm."""
        self.catch_up()
        self.alarms.silence(self.homes[home_id])

    async def make_noise(self, home_id: str, notice: Literal[1, 2, 3] = 1) -> Event | None:
        """Make noise until noise monitoring sends its first, second or third notice.

        Without noise monitoring the home is loud, but no event follows.
        """
        self.catch_up()
        return self.noise.begin(self.homes[home_id], notice)

    async def quiet(self, home_id: str) -> Event | None:
        """End the noise."""
        self.catch_up()
        return self.noise.end(self.homes[home_id])

    async def snooze_noise(self, home_id: str) -> Event | None:
        """Snooze the notices."""
        self.catch_up()
        return self.noise.answer(self.homes[home_id], "disturbance_snoozed")

    async def dismiss_noise(self, home_id: str) -> Event | None:
        """Dismiss the notices."""
        self.catch_up()
        return self.noise.answer(self.homes[home_id], "disturbance_dismissed")

    def _report_event(self, device_id: str, event_type: str) -> Event | None:
        self.catch_up()
        device = self.devices[device_id]
        return self.create_event(event_type, device=device) if self.points.report(device) else None
