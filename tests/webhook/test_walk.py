"""The rooms that a delivery passes, from the webhook to the entities."""

from pathlib import Path
import sys
from types import FrameType
from typing import Any

from homeassistant.const import Platform
import pytest

import custom_components.point
from custom_components.point.webhook.handler import WebhookHandler

from ..helpers.house import House

PACKAGE = Path(custom_components.point.__file__).parent
ENTITIES = {"entity", *Platform}
MAX_ROOMS = 4


def room_of(frame: FrameType) -> str | None:
    """Return the room of a call, None outside the integration."""
    path = Path(frame.f_code.co_filename)
    if not path.is_relative_to(PACKAGE):
        return None
    room = path.relative_to(PACKAGE).with_suffix("").parts[0]
    return "entities" if room in ENTITIES else room


def walk_to(frame: FrameType | None) -> tuple[str, ...]:
    """Return the rooms that lead from the handler to a call. What entities read is not followed."""
    rooms: list[str] = []
    while frame is not None:
        room = room_of(frame)
        if room == "entities":
            rooms.clear()
        if room and rooms[-1:] != [room]:
            rooms.append(room)
        if frame.f_code.co_qualname == "WebhookHandler.handle":
            break
        frame = frame.f_back
    return tuple(reversed(rooms))


@pytest.mark.parametrize("kind", ["press_button", "motion"])
async def test_a_delivery_passes_few_rooms_and_never_returns(
    linked: House, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    walks: set[tuple[str, ...]] = set()
    handle = WebhookHandler.handle

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and room_of(frame):
            walks.add(walk_to(frame))

    def traced(*args: Any) -> Any:
        before = sys.getprofile()
        sys.setprofile(note)
        try:
            return handle(*args)
        finally:
            sys.setprofile(before)

    await getattr(linked.simulator, kind)(linked.point)  # the first event adds entities
    await linked.advance(minutes=2)
    monkeypatch.setattr(WebhookHandler, "handle", traced)
    await getattr(linked.simulator, kind)(linked.point)
    await linked.settle()

    assert ("webhook", "coordinator", "state", "minut") in walks
    assert ("webhook", "coordinator", "listeners", "entities") in walks
    assert not [walk for walk in walks if len(walk) > MAX_ROOMS or len({*walk}) < len(walk)]
