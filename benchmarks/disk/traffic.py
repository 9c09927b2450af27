"""What happens in the homes on an ordinary day, besides the hourly reports of all Points."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from simulator import Simulator
from simulator.page.actions import ACTIONS

DAY = timedelta(days=1)
POINT_EVENTS = {"motion": 24, "loud_sound": 2, "press_button": 1}
HOME_EVENTS = {"arm": 1, "disarm": 1}
"""Events per day of each Point and of each home (see simulator.page.actions). How many real Points
send is not public; the numbers are assumptions. Motion in an armed home triggers its alarm."""


class Traffic:
    """Events at regular intervals, with a random offset for each Point and home."""

    def __init__(self, cloud: Simulator, start: datetime, *, seed: int = 1) -> None:
        self._cloud = cloud
        random = Random(seed)
        self._due = [
            (start + interval * random.random(), interval, name, target)
            for events, targets in ((POINT_EVENTS, cloud.devices), (HOME_EVENTS, cloud.homes))
            for name, interval, target in _each(events, targets)
        ]

    async def run_due(self) -> None:
        """Run all reports and events that are due by now."""
        now = self._cloud.time()
        await self._cloud.run_due()
        for number, (due, interval, name, target) in enumerate(self._due):
            if due <= now:
                await ACTIONS[name](self._cloud, target, None)
                self._due[number] = (due + interval, interval, name, target)


def _each(events: dict[str, int], targets: Iterable[str]) -> Iterable[tuple[str, timedelta, str]]:
    return [(name, DAY / count, target) for target in targets for name, count in events.items()]
