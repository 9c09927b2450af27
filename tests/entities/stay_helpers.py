"""Link an account with stays, and read what shows of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ..helpers.house import House

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEYS = ("calendar.stays", "binary_sensor.occupied", "sensor.check_in", "sensor.check_out")


def at(hours: float = 0, *, minutes: float = 0, days: float = 0) -> datetime:
    return NOON + timedelta(hours=hours, minutes=minutes, days=days)


async def link(house: House, **options: bool) -> None:
    """Link the account with stays."""
    await house.link(options={"stays": True, **options})
    await house.advance(seconds=1)


async def restart(house: House, *, minutes: float = 0) -> None:
    """Stop and start again, so much later."""
    await house.stop()
    house.freezer.tick(timedelta(minutes=minutes))
    await house.start()
    await house.advance(seconds=1)


def shown(house: House, of: str | None = None) -> list[str]:
    return [house.state(key, of or house.home) for key in KEYS]


async def events_between(house: House, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Return what the calendar answers."""
    entity_id = house.entity_id("calendar.stays", house.home)
    answer = await house.hass.services.async_call(
        "calendar",
        "get_events",
        {
            "entity_id": entity_id,
            "start_date_time": start.isoformat(),
            "end_date_time": end.isoformat(),
        },
        blocking=True,
        return_response=True,
    )
    found: Any = answer
    return list(found[entity_id]["events"])
