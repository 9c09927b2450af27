"""Access to the simulated account that is measured."""

from dataclasses import dataclass

from simulator import Simulator
from simulator.formats import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How to reach the account, and its Points."""

    root: str
    client_id: str
    client_secret: str
    user_id: str
    token: JsonObject
    points: tuple[str, ...]


def access_of(simulator: Simulator) -> Access:
    """Return how to reach the default account of a simulator."""
    return Access(
        root=simulator.root,
        client_id=simulator.client_id,
        client_secret=simulator.client_secret,
        user_id=simulator.account.user_id,
        token=simulator.issue_token(),
        points=tuple(simulator.devices),
    )
