"""Imports of history that are running: their progress, shown as a notification, and their end."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..errors import invalid
from ..state.span import Span
from ..texts import texts
from .targets import Target, async_check_permission, async_points

MIN_REQUESTS = 30
"""Minimum number of requests of an import that shows its progress: it takes half a minute."""
SHOW_EVERY = timedelta(seconds=5)
"""Minimum time between two updates of the notification."""


class RunningImport:
    """An import that the user has started. `total`: number of its requests."""

    def __init__(
        self, hass: HomeAssistant, points: Iterable[Target], span: Span, *, total: int
    ) -> None:
        self.devices = frozenset(point.device_id for point in points)
        self._is_cancelled = False
        self._hass = hass
        self._span = span
        self._total = total
        self._done = 0
        self._notification_id = f"{DOMAIN}_import_{uuid4().hex}"
        self._shown_at = dt_util.utcnow()

    @property
    def is_cancelled(self) -> bool:
        """Return whether to stop. Home Assistant waits for actions when it stops."""
        return self._is_cancelled or self._hass.is_stopping

    @callback
    def async_cancel(self) -> None:
        """Stop the import after its present request."""
        self._is_cancelled = True

    @callback
    def async_advance(self) -> None:
        """Count a finished request and show the progress now and then."""
        self._done += 1
        now = dt_util.utcnow()
        if now - self._shown_at >= SHOW_EVERY:
            self._shown_at = now
            self.async_show("running")

    @callback
    def async_show(self, key: str, *, hours: int = 0) -> None:
        """Show a text about this import, if it is a long one."""
        if self._total < MIN_REQUESTS:
            return
        words = texts(self._hass, "import")
        start, end = (
            dt_util.as_local(time).date().isoformat() for time in (self._span.start, self._span.end)
        )
        persistent_notification.async_create(
            self._hass,
            words[key].format(
                percent=100 * self._done // self._total, start=start, end=end, hours=hours
            ),
            title=words["title"],
            notification_id=self._notification_id,
        )


_RUNNING: HassKey[list[RunningImport]] = HassKey(f"{DOMAIN}_imports")


@contextmanager
def running_import(
    hass: HomeAssistant, points: Iterable[Target], span: Span, *, total: int
) -> Iterator[RunningImport]:
    """Make an import cancellable while it runs. Show that it stopped, if it raises anything."""
    running = RunningImport(hass, points, span, total=total)
    imports = hass.data.setdefault(_RUNNING, [])
    imports.append(running)
    running.async_show("running")
    try:
        yield running
    except BaseException:
        running.async_show("stopped")
        raise
    finally:
        imports.remove(running)


async def async_cancel_import(call: ServiceCall) -> None:
    """Stop the imports of these Points after their present request."""
    points = async_points(call.hass, dict(call.data))
    await async_check_permission(call, points)
    devices = {point.device_id for point in points}
    running = [
        each for each in call.hass.data.get(_RUNNING, []) if not each.devices.isdisjoint(devices)
    ]
    if not running:
        raise invalid("no_import_running")
    for each in running:
        each.async_cancel()
