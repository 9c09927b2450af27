"""Shared by all endpoints: the request as a handler sees it, its answer, routes and paging."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from simulator.behaviour.actions import InteractiveCloud
from simulator.formats import ApiError, Json, JsonObject, bad_request, not_found
from simulator.world.device import Device
from simulator.world.world import Account, Home

ORGANIZATION_ID = "5f0e1d2c3b4a59687786a5b4"


@dataclass(frozen=True, slots=True)
class Call:
    """A request of an account."""

    cloud: InteractiveCloud
    account: Account
    path: dict[str, str]
    """The variable parts of the path."""
    query: dict[str, str]
    body: JsonObject

    def device(self) -> Device:
        """Return the Point named in the path. Raise 404 if this account may not see it."""
        device = self.cloud.devices.get(self.path["device_id"])
        if device is None or self.account.user_id not in self.home_of(device).members:
            raise not_found("device")
        self.check_allowed(device.home_id)
        return device

    def home(self) -> Home:
        """Return the home named in the path. Raise 404 if this account may not see it."""
        home = self.cloud.homes.get(self.path["home_id"])
        if home is None or self.account.user_id not in home.members:
            raise not_found("home")
        self.check_allowed(home.home_id)
        return home

    def home_of(self, device: Device) -> Home:
        """Return a Point's home."""
        return self.cloud.homes[device.home_id]

    def check_allowed(self, home_id: str) -> None:
        """Raise 403 for a home that the switches forbid."""
        if home_id in self.cloud.switches.forbidden_homes:
            raise ApiError(403, "forbidden", "no permission for this home")

    def number(self, name: str) -> int | None:
        """Return a non-negative integer of the query; None if absent."""
        text = self.query.get(name)
        if text is None:
            return None
        if not text.isdecimal():
            raise bad_request(f"{name} must be a whole number")
        return int(text)

    def flag(self, name: str) -> bool:
        """Return a boolean of the query; False if absent."""
        return self.query.get(name, "").lower() in {"true", "1"}

    def text(self, name: str) -> str | None:
        """Return a string of the body; None if absent or null."""
        value = self.body.get(name)
        if value is not None and not isinstance(value, str):
            raise bad_request(f"{name} must be a string")
        return value


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: JSON, an HTML page, or no content if both are None."""

    body: Json = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    html: str | None = None


type Handler = Callable[[Call], Reply | Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint."""

    method: str
    path: str
    handler: Handler
    permission: str | None = None
    """What the user must have granted."""
    kind: str | None = None
    """What the answer contains, such as "device" or "devices", for alternatives of its JSON."""


def in_organization(handler: Callable[[Call], Reply], call: Call) -> Reply:
    """Answer a request to the organization. Raise 404 if the account does not belong to it."""
    is_known = call.path["organization_id"] == ORGANIZATION_ID
    if not (is_known and call.cloud.switches.account_in_organization):
        raise not_found("organization")
    return handler(call)


def page[Item](
    call: Call, items: Sequence[Item], default: int | None, maximum: int | None
) -> tuple[Sequence[Item], JsonObject]:
    """Return the page that the query requests, with its `paging` (API notes 1)."""
    limit = call.number("limit")
    offset = call.number("offset") or 0
    size = default if limit is None else limit
    if maximum is not None:
        size = min(maximum, len(items) if size is None else size)
    chosen = items[offset:] if size is None else items[offset : offset + size]
    paging: JsonObject = {
        "total_count": len(items),
        "limit": len(items) if size is None else size,
        "offset": offset,
    }
    return chosen, paging
