"""All accounts, homes and Points. The same seed produces the same ids."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from simulator.formats import Json
from simulator.world.device import Device

HOME_NAMES = (
    "Lakeside 4",
    "Harbour Loft",
    "Orchard House",
    "Mill Lane 12",
    "Chapel Yard",
    "Birchwood Cabin",
    "Old Bakery",
    "Station Mews",
)
ROOMS = (
    ("Hallway", "hallway"),
    ("Bedroom", "bedroom"),
    ("Kitchen", "kitchen"),
    ("Living room", "living_room"),
    ("Nursery", "bedroom"),
    ("Attic", "other"),
)

type AlarmStatus = Literal["off", "on_grace_period", "on", "off_grace_period", "critical_event"]


@dataclass(slots=True, kw_only=True, eq=False)
class Account:
    """A user of Minut (API notes 3.1)."""

    user_id: str
    fullname: str
    nick: str
    email: str
    password: str = "password"
    locale: str = "en"
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True, kw_only=True)
class Guest:
    """A stay; the field names are placeholders of API notes 9."""

    guest_id: str
    name: str
    check_in_at: datetime
    check_out_at: datetime | None = None
    email: str | None = None
    phone_number: str | None = None
    others: dict[str, Json] = field(default_factory=dict)
    """Unknown members that a client sent."""


@dataclass(slots=True, kw_only=True, eq=False)
class Home:
    """A home with its alarm, noise monitoring and stays (API notes 4.1)."""

    home_id: str
    name: str
    created_at: datetime
    members: list[str]
    """User ids, the owner's first."""
    timezone: str = "Europe/Stockholm"
    address: dict[str, Json]

    alarm_status: AlarmStatus = "off"
    alarm_mode: str = "manual"
    silent_alarm: bool = False
    scheduled_alarm_active: bool = False
    entry_delay: timedelta = timedelta(seconds=45)
    grace_period: timedelta | None = None
    grace_period_expires_at: datetime | None = None

    disturbance_monitoring: bool = True
    disturbance: str | None = None
    """The disturbance event still in effect, such as `disturbance_first_notice`."""
    crowd_detection: bool = False
    guests: dict[str, Guest] = field(default_factory=dict)

    changed: dict[str, Json] = field(default_factory=dict)
    """Members of the JSON that a test replaces or adds."""
    omitted: set[str] = field(default_factory=set)
    """Members of the JSON that a test leaves out."""

    @property
    def owner(self) -> str:
        """The owner's user id."""
        return self.members[0]


class Ids:
    """Generates ids of hex digits, the same ones in the same order for the same seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._counts: dict[str, int] = {}

    def digits(self, kind: str, length: int = 24) -> str:
        """Return the next id of a kind."""
        number = self._counts[kind] = self._counts.get(kind, 0) + 1
        return sha256(f"{self.seed}:{kind}:{number}".encode()).hexdigest()[:length]


class World:
    """All accounts, homes and Points."""

    def __init__(self, seed: int, start: datetime, heartbeat: timedelta) -> None:
        self.ids = Ids(seed)
        self.heartbeat = heartbeat
        self.accounts: dict[str, Account] = {}
        self.homes: dict[str, Home] = {}
        self.devices: dict[str, Device] = {}
        self.default = self.add_account("Alex Example", start)

    def add_account(self, fullname: str, now: datetime, email: str | None = None) -> Account:
        """Add a user. The e-mail address is derived from the name unless given."""
        nick = fullname.split(maxsplit=1)[0]
        account = Account(
            user_id=self.ids.digits("user"),
            fullname=fullname,
            nick=nick,
            email=email or f"{fullname.lower().replace(' ', '.')}@example.org",
            created_at=now - timedelta(days=900),
            updated_at=now - timedelta(days=30),
        )
        self.accounts[account.user_id] = account
        return account

    def add_home(
        self, now: datetime, name: str | None = None, members: list[str] | None = None
    ) -> Home:
        """Add a home without Points. Without `members` it belongs to the default account."""
        number = len(self.homes)
        lap, place = divmod(number, len(HOME_NAMES))
        home = Home(
            home_id=self.ids.digits("home"),
            name=name or HOME_NAMES[place] + (f" ({lap + 1})" if lap else ""),
            created_at=now - timedelta(days=500),
            members=members or [self.default.user_id],
            address={
                "street_name1": f"Sample Road {number + 1}",
                "street_name2": None,
                "post_code": "12345",
                "city": "Exampletown",
                "country": "SE",
                "apartment_number": None,
                "floor_number": None,
            },
        )
        self.homes[home.home_id] = home
        return home

    def add_device(self, home: Home, now: datetime, name: str | None = None) -> Device:
        """Add a Point whose last heartbeat was some time within the last interval."""
        number = sum(device.home_id == home.home_id for device in self.devices.values())
        lap, place = divmod(number, len(ROOMS))
        room, room_type = ROOMS[place]
        device_id = self.ids.digits("device")
        seed = int(device_id[:8], 16)
        # In whole seconds, and never already due at the start.
        ago = timedelta(seconds=int(self.heartbeat.total_seconds() * (seed % 900) / 1000))
        beat = now.replace(microsecond=0) - ago
        device = Device(
            device_id=device_id,
            mac="a4c138" + self.ids.digits("mac", 6),
            description=name or room + (f" {lap + 1}" if lap else ""),
            home_id=home.home_id,
            room_type=room_type,
            seed=seed,
            timezone=home.timezone,
            has_pressure=number % 2 == 0,
            first_seen_at=now - timedelta(days=400),
            last_heard_from_at=beat,
            last_heartbeat_at=beat,
            next_heartbeat_at=beat + self.heartbeat,
            config_updated_at=now - timedelta(days=20),
            config_installed_at=now - timedelta(days=19),
        )
        device.report(beat)
        self.devices[device_id] = device
        return device

    def rotate_lists(self) -> None:
        """Move the first home and the first Point to the end of their lists."""
        _move_first_to_end(self.homes)
        _move_first_to_end(self.devices)

    def devices_of(self, home_id: str) -> list[Device]:
        """Return the active Points of a home."""
        return [
            device
            for device in self.devices.values()
            if device.home_id == home_id and device.active
        ]

    def devices_by_home(self) -> dict[str, list[Device]]:
        """Return all active Points by home, in one pass for a list of many homes."""
        groups: dict[str, list[Device]] = {}
        for device in self.devices.values():
            if device.active:
                groups.setdefault(device.home_id, []).append(device)
        return groups

    def homes_of(self, user_id: str) -> list[Home]:
        """Return the homes that a user may see."""
        return [home for home in self.homes.values() if user_id in home.members]


def _move_first_to_end[Item](items: dict[str, Item]) -> None:
    if items:
        first = next(iter(items))
        items[first] = items.pop(first)
