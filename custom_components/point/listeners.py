"""Who is notified of a change: the entities of a home or Point, and triggers."""

from collections.abc import Iterable
import logging
from typing import NamedTuple

from homeassistant.core import CALLBACK_TYPE, callback

_LOGGER = logging.getLogger(__name__)

type Aspects = frozenset[str] | None
"""What of a Point changed or is shown, as `DeviceState.apply` names it; None: anything."""

ANYTHING: Aspects = None
ONLY_POLLED: Aspects = frozenset()
"""For what no event changes."""
DELIVERIES = "deliveries"
"""Key of what changes with each delivery."""


class Context(NamedTuple):
    """What a listener of the coordinator is interested in.

    `key`: the id of a home, a Point or the account, or the name of a count.
    """

    key: str
    aspects: Aspects = ANYTHING


class Listeners:
    """Listeners by the key of their context."""

    def __init__(self) -> None:
        self._by_key: dict[str, list[tuple[CALLBACK_TYPE, Aspects]]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._by_key.values()))

    @callback
    def add(self, listener: CALLBACK_TYPE, context: Context) -> CALLBACK_TYPE:
        """Add a listener. Return a function that removes it."""
        added = listener, context.aspects
        listeners = self._by_key.setdefault(context.key, [])
        listeners.append(added)
        return lambda: listeners.remove(added)

    @callback
    def call(self, keys: Iterable[str], aspects: Aspects = ANYTHING) -> None:
        """Call the listeners of these keys that show one of these aspects."""
        for key in keys:
            for listener, shown in tuple(self._by_key.get(key, ())):
                if shown is not None and aspects is not None and shown.isdisjoint(aspects):
                    continue
                try:
                    listener()
                except Exception:  # an error in one entity does not affect the others
                    _LOGGER.exception("Error updating an entity")
