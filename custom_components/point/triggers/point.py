"""Triggers by the state of a Point: what it hears, its mount and its contact."""

from typing import ClassVar

from homeassistant.helpers.typing import VolDictType

from ..minut.event_types import Momentary
from .base import BEHAVIOR, DURATION
from .state import PointCriterion, StateTrigger


class SmokeAlarmHeard(StateTrigger):
    """A Point hears a smoke or CO alarm."""

    _options_schema: ClassVar[VolDictType] = BEHAVIOR
    _criterion = PointCriterion(
        holds=lambda point, now: point.momentary.is_on(Momentary.ALARM, now)
    )
    _description = "smoke or CO alarm"


class GlassBroke(StateTrigger):
    """A Point hears glass break."""

    _options_schema: ClassVar[VolDictType] = BEHAVIOR
    _criterion = PointCriterion(
        holds=lambda point, now: point.momentary.is_on(Momentary.GLASS, now)
    )
    _description = "breaking glass"


class Removed(StateTrigger):
    """A Point was taken off its mount."""

    _options_schema: ClassVar[VolDictType] = {**BEHAVIOR, **DURATION}
    _criterion = PointCriterion(holds=lambda point, _now: point.is_removed)
    _description = "removal"


class WentOffline(StateTrigger):
    """Minut no longer hears from a Point."""

    _options_schema: ClassVar[VolDictType] = {**BEHAVIOR, **DURATION}
    _criterion = PointCriterion(holds=lambda point, _now: not point.online)
    _description = "loss of contact"


class CameOnline(StateTrigger):
    """Minut hears from a Point again."""

    _options_schema: ClassVar[VolDictType] = {**BEHAVIOR, **DURATION}
    _criterion = PointCriterion(holds=lambda point, _now: point.online)
    _description = "return of contact"
