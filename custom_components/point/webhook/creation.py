"""Registration of a webhook, in the first way that Minut accepts (API notes 6.1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
import logging
import secrets
from typing import Final

from ..minut.client import ALL_EVENTS, MinutClient
from ..minut.event_types import EVENT_TYPES, HOME_EVENT_NAMES
from ..minut.exceptions import MinutError, MinutRejectedError
from ..minut.models import Hook
from .stored import CreationWay

_LOGGER = logging.getLogger(__name__)

NO_SUCH_ENDPOINT: Final = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE}
"""Answers after which no other way is tried."""

ALL_NAMES: Final = tuple(sorted(EVENT_TYPES.keys() - set(HOME_EVENT_NAMES.values())))
PROVEN_NAMES: Final = (
    "alarm_grace_period_expired",
    "alarm_heard",
    "alarm_silenced",
    "avg_sound_high",
    "battery_low",
    "device_offline",
    "device_online",
    "disturbance_ended",
    "disturbance_first_notice",
    "glassbreak",
    "humidity_dropped_normal",
    "humidity_high",
    "humidity_low",
    "humidity_risen_normal",
    "pir_motion",
    "short_button_press",
    "sound_level_dropped_normal",
    "tamper",
    "tamper_mounted",
    "tamper_removed",
    "temperature_dropped_normal",
    "temperature_high",
    "temperature_low",
    "temperature_risen_normal",
)
"""Event types that working clients use (API notes 8)."""
EVENTS: Final[Mapping[CreationWay, tuple[str, ...]]] = {
    CreationWay.ALL_WITH_TOKEN: (ALL_EVENTS,),
    CreationWay.ALL: (ALL_EVENTS,),
    CreationWay.NAMES_WITH_TOKEN: ALL_NAMES,
    CreationWay.NAMES: ALL_NAMES,
    CreationWay.PROVEN: PROVEN_NAMES,
}
"""Events to register by way, in the order in which the ways are tried."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Created:
    """A webhook that Minut has created. `hook`: None if its answer did not contain it."""

    hook: Hook | None
    way: CreationWay
    token: str | None = field(repr=False)


async def async_create(client: MinutClient, url: str, *, first: CreationWay | None) -> Created:
    """Register a webhook, beginning with the way that Minut accepted before.

    Raises the error of the first way if Minut rejects all of them.
    """
    rejection: MinutRejectedError | None = None
    for way in _ordered(first):
        token = secrets.token_urlsafe(32) if way.has_token else None
        try:
            hook = await client.create_hook(url, token=token, events=EVENTS[way])
        except MinutRejectedError as error:
            _LOGGER.debug("Minut rejected a webhook (%s): %s", way, error)
            rejection = rejection or error
            if error.status in {*NO_SUCH_ENDPOINT, HTTPStatus.CONFLICT}:
                break
        else:
            return Created(hook=hook, way=way, token=token)
    raise rejection or MinutError("no way to register a webhook")


def _ordered(first: CreationWay | None) -> Iterable[CreationWay]:
    return dict.fromkeys((*([first] if first else []), *EVENTS))
