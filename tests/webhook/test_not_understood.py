"""Deliveries of which nothing is understood prove nothing, and are counted and reported."""

from typing import Any

from homeassistant.core import Event
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.point.diagnostics import async_get_config_entry_diagnostics
from custom_components.point.state.push import MAX_UNKNOWN_TYPES, MAX_UNREADABLE
from custom_components.point.webhook.handler import MAX_KINDS
from simulator.backend.alternatives import Alternatives

from ..helpers.deliveries import WEBHOOK_ID, delivery, post
from ..helpers.house import House

ODD: dict[str, object] = {"activity": {"kind": "motion", "place": "Hallway"}}
"""What the event of a delivery might be called, of which nothing is understood."""


def is_reported(house: House) -> bool:
    issue_id = f"push_unreadable_{house.entry.entry_id}"
    return ir.async_get(house.hass).async_get_issue("point", issue_id) is not None


def push(house: House) -> str:
    return house.state("binary_sensor.push", house.simulator.account.user_id)


async def diagnosed(house: House) -> dict[str, Any]:
    found = await async_get_config_entry_diagnostics(house.hass, house.entry)
    pushed: dict[str, Any] = found["push"]
    return pushed


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    messages = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    return [message for message in messages if "not understood" in message]


@pytest.fixture
def odd_cloud(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Return a Home Assistant whose cloud delivers what nobody expects."""

    def odd(_alternatives: Alternatives, payload: Any) -> Any:
        return {"hook_id": payload["hook_id"], **ODD}

    monkeypatch.setattr(Alternatives, "delivery", odd)
    return house


async def test_what_is_all_that_comes_is_reported(
    odd_cloud: House, received: list[Event], caplog: pytest.LogCaptureFixture
) -> None:
    """It was answered 200 and dropped, and proved that push works."""
    await odd_cloud.link()
    assert push(odd_cloud) == "on"  # the sample alone may be odd
    assert not is_reported(odd_cloud)
    await odd_cloud.simulator.press_button(odd_cloud.point)
    await odd_cloud.settle()
    assert not received
    assert push(odd_cloud) == "off"
    assert is_reported(odd_cloud)
    [message] = logged(caplog)
    assert "200: hook_id, activity.kind, activity.place" in message
    ours = [each for each in caplog.records if each.name.startswith("custom_components")]
    assert not [each for each in ours if "Hallway" in each.getMessage()]
    found = await diagnosed(odd_cloud)
    assert found["state"] == "unreadable"
    assert found["answers"] == {"200": 2}
    assert found["not_understood"] == {"200: hook_id, activity.kind, activity.place": 2}
    assert found["last_delivery_seconds_ago"] is None
    assert odd_cloud.state("binary_sensor.motion") == "unavailable"


async def test_the_report_survives_a_restart_and_ends_with_an_event(
    odd_cloud: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await odd_cloud.link()
    await odd_cloud.simulator.press_button(odd_cloud.point)
    await odd_cloud.settle()
    [hook_id] = odd_cloud.simulator.hooks
    await odd_cloud.hass.config_entries.async_reload(odd_cloud.entry.entry_id)
    await odd_cloud.advance(hours=25)
    assert is_reported(odd_cloud)
    assert list(odd_cloud.simulator.hooks) == [hook_id]  # another would not help
    monkeypatch.undo()
    await odd_cloud.simulator.press_button(odd_cloud.point)
    await odd_cloud.settle()
    assert push(odd_cloud) == "on"
    assert not is_reported(odd_cloud)


async def test_an_odd_sample_is_no_fault_where_events_are_understood(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(
            Alternatives,
            "delivery",
            lambda _alternatives, payload: {"hook_id": payload["hook_id"], "sample": True},
        )
        await house.link()
    await house.advance(seconds=31)
    assert push(house) == "on"
    await house.simulator.press_button(house.point)
    await house.settle()
    assert house.state("binary_sensor.button_press") == "on"
    assert push(house) == "on"
    assert not is_reported(house)


async def test_single_odd_deliveries_among_others_are_no_fault(linked: House) -> None:
    for number in range(MAX_UNREADABLE + 5):
        assert (await post(linked, delivery(linked, event=None))).status == 200
        if number % 10 == 9:
            await linked.simulator.press_button(linked.point)
            await linked.settle()
    assert not is_reported(linked)


async def test_many_odd_deliveries_in_a_row_are_reported(linked: House) -> None:
    """Minut may change what it delivers."""
    before = linked.entry.runtime_data.coordinator.push.last_delivery_at
    linked.freezer.tick(60)
    for _ in range(MAX_UNREADABLE):
        assert not is_reported(linked)
        assert (await post(linked, delivery(linked, event=None))).status == 200
    assert is_reported(linked)
    assert linked.entry.runtime_data.coordinator.push.last_delivery_at == before


def of_unknown_type(house: House, number: int) -> dict[str, object]:
    event = {"id": f"66bb{number:020}", "type": "levitation_detected", "device_id": house.point}
    return delivery(house, event=event)


async def test_if_no_type_is_ever_known_it_is_reported(house: House, received: list[Event]) -> None:
    """The address is reached, but no state can follow what arrives."""
    await house.link()
    for number in range(MAX_UNKNOWN_TYPES):
        assert push(house) == "on"
        assert not is_reported(house)
        assert (await post(house, of_unknown_type(house, number))).status == 200
    assert len(received) == 1 + MAX_UNKNOWN_TYPES  # the first is the sample
    assert push(house) == "off"
    assert house.state("binary_sensor.motion") == "unavailable"
    await house.entry.runtime_data.webhook.async_ping()
    await house.settle()
    assert is_reported(house)
    found = await diagnosed(house)
    assert found["unknown_types"] == MAX_UNKNOWN_TYPES
    assert not found["known_type_has_arrived"]
    await house.simulator.press_button(house.point)
    await house.settle()
    assert push(house) == "on"
    assert not is_reported(house)


async def test_unknown_types_beside_known_ones_are_news_of_minut(linked: House) -> None:
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    for number in range(2 * MAX_UNREADABLE):
        await post(linked, of_unknown_type(linked, number))
    assert push(linked) == "on"
    assert not is_reported(linked)
    assert (await diagnosed(linked))["known_type_has_arrived"]


REFUSED: dict[str, tuple[Any, int, str]] = {
    "no JSON": (b"hook_id=k&event=pir_motion", 400, "400: no members"),
    "a list of texts": (["pir_motion"], 400, "400: no members"),
    "other members": ({"message": {"text": "Motion"}}, 400, "400: message.text"),
    "too much": (b"x" * 70_000, 413, "413: no members"),
    "another webhook": ({"hook_id": "f" * 24, "activity": 1}, 401, "401: hook_id, activity"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_refused_is_counted_with_its_status(
    linked: House, received: list[Event], name: str
) -> None:
    payload, status, kind = REFUSED[name]
    for _ in range(MAX_UNREADABLE):
        assert (await post(linked, payload)).status == status
    assert not received
    found = await diagnosed(linked)
    assert found["answers"] == {"200": 1, str(status): MAX_UNREADABLE}
    assert found["not_understood"] == {kind: MAX_UNREADABLE}
    assert is_reported(linked)


async def test_every_answer_is_counted(linked: House) -> None:
    for method in ("GET", "HEAD"):
        await linked.browser.request(method, f"/api/webhook/{WEBHOOK_ID}")
    await post(linked, delivery(linked), headers={})
    assert (await diagnosed(linked))["answers"] == {"200": 2, "405": 1, "401": 1}
    assert not is_reported(linked)


async def test_only_so_many_kinds_are_logged_and_kept(
    linked: House, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3 * MAX_KINDS):
        await post(linked, {f"name_{'_' * number}": "value", WEBHOOK_ID: "value"})
    assert len(logged(caplog)) == MAX_KINDS
    assert len((await diagnosed(linked))["not_understood"]) == MAX_KINDS
    assert WEBHOOK_ID not in " ".join(logged(caplog))


async def test_an_odd_delivery_does_not_answer_a_ping(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked.simulator.switches.lose_deliveries = True
    answer = await linked.entry.runtime_data.webhook.async_ping()
    await post(linked, delivery(linked, event=None))
    assert not answer.done()
    await post(linked, delivery(linked))
    assert await answer
