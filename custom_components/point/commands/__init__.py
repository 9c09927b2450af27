"""The write side: what the user changes at Minut. Commands raise MinutError."""

from dataclasses import dataclass

from .home import HomeCommands
from .stays import StayCommands
from .thresholds import ThresholdCommands


@dataclass(frozen=True)
class Commands:
    """The commands of one account, by what they change."""

    home: HomeCommands
    thresholds: ThresholdCommands
    stays: StayCommands
