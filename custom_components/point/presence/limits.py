"""Sets the noise limits of a home at the beginning of each stay."""

from collections.abc import Mapping
from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..commands.thresholds import Outcome, ThresholdCommands
from ..coordinator import PointCoordinator
from ..minut.exceptions import MinutError
from ..minut.parsing import Json, mapping, text
from ..minut.thresholds import InvalidThresholdsError
from ..polling.stays import StayPoller
from ..state.noise_presets import PRESETS
from .settings import HomeSettings

_LOGGER = logging.getLogger(__name__)

RETRY: Final = timedelta(minutes=15)
"""Delay after limits could not be set."""


class StayLimits:
    """Sets the noise limits that the settings of a home name, for each of its stays.

    They are set once for each stay, so that changes during the stay are kept. This is stored, so
    that a restart during a stay sets nothing.
    """

    def __init__(
        self,
        coordinator: PointCoordinator,
        stays: StayPoller,
        settings: Mapping[str, HomeSettings],
        commands: ThresholdCommands,
    ) -> None:
        self._coordinator = coordinator
        self._stays = stays
        self._commands = commands
        self._presets = {key: home.noise_preset for key, home in settings.items()}
        self._done: dict[str, str] = {}
        """The preset and the start of the stay for which it was set last, by home."""
        self._next_try: dict[str, datetime] = {}
        self._logged: set[str] = set()
        coordinator.store.async_add(self, "stay_limits")

    @callback
    def async_update(self, home_id: str) -> None:
        """Set the limits of a home if a stay is in progress for which they have not been set."""
        now = dt_util.utcnow()
        preset, visit = self._presets.get(home_id), self._stays.of(home_id).current(now)
        if preset is None or visit is None or now < self._next_try.get(home_id, now):
            return
        stay = f"{preset} {visit.start.isoformat()}"
        if self._done.get(home_id) == stay:
            return
        self._next_try[home_id] = now + RETRY
        self._coordinator.config_entry.async_create_background_task(
            self._coordinator.hass,
            self._async_set(home_id, preset, stay),
            "Minut noise limits",
        )

    async def _async_set(self, home_id: str, preset: str, stay: str) -> None:
        """Set the limits of all Points. If one fails, all are tried again later."""
        failure: Exception | None = None
        for device in tuple(self._coordinator.data.devices_in(home_id)):
            try:
                outcomes = await self._commands.async_write(device.polled.id, PRESETS[preset])
                if Outcome.KEPT in outcomes.values():
                    _LOGGER.warning("Minut kept other noise limits than those of the stay")
            except (MinutError, InvalidThresholdsError) as error:
                failure = error
        if failure is None:
            self._done[home_id] = stay
            self._next_try.pop(home_id, None)
            self._logged.discard(home_id)
            self._coordinator.store.save_soon()
            return
        _LOGGER.log(
            logging.DEBUG if home_id in self._logged else logging.WARNING,
            "The noise limits of a home could not be set for its stay. Retrying in %d minutes: %s",
            RETRY // timedelta(minutes=1),
            failure,
        )
        self._logged.add(home_id)

    # Storage

    def dump(self) -> dict[str, Json]:
        """Return for which stays limits have been set, as JSON. None of it is personal data."""
        return dict(self._done)

    def load(self, stored: Json) -> None:
        """Restore what an earlier run stored."""
        found = {home_id: text(stay) for home_id, stay in mapping(stored).items()}
        self._done = {home_id: stay for home_id, stay in found.items() if stay}
