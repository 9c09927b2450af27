"""What a person in a home, or with the app in hand, can do.

Each first lets happen what is due, then acts at the present moment. A Point without contact
cannot tell anybody anything: what is done to it then has no event (the result is None).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from simulator.behaviour.alarm import Alarms
from simulator.behaviour.noise import Noise
from simulator.behaviour.points import Points
from simulator.cloud import Cloud
from simulator.wire import Json
from simulator.world.device import Device
from simulator.world.events import Event
from simulator.world.weather import Quantity
from simulator.world.world import Account, Guest, Home


class Household(Cloud):
    """The cloud, with people in it."""

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

    # What exists

    async def add_account(
        self, fullname: str = "Robin Sample", email: str | None = None
    ) -> Account:
        """Add an account, without homes."""
        return self.world.add_account(fullname, self.time(), email)

    async def add_home(self, name: str | None = None, *, account: Account | None = None) -> Home:
        """Add a home, without Points, to an account (the default one)."""
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
        """Take a Point off its account; it disappears, or stays in lists as inactive."""
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
        """Create just an event, of any type: kept and delivered, but nothing else changes."""
        self.catch_up()
        return self.happen(
            type,
            device=self.devices[device] if device else None,
            home=self.homes[home] if home else None,
            account=account,
            created_at=created_at,
            fields=fields,
        )

    async def run_due(self) -> None:
        """Let everything happen that is due by now: heartbeats, ends of grace periods."""
        self.catch_up()

    # A Point in the hand or in the room

    async def press_button(self, device_id: str) -> Event | None:
        """Press a Point's button."""
        return self._tell(device_id, "short_button_press")

    async def glass_break(self, device_id: str) -> Event | None:
        """Let a Point hear breaking glass."""
        return self._tell(device_id, "glassbreak")

    async def smoke_alarm(self, device_id: str) -> Event | None:
        """Let a Point hear the alarm of a smoke or CO detector."""
        return self._tell(device_id, "alarm_heard")

    async def smoke(self, device_id: str) -> Event | None:
        """Smoke a cigarette near a Point."""
        return self._tell(device_id, "smoking_detection_smoking_detected")

    async def old_tamper(self, device_id: str) -> Event | None:
        """Take off or put back a Point of the first generation, which cannot say which."""
        return self._tell(device_id, "tamper")

    async def motion(self, device_id: str) -> Event | None:
        """Walk past a Point; in an armed home the entry delay starts."""
        self.catch_up()
        device = self.devices[device_id]
        device.motions.append(self.time().timestamp())
        event = self._tell(device_id, "pir_motion")
        if event:
            self.alarms.notice_motion(self.homes[device.home_id], device)
        return event

    async def remove_from_mount(self, device_id: str) -> Event | None:
        """Take a Point off its mounting plate."""
        self.devices[device_id].mounted = False
        return self._tell(device_id, "tamper_removed")

    async def mount(self, device_id: str) -> Event | None:
        """Put a Point on its mounting plate."""
        self.devices[device_id].mounted = True
        return self._tell(device_id, "tamper_mounted")

    # Readings

    async def set_reading(self, device_id: str, quantity: Quantity, value: float | None) -> None:
        """Bring a room to a value now, from which nature goes on; None ends all interference.

        Where that crosses a limit, the Point reports at once; else at its next heartbeat.
        """
        self.catch_up()
        device = self.devices[device_id]
        device.set_value(quantity, self.time().timestamp(), value)
        self.points.report_if_crossed(device)

    async def set_temperature(self, device_id: str, celsius: float | None) -> None:
        """Warm or cool the room, in °C."""
        await self.set_reading(device_id, Quantity.TEMPERATURE, celsius)

    async def set_humidity(self, device_id: str, percent: float | None) -> None:
        """Make the room humid or dry, in %."""
        await self.set_reading(device_id, Quantity.HUMIDITY, percent)

    async def set_sound(self, device_id: str, decibel: float | None) -> None:
        """Make the room loud or quiet, in dB(A)."""
        await self.set_reading(device_id, Quantity.SOUND, decibel)

    async def loud_sound(self, device_id: str) -> None:
        """Let it be loud around a Point until `set_sound(device, None)`."""
        await self.set_sound(device_id, 88.0)

    async def set_battery(self, device_id: str, percent: float) -> None:
        """Give a Point another battery level, in %; the Point reports at once."""
        self.catch_up()
        device = self.devices[device_id]
        device.charges.set(self.time().timestamp(), percent)
        self.points.report(device)

    async def low_battery(self, device_id: str) -> None:
        """Run a Point's battery down, off the charger."""
        self.devices[device_id].charging = False
        await self.set_battery(device_id, 6.0)

    async def empty_battery(self, device_id: str) -> None:
        """Run a Point's battery flat, off the charger; it reports that with the last of it."""
        self.devices[device_id].charging = False
        await self.set_battery(device_id, 0.0)

    async def charge(self, device_id: str) -> None:
        """Charge a Point's battery fully."""
        await self.set_battery(device_id, 100.0)

    # Contact

    async def heartbeat(self, device_id: str) -> None:
        """Let a Point report now; the next heartbeat follows an interval later."""
        self.catch_up()
        self.points.heartbeat(self.devices[device_id])

    async def take_offline(self, device_id: str, *, at_once: bool = True) -> None:
        """Cut a Point off; with `at_once=False` Minut notices only after missed heartbeats."""
        self.catch_up()
        self.points.lose_contact(self.devices[device_id], at_once=at_once)

    async def bring_online(self, device_id: str) -> None:
        """Give a Point its contact back; it reports at once."""
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
        """Have a party, until noise monitoring gives its first, second or third notice.

        Without noise monitoring it is loud, but nobody hears of it.
        """
        self.catch_up()
        return self.noise.begin(self.homes[home_id], notice)

    async def quiet(self, home_id: str) -> Event | None:
        """End the party."""
        self.catch_up()
        return self.noise.end(self.homes[home_id])

    async def snooze_noise(self, home_id: str) -> Event | None:
        """Let the host snooze the notices."""
        self.catch_up()
        return self.noise.answer(self.homes[home_id], "disturbance_snoozed")

    async def dismiss_noise(self, home_id: str) -> Event | None:
        """Let the host dismiss the notices."""
        self.catch_up()
        return self.noise.answer(self.homes[home_id], "disturbance_dismissed")

    def _tell(self, device_id: str, event_type: str) -> Event | None:
        self.catch_up()
        device = self.devices[device_id]
        return self.happen(event_type, device=device) if self.points.report(device) else None
