"""A second account, linked to the same Home Assistant."""

from dataclasses import dataclass

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.point.const import DOMAIN

from .house import House


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """The entry, home and Point of another account."""

    entry: MockConfigEntry
    home: str
    point: str


async def link_neighbour(house: House) -> Neighbour:
    """Add an account with one home and one Point, and link it."""
    simulator = house.simulator
    account = await simulator.add_account()
    home = await simulator.add_home("Next door", account=account)
    device = await simulator.add_device(home.home_id)
    token = dict(simulator.issue_token(account))
    token["expires_at"] = simulator.time().timestamp() + 3600
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=account.fullname,
        unique_id=account.user_id,
        data={
            "auth_implementation": DOMAIN,
            "token": token,
            "webhook_id": "fedcba9876543210" * 4,
        },
    )
    entry.add_to_hass(house.hass)
    await house.hass.config_entries.async_setup(entry.entry_id)
    await house.settle()
    return Neighbour(entry=entry, home=home.home_id, point=device.device_id)
