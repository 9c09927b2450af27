"""Named sets of noise limits for all Points of a home. Pure."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from ..minut.thresholds import Setting, Thresholds, ThresholdValues

CUSTOM: Final = "custom"
"""Shown for limits that are none of the presets."""


def _preset(high: float, quiet: float, duration: float) -> ThresholdValues:
    return MappingProxyType(
        {
            Setting.SOUND_LEVEL_HIGH: high,
            Setting.SOUND_LEVEL_HIGH_QUIET_HOURS: quiet,
            Setting.NOISE_DURATION: duration,
        }
    )


PRESETS: Final[Mapping[str, ThresholdValues]] = MappingProxyType(
    {
        "strict": _preset(70, 65, 5),
        "standard": _preset(75, 70, 10),
        "relaxed": _preset(80, 75, 15),
    }
)
"""dB(A) in general and in the quiet hours, and minutes. The standard is Minut's (API notes 5)."""


def common_preset(limits: Iterable[Thresholds]) -> str | None:
    """Return the preset that all Points have, else `CUSTOM`. None without any Point."""
    found = {_name(of_point) for of_point in limits}
    if not found:
        return None
    return found.pop() if len(found) == 1 else CUSTOM


def _name(limits: Thresholds) -> str:
    for name, values in PRESETS.items():
        if all(limits.value(setting) == value for setting, value in values.items()):
            return name
    return CUSTOM
