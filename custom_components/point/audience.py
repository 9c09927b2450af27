"""Who wants to hear of what: listeners by the id of a home, a Point or the account."""

from collections.abc import Callable, Iterable
import logging

from homeassistant.core import CALLBACK_TYPE, callback

_LOGGER = logging.getLogger(__name__)


class Audience[*Args]:
    """Listeners by key. To tell one key costs the same in an account of any size."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Callable[[*Args], None]]] = {}

    @callback
    def add(self, key: str, listener: Callable[[*Args], None]) -> CALLBACK_TYPE:
        """Call `listener` with what is told of that key; return how to end that."""
        listeners = self._listeners.setdefault(key, [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    @callback
    def tell(self, keys: Iterable[str], *args: *Args) -> None:
        """Call the listeners of these keys."""
        for key in keys:
            for listener in tuple(self._listeners.get(key, ())):
                try:
                    listener(*args)
                except Exception:  # one entity's trouble never harms another
                    _LOGGER.exception("An entity could not be updated")
