"""The listeners of an account: the entities of a home, a Point or a count."""

from collections.abc import Iterable
import logging
from typing import NamedTuple, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .state.account import AccountState

_LOGGER = logging.getLogger(__name__)

type Aspects = frozenset[str] | None
"""What of a Point changed or is shown, as `DeviceState.apply` names it; None: anything."""

ANYTHING: Aspects = None
ONLY_POLLED: Aspects = frozenset()
"""For what no event changes."""
DELIVERIES = "deliveries"
"""Key of what changes with each delivery."""
ONSETS = "onsets"
"""Key of what reads show first although an event should have announced it."""


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

    @property
    def account_id(self) -> str:
        """Return the key of the account itself: its id at Minut."""
        return self.config_entry.unique_id or self.config_entry.entry_id

    @callback
    def async_on_push_change(self, listener: CALLBACK_TYPE) -> None:
        """Call `listener` whenever the status of push may have changed."""
        remove = self.async_add_listener(listener, Context(self.account_id))
        self.config_entry.async_on_unload(remove)

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
