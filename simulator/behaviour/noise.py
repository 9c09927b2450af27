"""Noise in a home, and the notices of noise monitoring (API notes 6.3)."""

from simulator.behaviour.points import Points
from simulator.cloud import Cloud
from simulator.world.events import Event
from simulator.world.weather import Quantity
from simulator.world.world import Home

NOTICES = {
    1: "disturbance_first_notice",
    2: "disturbance_second_notice",
    3: "disturbance_third_notice",
}
NOISY_ROOM = 82.0
"""Sound level of a noisy home, in dB(A)."""


class Noise:
    """Makes homes loud and quiet. The events belong to the home, not to a Point."""

    def __init__(self, cloud: Cloud, points: Points) -> None:
        self._cloud = cloud
        self._points = points

    def begin(self, home: Home, notice: int) -> Event | None:
        """Make noise up to this notice; without noise monitoring no event follows."""
        if home.disturbance_monitoring:
            home.disturbance = NOTICES[notice]
        self._fill_with_sound(home, NOISY_ROOM)
        return self._emit(home, NOTICES[notice])

    def end(self, home: Home) -> Event | None:
        """End the noise."""
        was_noisy, home.disturbance = home.disturbance is not None, None
        self._fill_with_sound(home, None)
        return self._emit(home, "disturbance_ended") if was_noisy else None

    def answer(self, home: Home, event_type: str) -> Event | None:
        """Snooze or dismiss the notices, if there are any."""
        if home.disturbance is None:
            return None
        home.disturbance = event_type
        return self._cloud.create_event(event_type, home=home)

    def _emit(self, home: Home, event_type: str) -> Event | None:
        return (
            self._cloud.create_event(event_type, home=home) if home.disturbance_monitoring else None
        )

    def _fill_with_sound(self, home: Home, decibel: float | None) -> None:
        for device in self._cloud.world.devices_of(home.home_id):
            device.set_value(Quantity.SOUND, self._cloud.time().timestamp(), decibel)
            self._points.report(device)
