"""Deliveries in each shape and with each proof that Minut may use, over real sockets."""

from datetime import timedelta
from typing import Any

from homeassistant.core import Event
import pytest

from ..helpers.deliveries import delivery, post
from ..helpers.house import House

SHAPES = [
    "delivery_bare",
    "delivery_home_event",
    "delivery_without_hook_id",
    "delivery_wrapped",
    "delivery_flat",
    "delivery_list",
    "event_type_colon",
    "event_type_dot",
    "event_type_upper_case",
    "event_type_hyphen",
    "reference_objects",
    "event_time_without_zone",
    "event_time_local",
]
"""Alternatives of the simulator that change the body of a delivery."""

SWITCHES: dict[str, dict[str, Any]] = {
    "PUT": {"delivery_method": "PUT"},
    "token as bearer": {"delivery_token": "bearer", "signature": "none"},
    "token in another header": {"delivery_token": "header", "signature": "none"},
    "token in the body": {"delivery_token": "body", "signature": "none"},
    "unknown authorization": {"delivery_token": "unknown", "signature": "none"},
    "no proof": {"delivery_token": "none", "signature": "none"},
    "signature in another header": {"delivery_token": "none", "signature_header": "X-Hub-Sig"},
    "signature with a prefix": {"delivery_token": "none", "signature_prefix": "sha256="},
    **{
        f"{algorithm} {encoding} {secret}": {
            "delivery_token": "none",
            "signature": algorithm,
            "signature_encoding": encoding,
            "signature_secret": secret,
        }
        for algorithm in ("sha1", "sha256", "sha512")
        for encoding in ("hex", "base64")
        for secret in ("text", "decoded")
    },
}
"""Ways in which a delivery may be sent and proven, by switches of the simulator."""

PINS = {
    "token as bearer": "token authorization",
    "token in another header": "token x-minut-token",
    "token in the body": "token (body)",
    "unknown authorization": None,
    "no proof": None,
    "signature in another header": "hmac-sha256 x-hub-sig",
    "sha512 base64 decoded": "hmac-sha512-base64-hex-key x-minut-signature",
}
"""What is pinned then."""


async def press(house: House) -> None:
    """Press the button of the Point, and wait for the delivery and its effects."""
    await house.simulator.press_button(house.point)
    await house.settle()


async def assert_heard(house: House, received: list[Event]) -> None:
    """Assert that a pressed button shows, once, and that everything about push is well."""
    received.clear()
    await press(house)
    assert house.simulator.deliveries[-1].status == 200
    assert house.state("binary_sensor.button_press") == "on"
    [event] = received
    assert event.data["event"]["type"] == "short_button_press"
    assert event.data["hook_id"] == house.entry.data["hook_id"]
    assert event.data["device"]
    assert event.data["home"]
    assert house.state("binary_sensor.push", house.simulator.account.user_id) == "on"


@pytest.mark.parametrize("name", SHAPES)
async def test_each_shape_is_understood(house: House, received: list[Event], name: str) -> None:
    house.simulator.use(name)
    await house.link()
    await assert_heard(house, received)


@pytest.mark.parametrize("name", SWITCHES)
async def test_each_way_of_sending_is_accepted(
    house: House, received: list[Event], name: str
) -> None:
    for switch, value in SWITCHES[name].items():
        setattr(house.simulator.switches, switch, value)
    await house.link()
    await assert_heard(house, received)
    if name in PINS:
        assert house.entry.data.get("hook_scheme") == PINS[name]


PROVEN = [name for name in SWITCHES if name not in {"PUT", "unknown authorization", "no proof"}]


@pytest.mark.parametrize("name", PROVEN)
async def test_what_was_proven_once_is_required_from_then_on(house: House, name: str) -> None:
    switches = house.simulator.switches
    for switch, value in SWITCHES[name].items():
        setattr(switches, switch, value)
    await house.link()
    switches.delivery_token, switches.signature = "none", "none"
    await press(house)
    assert house.simulator.deliveries[-1].status == 401
    assert house.state("binary_sensor.button_press") == "off"


async def test_the_token_in_a_body_never_reaches_the_bus(
    house: House, received: list[Event]
) -> None:
    house.simulator.switches.delivery_token = "body"
    await house.link()
    await press(house)
    assert len(received) == 2
    assert not [event for event in received if house.entry.data["hook_token"] in str(event.data)]


@pytest.mark.parametrize(
    "hook_id", ["66aa00112233445566778899", "", [], {}, {"id": "x"}, 5, True], ids=repr
)
async def test_a_different_hook_id_is_refused_though_all_else_is_right(
    linked: House, received: list[Event], hook_id: object
) -> None:
    response = await post(linked, delivery(linked, hook_id=hook_id))
    assert response.status == 401
    assert not received
    response = await post(linked, {"data": delivery(linked, hook_id=hook_id)})
    assert response.status == 401
    assert not received


@pytest.mark.points(2)
async def test_each_event_of_a_list_counts_once(linked: House, received: list[Event]) -> None:
    events = [
        {"type": "short_button_press", "device_id": linked.point},
        {"type": "pir_motion", "device_id": linked.point},
        {"type": "pir_motion", "device_id": linked.devices[1].device_id},
    ]
    for _ in range(2):
        assert (await post(linked, events)).status == 200
    assert [event.data["event"]["type"] for event in received] == [
        "short_button_press",
        "pir_motion",
        "pir_motion",
    ]
    assert linked.state("binary_sensor.motion") == "on"


async def test_a_late_event_is_not_taken_for_one_in_another_zone(
    house: House, received: list[Event]
) -> None:
    """Its time has no zone, but it is not local: the events before it were on time."""
    house.simulator.use("event_time_without_zone")
    await house.link()
    await press(house)
    late = (house.simulator.time() - timedelta(hours=1)).replace(tzinfo=None).isoformat()
    event = {"id": "late", "type": "pir_motion", "created_at": late, "device_id": house.point}
    await post(house, delivery(house, event=event))
    assert house.state("binary_sensor.motion") == "off"
