"""What the hook delivers, over real sockets."""

import asyncio
import json
from logging import WARNING

from homeassistant.core import Event
import pytest

from custom_components.point.coordinator import PointCoordinator

from ..helpers.deliveries import WEBHOOK_ID, answer_registrations_late, delivery, post
from ..helpers.house import House


async def test_an_event_shows_at_once(linked: House, received: list[Event]) -> None:
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    assert linked.state("binary_sensor.button_press") == "on"
    (event,) = received
    point, home = linked.ha_device(linked.point), linked.ha_device(linked.home)
    assert point
    assert home
    assert event.data["hook_id"] == linked.entry.data["hook_id"]
    assert event.data["event"]["type"] == "short_button_press"
    assert event.data["event"]["device_id"] == linked.point
    assert event.data["config_entry_id"] == linked.entry.entry_id
    assert event.data["device"] == event.data["device_id"] == point.id
    assert event.data["home"] == home.id
    assert event.data["age"] == 0


async def test_the_bus_never_learns_the_secret_of_the_address(
    linked: House, received: list[Event], caplog: pytest.LogCaptureFixture
) -> None:
    """Predecessor's defects 54, 69 and 72."""
    caplog.set_level("DEBUG", logger="custom_components.point")
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    data = linked.entry.data
    secrets = [
        WEBHOOK_ID,
        data["hook_secret"],
        data["hook_token"],
        data["token"]["access_token"],
        data["token"]["refresh_token"],
    ]
    told = str(received[0].data) + "".join(
        record.getMessage() for record in caplog.records if "custom_components" in record.name
    )
    assert not [secret for secret in secrets if secret in told]


@pytest.mark.parametrize("name", ["hook_url", "hook_secret", "hook_token", "webhook_id"])
async def test_the_bus_learns_no_secret_that_a_delivery_contains(
    linked: House, received: list[Event], name: str
) -> None:
    """Minut might send what it has stored of the webhook with each delivery."""
    secret = linked.entry.data[name]
    sent = delivery(linked, hook={"value": secret}, url=f"x {secret}?y", also=[secret])
    assert (await post(linked, sent)).status == 200
    [event] = received
    assert event.data["event"]["type"] == "short_button_press"
    assert secret.rpartition("/")[2] not in str(event.data)


async def test_an_unknown_type_reaches_the_bus_and_the_home_is_read_again(
    linked: House, received: list[Event]
) -> None:
    """Predecessor's defect 58."""
    await linked.simulator.emit("crowd_detected", home=linked.home)
    await linked.advance(seconds=2)
    assert received[0].data["event"]["type"] == "crowd_detected"
    assert linked.requests("GET", f"/homes/{linked.home}") == 1


async def test_a_repeated_delivery_counts_once(linked: House, received: list[Event]) -> None:
    """Predecessor's defect 57."""
    linked.simulator.switches.duplicate_deliveries = True
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    assert {d.status for d in linked.simulator.deliveries} == {200}
    assert len(linked.simulator.deliveries) > 1
    assert len(received) == 1


@pytest.mark.parametrize("scheme", ["sha256", "sha1", "none"])
@pytest.mark.parametrize("token", ["plain", "bearer", "none"])
async def test_takes_each_way_in_which_minut_may_prove_itself(
    house: House, received: list[Event], scheme: str, token: str
) -> None:
    house.simulator.switches.signature = scheme  # type: ignore[assignment] # a table
    house.simulator.switches.delivery_token = token  # type: ignore[assignment] # a table
    await house.link()
    received.clear()
    await house.simulator.press_button(house.point)
    await house.settle()
    assert len(received) == 1


@pytest.mark.parametrize(
    ("payload", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b"\xff\xfe", 400),
        ([1, 2], 400),
        ({}, 400),
        ({"event": {"type": ""}}, 400),
        ({"event": {"type": "unknown"}}, 400),
        ({"hook_id": None}, 400),
        ({"hook_id": "66aa00112233445566778899", "event": {"type": "pir_motion"}}, 401),
        ({"hook_id": "é", "event": {"type": "pir_motion"}}, 401),
        (b"[" * 60_000, 400),
        (b" " * 70_000, 413),
    ],
)
async def test_what_is_no_delivery_of_ours_is_refused_and_changes_nothing(
    linked: House, received: list[Event], payload: object, status: int
) -> None:
    """Predecessor's defects 51 and 53."""
    response = await post(linked, payload)
    assert response.status == status
    assert await response.text() == ""
    assert not received


async def test_a_wrong_token_is_refused(linked: House, received: list[Event]) -> None:
    """Predecessor's defect 52."""
    response = await post(linked, delivery(linked), headers={"Authorization": "guess"})
    assert response.status == 401
    assert not received
    assert linked.state("binary_sensor.button_press") == "off"


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was logged as wrong, but for what any page of Home Assistant would log too."""
    found = [record for record in caplog.records if record.levelno >= WARNING]
    return [record.getMessage() for record in found if record.name != "aiohttp.server"]


async def test_a_body_that_cannot_be_unpacked_leaves_no_trace(
    linked: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Home Assistant would log the error, and with it the address."""
    response = await post(linked, b"no gzip", headers={"Content-Encoding": "gzip"})
    assert response.status == 400
    assert not complaints(caplog)


async def test_a_body_that_breaks_off_leaves_no_trace(
    linked: House, caplog: pytest.LogCaptureFixture
) -> None:
    url = linked.browser.make_url("")
    _, writer = await asyncio.open_connection(url.host, url.port)
    head = f"POST /api/webhook/{WEBHOOK_ID} HTTP/1.1\r\nHost: ha\r\nContent-Length: 99\r\n\r\n"
    writer.write(head.encode() + b'{"hook_id"')
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await linked.settle()
    assert not complaints(caplog)


async def test_an_error_of_ours_does_not_bring_the_address_into_the_log(
    linked: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home Assistant would log the error with the address, and answer 200."""

    def fail(_coordinator: PointCoordinator, _event: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(PointCoordinator, "async_apply", fail)
    caplog.set_level("INFO")
    assert (await post(linked, delivery(linked))).status == 500
    assert [r.getMessage() for r in caplog.records if r.exc_info] == [
        "A delivery could not be handled"
    ]
    assert WEBHOOK_ID not in caplog.text


@pytest.mark.parametrize("event", [None, "text", [], {}, {"type": ""}, {"type": None}])
async def test_a_delivery_without_a_readable_event_changes_nothing(
    linked: House, received: list[Event], event: object
) -> None:
    """Predecessor's defects 21 and 53: an empty type switched sensors off."""
    await linked.simulator.emit("temperature_high", device=linked.point)
    await linked.settle()
    received.clear()
    response = await post(linked, delivery(linked, event=event))
    assert response.status == 200
    assert not received
    assert linked.state("binary_sensor.heat") == "on"


@pytest.mark.parametrize("method", ["DELETE", "GET"])
async def test_other_methods_do_not_deliver(
    linked: House, received: list[Event], method: str
) -> None:
    await linked.browser.request(
        method, f"/api/webhook/{WEBHOOK_ID}", data=json.dumps(delivery(linked))
    )
    await linked.settle()
    assert not received


async def test_a_delivery_that_overtakes_the_registration_waits_for_it(
    house: House, received: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Predecessor's defect 56: what came before the handler was there was lost."""
    created, go_on = answer_registrations_late(monkeypatch)
    entry = await house.make_entry()
    await house.hass.config_entries.async_setup(entry.entry_id)
    await created.wait()
    await house.simulator.press_button(house.point)
    assert not received
    go_on.set()
    await house.settle()
    assert "short_button_press" in [event.data["event"]["type"] for event in received]


@pytest.mark.parametrize("odd", [2**70, "\ud800", {"\ud800": 1}, [[2**64]]])
async def test_what_nobody_could_store_is_refused(
    linked: House, received: list[Event], odd: object
) -> None:
    response = await post(linked, delivery(linked, odd=odd))
    assert response.status == 400
    assert not received


async def test_two_accounts_do_not_hear_each_other(linked: House, received: list[Event]) -> None:
    """Predecessor's defect 3."""
    other = await linked.simulator.add_account()
    home = await linked.simulator.add_home("Elsewhere", account=other)
    device = await linked.simulator.add_device(home.home_id)
    await linked.simulator.emit("alarm_grace_period_expired", device=device.device_id)
    await linked.settle()
    assert not received
    assert linked.panel() == "disarmed"


async def test_a_delivery_that_is_accepted_proves_the_way(linked: House) -> None:
    """The hook of the last run works while the list of hooks cannot be read."""
    await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    linked.simulator.faults.add(method="GET", path="/webhooks", status=502)
    await linked.hass.config_entries.async_setup(linked.entry.entry_id)
    await linked.settle()
    assert linked.state("binary_sensor.button_press") == "unavailable"
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    assert linked.state("binary_sensor.button_press") == "on"


@pytest.mark.parametrize("place", [{"device_id": "d" * 24}, {"home_id": "f" * 24}, {}])
@pytest.mark.parametrize("members", [{"id": "e1"}, {}])
async def test_a_delivery_counts_once_across_a_restart(
    linked: House, received: list[Event], place: dict[str, str], members: dict[str, str]
) -> None:
    """Also one that names a home or a Point that no list contains."""
    event = {"type": "short_button_press", "device_id": linked.point, **place, **members}
    sent = {"hook_id": linked.entry.data["hook_id"], "event": event}
    for _ in range(2):
        assert (await post(linked, sent)).status == 200
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    assert (await post(linked, sent)).status == 200
    events = [each for each in received if each.data["event"]["type"] == "short_button_press"]
    assert len(events) == 1


async def test_an_alarm_of_a_foreign_home_moves_no_panel_of_ours(linked: House) -> None:
    event = {"type": "alarm_grace_period_expired", "home_id": "f" * 24, "device_id": linked.point}
    await post(linked, delivery(linked, event=event))
    assert linked.panel() == "disarmed"
