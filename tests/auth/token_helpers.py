"""Read and change the stored tokens of an entry."""

from collections.abc import Awaitable, Callable

from custom_components.point.auth.tokens import EntryTokens, async_get_tokens

from ..helpers.house import House


def tokens_of(house: House) -> EntryTokens:
    return async_get_tokens(house.hass, house.entry)


type Ask = Callable[[], Awaitable[str]]


async def remove(house: House) -> None:
    """Unload and remove the entry, as Home Assistant does before it lets us clean up."""
    entries = house.hass.config_entries
    await entries.async_unload(house.entry.entry_id)
    del entries._entries[house.entry.entry_id]


def expire(house: House) -> None:
    change(house, expires_at=house.simulator.time().timestamp() + 5)


def change(house: House, **changes: object) -> None:
    """Change the stored token; None takes a member away."""
    token = {**house.entry.data["token"], **changes}
    data = {
        **house.entry.data,
        "token": {name: value for name, value in token.items() if value is not None},
    }
    house.hass.config_entries.async_update_entry(house.entry, data=data)
