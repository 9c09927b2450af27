"""A Point: its measurements, what it has reported, and its configuration (API notes 3.2)."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from simulator.formats import Json
from simulator.world.weather import (
    DAY,
    MOTION_BUCKET,
    NATURAL_VALUES,
    Quantity,
    motion_count,
    pseudo_random,
)


@dataclass(slots=True)
class StepFunction:
    """A value that is constant from one time (Unix seconds) to the next; 0 before the first."""

    moments: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def at(self, moment: float) -> float:
        """Return the value at `moment`."""
        index = bisect_right(self.moments, moment)
        return self.values[index - 1] if index else 0.0

    def set(self, moment: float, value: float) -> None:
        """Set the value from `moment` on, discarding all later steps."""
        index = bisect_right(self.moments, moment)
        self.moments[index:] = [moment]
        self.values[index:] = [value]


@dataclass(slots=True)
class Reaction:
    """A threshold that turns a measurement into an event (API notes 5).

    `others`: unknown members that a client sent.
    """

    type: str
    value: float
    duration_seconds: int | None = None
    notifications: list[str] = field(default_factory=list)
    others: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limit:
    """The reaction that monitors a quantity, and the events of its crossing (API notes 8)."""

    quantity: Quantity
    reaction: str
    above: bool
    opens: str
    closes: str
    in_quiet_hours: str | None = None


LIMITS = (
    Limit(
        Quantity.TEMPERATURE,
        "temperature_high",
        above=True,
        opens="temperature_high",
        closes="temperature_dropped_normal",
    ),
    Limit(
        Quantity.TEMPERATURE,
        "temperature_low",
        above=False,
        opens="temperature_low",
        closes="temperature_risen_normal",
    ),
    Limit(
        Quantity.HUMIDITY,
        "humidity_high",
        above=True,
        opens="humidity_high",
        closes="humidity_dropped_normal",
    ),
    Limit(
        Quantity.HUMIDITY,
        "humidity_low",
        above=False,
        opens="humidity_low",
        closes="humidity_risen_normal",
    ),
    Limit(
        Quantity.SOUND,
        "sound_level_high",
        above=True,
        opens="avg_sound_high",
        closes="sound_level_dropped_normal",
        in_quiet_hours="sound_level_high_quiet_hours",
    ),
)
SOUND_REACTIONS = {"sound_level_high", "sound_level_high_quiet_hours"}
REACTION_TYPES = {limit.reaction for limit in LIMITS} | SOUND_REACTIONS


def default_reactions() -> dict[str, Reaction]:
    """Return the reactions of a new Point by type, with the sound levels of API notes 5."""
    reactions = (
        Reaction("sound_level_high", 75, 600),
        Reaction("sound_level_high_quiet_hours", 70, 600),
        Reaction("temperature_high", 28, None, ["push"]),
        Reaction("temperature_low", 12, None, ["push"]),
        Reaction("humidity_high", 75),
        Reaction("humidity_low", 15),
    )
    return {reaction.type: reaction for reaction in reactions}


@dataclass(slots=True)
class QuietHours:
    """The daily period, in the home's local time, in which the lower sound limit applies."""

    enabled: bool = False
    start: time = time(22)
    end: time = time(7)

    def apply_at(self, local: time) -> bool:
        """Return whether quiet hours apply at a local time; they may span midnight."""
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


@dataclass(slots=True, kw_only=True, eq=False)
class Device:
    """One Point. Its reported values change only while it is in contact with Minut."""

    device_id: str
    mac: str
    description: str
    home_id: str
    seed: int
    first_seen_at: datetime
    last_heard_from_at: datetime
    last_heartbeat_at: datetime
    next_heartbeat_at: datetime
    timezone: str = "Europe/Stockholm"
    room_type: str = "other"
    has_pressure: bool = False
    hardware_version: int = 3
    firmware: int = 4711
    active: bool = True
    offline: bool = False
    """Whether Minut reports the Point as offline."""
    reachable: bool = True
    """Whether the Point is actually in contact with Minut."""
    mounted: bool = True
    charging: bool = False
    battery_low: bool = False
    battery_empty: bool = False

    config_version: int = 1
    config_updated_at: datetime
    config_installed_at: datetime
    reactions: dict[str, Reaction] = field(default_factory=default_reactions)
    quiet_hours: QuietHours = field(default_factory=QuietHours)
    listening_mode: str = "on"

    latest: dict[str, tuple[datetime, float]] = field(default_factory=dict)
    """The last reported value of each measurement, with its time."""
    battery_percent: float | None = None
    battery_voltage: float | None = None
    ongoing: list[str] = field(default_factory=list)

    changed: dict[str, Json] = field(default_factory=dict)
    """Members of the JSON that a test replaces or adds."""
    omitted: set[str] = field(default_factory=set)
    """Members of the JSON that a test leaves out."""

    offsets: dict[Quantity, StepFunction] = field(
        default_factory=lambda: {quantity: StepFunction() for quantity in Quantity}
    )
    charges: StepFunction = field(default_factory=StepFunction)
    """Battery levels (%) that a person set; the battery discharges slowly from there."""
    motions: list[float] = field(default_factory=list)
    reports: list[float] = field(default_factory=list)
    gaps: list[tuple[float, float | None]] = field(default_factory=list)
    """Periods (start, end) without contact and therefore without data; None: not over yet."""

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """The quantities that this Point measures."""
        every = tuple(Quantity)
        return every if self.has_pressure else every[:3]

    def value(self, quantity: Quantity, moment: float) -> float:
        """Return what the Point measures at `moment`, in the quantity's own unit."""
        value = NATURAL_VALUES[quantity](self.seed, moment) + self.offsets[quantity].at(moment)
        if quantity is Quantity.HUMIDITY:
            value = min(100.0, max(0.0, value))
        return round(value, 2)

    def set_value(self, quantity: Quantity, moment: float, value: float | None) -> None:
        """Shift a quantity so that it is `value` at `moment`; None removes the shift."""
        offset = 0.0 if value is None else value - NATURAL_VALUES[quantity](self.seed, moment)
        self.offsets[quantity].set(moment, offset)

    def battery_at(self, moment: float) -> float:
        """Return the battery level in %; it falls by 0.5 a day (API notes 10)."""
        index = bisect_right(self.charges.moments, moment)
        if index:
            since, level = self.charges.moments[index - 1], self.charges.values[index - 1]
            return round(max(0.0, level - (moment - since) / DAY * 0.5), 1)
        days = moment / DAY + 120 * pseudo_random(self.seed, 5)
        return round(97 - 0.5 * (days % 120), 1)

    def motion_count(self, bucket: int) -> int:
        """Return detections in the 15-minute bucket `time // 900`, triggered ones included."""
        start = bucket * MOTION_BUCKET
        triggered = sum(start <= moment < start + MOTION_BUCKET for moment in self.motions)
        return motion_count(self.seed, bucket) + triggered

    def in_contact(self, moments: Iterable[float]) -> list[float]:
        """Return those moments whose data can have reached Minut."""
        first, last = self.first_seen_at.timestamp(), self.last_heard_from_at.timestamp()
        return [
            moment
            for moment in moments
            if first <= moment <= last
            and not any(
                start <= moment and (end is None or moment < end) for start, end in self.gaps
            )
        ]

    def lose_contact(self, moment: datetime) -> None:
        """Start a period without contact."""
        if self.reachable:
            self.reachable = False
            self.gaps.append((moment.timestamp(), None))

    def regain_contact(self, moment: datetime) -> None:
        """End the period without contact."""
        if not self.reachable:
            self.reachable = True
            self.gaps[-1] = (self.gaps[-1][0], moment.timestamp())

    def report(self, moment: datetime) -> None:
        """Report the current measurements, and fetch the new configuration (API notes 5)."""
        seconds = moment.timestamp()
        self.reports.append(seconds)
        self.last_heard_from_at = moment
        for quantity in self.quantities:
            self.latest[quantity] = (moment, self.value(quantity, seconds))
        self.latest["accelerometer_z"] = (moment, 1.0078 if self.mounted else -0.9961)
        self.battery_percent = self.battery_at(seconds)
        self.battery_voltage = voltage(self.battery_percent)
        if self.config_installed_at < self.config_updated_at:
            self.config_installed_at = moment

    def crossed(self, limit: Limit, moment: datetime) -> tuple[float, float] | None:
        """Return the value measured at `moment` and the threshold if it is crossed."""
        reaction = self.reactions.get(limit.reaction)
        if limit.in_quiet_hours and self.quiet_hours.enabled:
            local = moment.astimezone(ZoneInfo(self.timezone)).time()
            if self.quiet_hours.apply_at(local):
                reaction = self.reactions.get(limit.in_quiet_hours, reaction)
        if reaction is None:
            return None
        value = self.value(limit.quantity, moment.timestamp())
        beyond = value > reaction.value if limit.above else value < reaction.value
        return (value, reaction.value) if beyond else None


def voltage(percent: float) -> float:
    """Convert a battery level (%) to the cell's voltage (V)."""
    return round(3.45 + 0.0072 * percent, 3)
