"""The two automations that the documentation has always shown."""

from pathlib import Path
import re
from typing import Any

from homeassistant.components import persistent_notification
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest

from ..helpers.house import House

BUTTON_PRESS = """
alias: Point button press
trigger:
  - platform: state
    entity_id: {button}
    to: "on"
action:
  - service: persistent_notification.create
    data:
      title: Point button press
      message: Point button was pressed.
"""

WEBHOOK = """
alias: Point button press (webhook)
trigger:
  - platform: event
    event_type: point_webhook_received
    event_data: {}
condition:
  condition: template
  value_template: "{{ trigger.event.data.event.type == 'short_button_press' }}"
action:
  - service: persistent_notification.create
    data:
      title: Point button press (webhook)
      message: "Button press on Point {{ trigger.event.data.event.device_id }}"
"""


PAGE = Path(__file__).parents[2] / "docs" / "automations.md"
EXAMPLE = re.compile(r"```yaml\n(automation:\n  - alias: Point button press.*?)```", re.DOTALL)


def documented_before(button: str) -> list[Any]:
    """Return both automations as the documentation of core's integration shows them."""
    return [parse_yaml(text) for text in (BUTTON_PRESS.replace("{button}", button), WEBHOOK)]


def documented_here(button: str) -> list[Any]:
    """Return both automations as they are shown today."""
    texts = EXAMPLE.findall(PAGE.read_text("utf-8"))
    assert len(texts) == 2
    automations: list[Any] = []
    for text in texts:
        example: Any = parse_yaml(text.replace("binary_sensor.hallway_button_press", button))
        automations += example["automation"]
    return automations


@pytest.fixture(params=[documented_before, documented_here])
async def notes(linked: House, request: pytest.FixtureRequest) -> list[str]:
    """Set both automations up; return a list that collects what they notify."""
    assert await async_setup_component(linked.hass, "persistent_notification", {})
    button = linked.entity_id("binary_sensor.button_press")
    automations = await linked.hass.async_add_executor_job(request.param, button)
    assert await async_setup_component(linked.hass, "automation", {"automation": automations})
    await linked.settle()
    messages: list[str] = []

    def note(
        _kind: persistent_notification.UpdateType,
        changed: dict[str, persistent_notification.Notification],
    ) -> None:
        messages.extend(each["message"] for each in changed.values())

    persistent_notification.async_register_callback(linked.hass, note)
    return messages


async def test_a_button_press_fires_both(linked: House, notes: list[str]) -> None:
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    assert sorted(notes) == [
        f"Button press on Point {linked.point}",
        "Point button was pressed.",
    ]


async def test_each_press_fires_them_again(linked: House, notes: list[str]) -> None:
    for _ in range(3):
        await linked.simulator.press_button(linked.point)
        await linked.advance(seconds=1)
    assert len(notes) == 6


async def test_another_event_fires_neither(linked: House, notes: list[str]) -> None:
    await linked.simulator.motion(linked.point)
    await linked.settle()
    assert not notes
