"""Logs of what was polled of Points: the API has no past of these, or not at once."""

from collections.abc import Callable
from datetime import datetime

from ..minut.models import Device
from ..minut.parsing import Json, mapping
from .climate import ClimateLog
from .limit_log import LimitLog, SoundLimits


class PointLogs:
    """The logs of an account, by Point."""

    def __init__(self) -> None:
        self.climate = ClimateLog()
        self.limits = LimitLog()

    def note(self, device: Device, before: Device | None, asked_at: datetime) -> None:
        """Log what a read of a Point at `asked_at` has shown. `before`: what was known of it."""
        self.climate.note(device, asked_at)
        if before and before.thresholds == device.thresholds:
            return
        if device.thresholds.reactions is not None:
            self.limits.note(device.id, SoundLimits.from_thresholds(device.thresholds), asked_at)

    def forget(self, is_gone: Callable[[str], bool]) -> None:
        """Drop the Points for which `is_gone` returns True."""
        self.climate.forget(is_gone)
        self.limits.forget(is_gone)

    # Storage

    def dump(self) -> dict[str, Json]:
        """Return the logs to store."""
        return {"climate": self.climate.dump(), "limits": self.limits.dump()}

    def load(self, stored: Json) -> None:
        """Load stored logs."""
        logs = mapping(stored)
        self.climate.load(logs.get("climate"))
        self.limits.load(logs.get("limits"))
