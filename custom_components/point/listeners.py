"""Who is notified of a change: the entities of a home or Point, and those of a count."""

from collections.abc import Iterable, Mapping
import logging
from typing import NamedTuple, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .state.account import AccountState
from .state.counts import COUNTED, Count, count_all

_LOGGER = logging.getLogger(__name__)

RECOUNT_COOLDOWN = 1
"""Minimum seconds between two counts of an account that changes."""

type Aspects = frozenset[str] | None
"""What of a Point changed or is shown, as `DeviceState.apply` names it; None: anything."""

ANYTHING: Aspects = None
ONLY_POLLED: Aspects = frozenset()
"""For what no event changes."""
DELIVERIES = "deliveries"
"""Key of what changes with each delivery."""
ONSETS = "onsets"
"""Key of what polls show first although an event should have announced it."""


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


class KeyedCoordinator(DataUpdateCoordinator[AccountState]):
    """A coordinator whose listeners are called when what their `Context` names changes."""

    config_entry: ConfigEntry

    def __init__[T](
        self, hass: HomeAssistant, logger: logging.Logger, *, entry: ConfigEntry[T], name: str
    ) -> None:
        super().__init__(hass, logger, config_entry=entry, name=name)
        self.is_closing = False
        """Whether the entry is being unloaded or is unloaded: nothing is scheduled or added."""
        self.keyed_listeners = Listeners()
        self._new_listeners: list[CALLBACK_TYPE] = []
        self.counts: Mapping[Count, int] = {}
        self._recount = Debouncer(
            hass, logger, cooldown=RECOUNT_COOLDOWN, immediate=True, function=self._count
        )
        entry.async_on_unload(self._recount.async_shutdown)

    @override
    @callback
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: object = None
    ) -> CALLBACK_TYPE:
        remove = super().async_add_listener(update_callback, context)
        if not isinstance(context, Context):
            return remove
        remove_from_key = self.keyed_listeners.add(update_callback, context)

        @callback
        def remove_listener() -> None:
            remove_from_key()
            remove()

        return remove_listener

    @callback
    def async_on_new(self, listener: CALLBACK_TYPE) -> None:
        """Call `listener` now and after each poll, which may bring new homes and Points."""
        self._new_listeners.append(listener)
        self.config_entry.async_on_unload(lambda: self._new_listeners.remove(listener))
        listener()

    @callback
    def _notify_new(self) -> None:
        for listener in () if self.is_closing else self._new_listeners:
            listener()

    @callback
    def _recount_soon(self, keys: frozenset[str], aspects: Aspects) -> None:
        """Count again within a second, if what changed is counted."""
        if aspects is None or not aspects.isdisjoint(COUNTED) or keys & self.data.homes.keys():
            self._recount.async_schedule_call()

    @callback
    def _count(self) -> None:
        """Count the account and notify the sensors of the counts that changed."""
        before, self.counts = self.counts, count_all(self.data)
        self.keyed_listeners.call(
            count for count in Count if self.counts.get(count) != before.get(count)
        )

    @callback
    def async_check_onsets(self) -> None:
        """Notify the listeners if a read has shown what an event should have announced."""
        if self.data.onsets:
            self.keyed_listeners.call([ONSETS])
