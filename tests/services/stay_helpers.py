"""Link an account with stays, and call the actions of stays."""

from datetime import UTC, datetime
from typing import Any

from custom_components.point.const import DOMAIN
from simulator.world.world import Guest

from ..helpers.house import House

IN, OUT = datetime(2026, 12, 24, 14, tzinfo=UTC), datetime(2026, 12, 27, 10, tzinfo=UTC)
KIM: dict[str, Any] = {
    "name": "Kim Guest",
    "check_in": "2026-12-24 15:00:00",
    "check_out": "2026-12-27 11:00:00",
    "email": "kim@example.org",
    "phone": "+46700000000",
}


async def link(house: House, **options: bool) -> None:
    await house.link(options={"stays": True, **options})
    await house.advance(seconds=1)


async def call(house: House, action: str, of: str | None = None, **data: object) -> Any:
    """Call an action of the first home; return its answer, where it gives one."""
    answers = action in {"create_stay", "get_stays"}
    answer = await house.hass.services.async_call(
        DOMAIN,
        action,
        {"device_id": home_device(house, of), **data},
        blocking=True,
        return_response=answers,
    )
    await house.settle()
    return answer


def home_device(house: House, of: str | None = None) -> str:
    device = house.ha_device(of or house.home)
    assert device
    return device.id


def guests(house: House) -> list[Guest]:
    return list(house.homes[0].guests.values())


async def book(house: House) -> str:
    """Book a stay in the app."""
    return (await house.simulator.add_guest(house.home, IN, OUT)).guest_id


def sent(house: House) -> int:
    """Count what was written."""
    return sum(
        request.method in {"POST", "PATCH", "PUT", "DELETE"} and "/guests" in request.path
        for request in house.simulator.requests
    )
