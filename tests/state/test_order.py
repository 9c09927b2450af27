"""Order and age: what arrives late, twice, in disorder, or is no event at all."""

import asyncio
from datetime import datetime, timedelta
import json

from homeassistant.core import Event
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.point.minut import models
from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.models import Device
from custom_components.point.minut.paging import Listing

from ..helpers.deliveries import post
from ..helpers.house import House
from ..helpers.neighbour import link_neighbour


async def deliver(house: House, event: object) -> int:
    """Deliver something as an event, as Minut would, and let it take effect."""
    body = json.dumps({"hook_id": house.entry.data["hook_id"], "event": event}).encode()
    return (await post(house, body)).status


def happened(house: House, event_type: object, at: datetime, **told: object) -> dict[str, object]:
    """Return an event of the first Point as Minut delivers it."""
    where = {} if told.keys() & {"device_id", "home_id"} else {"device_id": house.point}
    name = f"{event_type} {at.isoformat()}"
    return {"id": name, "type": event_type, "created_at": at.isoformat(), **where, **told}


def ago(house: House, **past: float) -> datetime:
    return house.simulator.time() - timedelta(**past)


def everything(house: House) -> dict[str, object]:
    """Return all states and attributes that Home Assistant shows."""
    return {
        state.entity_id: (state.state, state.attributes) for state in house.hass.states.async_all()
    }


def of_keys(house: House, keys: list[str]) -> dict[str, object]:
    """Return what the entities of these homes and Points show."""
    registry = er.async_get(house.hass)
    found = er.async_entries_for_config_entry(registry, house.entry.entry_id)
    ids = {entry.entity_id for entry in found if any(key in entry.unique_id for key in keys)}
    assert len(ids) > len(keys)
    return {key: value for key, value in everything(house).items() if key in ids}


# Twice


async def test_what_is_delivered_twice_counts_once(linked: House, received: list[Event]) -> None:
    """Predecessor's defect 57."""
    press = happened(linked, "short_button_press", ago(linked))
    assert await deliver(linked, press) == 200
    await linked.advance(seconds=6)
    before = everything(linked)
    assert linked.state("binary_sensor.button_press") == "off"
    assert await deliver(linked, press) == 200
    assert everything(linked) == before
    assert len(received) == 1


async def test_an_event_without_id_counts_once(linked: House, received: list[Event]) -> None:
    """It is known by the digest of its body; another one has another time."""
    for seconds in (2, 1):
        press = happened(linked, "short_button_press", ago(linked, seconds=seconds), id=None)
        for _ in range(2):
            assert await deliver(linked, press) == 200
    assert len(received) == 2


async def test_an_event_of_more_than_a_thousand_others_ago_counts_once(
    linked: House, received: list[Event]
) -> None:
    press = happened(linked, "short_button_press", ago(linked))
    assert await deliver(linked, press) == 200
    log = linked.entry.runtime_data.coordinator.data.events
    for number in range(1001):
        other = models.Event(id=f"e{number}", type="pir_motion", created_at=ago(linked))
        log.note(other, ago(linked), is_delivered=True)
    assert await deliver(linked, press) == 200
    assert len(received) == 1


# In reversed order

PAIRS = [
    ("binary_sensor.heat", "temperature_high", "temperature_dropped_normal"),
    ("binary_sensor.cold", "temperature_low", "temperature_risen_normal"),
    ("binary_sensor.moisture", "humidity_high", "humidity_dropped_normal"),
    ("binary_sensor.dry", "humidity_low", "humidity_risen_normal"),
    ("binary_sensor.battery", "battery_low", "battery_charging_complete"),
    ("binary_sensor.tamper", "tamper_removed", "tamper_mounted"),
    ("binary_sensor.noise", "disturbance_first_notice", "disturbance_ended"),
    ("binary_sensor.noise", "noise_detected", "noise_quieted"),
]


@pytest.mark.parametrize("overtaking", ["reordered", "newest first"])
@pytest.mark.parametrize(("key", "opens", "closes"), PAIRS)
async def test_an_end_that_overtakes_its_beginning_ends_it(
    linked: House, key: str, opens: str, closes: str, overtaking: str
) -> None:
    """Predecessor's defect 57: whatever came last counted."""
    switches = linked.simulator.switches
    switches.reorder_deliveries = overtaking == "reordered"
    switches.hold_deliveries = overtaking == "newest first"
    for event_type in (opens, closes):
        await linked.simulator.emit(event_type, device=linked.point)
        linked.freezer.tick(timedelta(seconds=1))
    await linked.simulator.release_deliveries(newest_first=True)
    await linked.settle()
    sent = [json.loads(r.body)["event"]["type"] for r in linked.simulator.deliveries]
    assert sorted(sent) == sorted([opens, closes])
    assert linked.state(key) == "off"


async def test_a_beginning_that_overtakes_an_end_stays(linked: House) -> None:
    assert await deliver(linked, happened(linked, "temperature_high", ago(linked))) == 200
    earlier = happened(linked, "temperature_dropped_normal", ago(linked, seconds=9))
    assert await deliver(linked, earlier) == 200
    assert linked.state("binary_sensor.heat") == "on"


async def test_connection_events_in_reversed_order(linked: House) -> None:
    """Predecessor's defect 9."""
    await linked.advance(seconds=9)
    assert await deliver(linked, happened(linked, "device_online", ago(linked))) == 200
    assert await deliver(linked, happened(linked, "device_offline", ago(linked, seconds=5))) == 200
    assert linked.state("binary_sensor.connectivity") == "on"


async def test_the_newest_value_counts(linked: House) -> None:
    newer = happened(linked, "temperature_high", ago(linked), sensor_value=31)
    older = happened(linked, "temperature_high", ago(linked, seconds=9), sensor_value=29)
    for event in (newer, older):
        assert await deliver(linked, event) == 200
    assert linked.state("sensor.temperature") == "31.0"


# Against the poll


async def test_an_old_event_does_not_undo_a_newer_poll(linked: House) -> None:
    """Predecessor's defect 13."""
    await linked.simulator.heartbeat(linked.point)
    await linked.advance(minutes=61)
    temperature = linked.state("sensor.temperature")
    assert linked.state("binary_sensor.heat") == "off"
    old = ago(linked, minutes=70)
    for event in (
        happened(linked, "temperature_high", old, sensor_value=40),
        happened(linked, "device_offline", old),
        happened(linked, "battery_low", old),
    ):
        assert await deliver(linked, event) == 200
    assert linked.state("binary_sensor.heat") == "off"
    assert linked.state("sensor.temperature") == temperature
    assert linked.state("binary_sensor.connectivity") == "on"
    assert linked.state("binary_sensor.battery") == "off"


async def test_an_old_alarm_does_not_undo_a_newer_poll(linked: House) -> None:
    await linked.advance(minutes=15)
    expired = happened(linked, "alarm_grace_period_expired", ago(linked, minutes=2))
    assert await deliver(linked, expired) == 200
    assert linked.panel() == "disarmed"


@pytest.mark.parametrize(
    ("event_type", "key", "expected"),
    [
        ("temperature_high", "binary_sensor.heat", "on"),
        ("device_offline", "binary_sensor.connectivity", "off"),
        ("pir_motion", "binary_sensor.motion", "on"),
        ("battery_low", "binary_sensor.battery", "on"),
    ],
)
async def test_an_event_in_the_middle_of_a_poll_is_not_undone_by_it(
    linked: House, monkeypatch: pytest.MonkeyPatch, event_type: str, key: str, expected: str
) -> None:
    """Predecessor's defect 13: the answer was of before, and it was taken as newer."""
    asked, go_on = asyncio.Event(), asyncio.Event()
    devices = MinutClient.devices

    async def answer_late(client: MinutClient) -> Listing[Device]:
        answer = await devices(client)
        asked.set()
        await go_on.wait()
        return answer

    linked.freezer.tick(timedelta(minutes=61))
    monkeypatch.setattr(MinutClient, "devices", answer_late)
    poll = linked.hass.async_create_task(linked.entry.runtime_data.coordinator.async_refresh())
    await asked.wait()
    linked.freezer.tick(timedelta(seconds=2))
    await linked.simulator.emit(event_type, device=linked.point)
    await linked.simulator.deliveries_done()
    assert not poll.done()
    assert linked.state(key) == expected
    go_on.set()
    await linked.settle()
    assert poll.done()
    assert linked.state(key) == expected


# Not of this home, or of this account

ANY_TYPE = ["temperature_high", "alarm_grace_period_expired", "disturbance_first_notice", "news"]


@pytest.mark.homes(2)
@pytest.mark.points(2)
@pytest.mark.parametrize("event_type", ANY_TYPE)
async def test_another_homes_event_changes_nothing_here(linked: House, event_type: str) -> None:
    """Predecessor's defect 2."""
    other = linked.devices[-1]
    assert other.home_id != linked.home
    here = [d.device_id for d in linked.devices if d.home_id == linked.home] + [linked.home]
    before = of_keys(linked, here)
    event = happened(
        linked, event_type, ago(linked), device_id=other.device_id, home_id=other.home_id
    )
    assert await deliver(linked, event) == 200
    assert of_keys(linked, here) == before
    assert linked.get("event.activity", other.device_id).attributes["type"] == event_type


@pytest.mark.parametrize("event_type", ANY_TYPE)
async def test_another_accounts_event_changes_nothing_in_either(
    linked: House, event_type: str
) -> None:
    """Predecessor's defect 3: one hook's events moved every account's entities."""
    neighbour = await link_neighbour(linked)
    before = everything(linked)
    event = happened(
        linked, event_type, ago(linked), device_id=neighbour.point, home_id=neighbour.home
    )
    assert await deliver(linked, event) == 200
    assert everything(linked) == before


# No event at all


ODD_TYPES: list[object] = ["", " ", None, 0.5, True, [], {}]
NON_EVENTS: list[object] = [
    *(None, "", "pir_motion", 7, [], {}),
    *({"type": odd} for odd in ODD_TYPES),
]


@pytest.mark.parametrize("event", NON_EVENTS, ids=str)
async def test_what_is_no_event_changes_nothing(
    linked: House, received: list[Event], event: object
) -> None:
    """Predecessor's defects 21 and 53: an empty type switched sensors off, null broke them."""
    for event_type in ("temperature_high", "pir_motion", "disturbance_first_notice"):
        assert await deliver(linked, happened(linked, event_type, ago(linked))) == 200
    before, count = everything(linked), len(received)
    if isinstance(event, dict):
        event = {"id": "odd", "device_id": linked.point, "home_id": linked.home, **event}
    assert await deliver(linked, event) == 200
    assert everything(linked) == before
    assert linked.state("binary_sensor.heat") == "on"
    assert len(received) == count


@pytest.mark.parametrize(
    "odd",
    [
        {"created_at": None},
        {"created_at": "yesterday"},
        {"created_at": -1},
        {"sensor_value": "NaN"},
        {"sensor_value": {}},
        {"user_id": [], "home_id": 7},
    ],
    ids=str,
)
async def test_an_oddity_in_an_event_costs_no_more_than_itself(
    linked: House, odd: dict[str, object]
) -> None:
    event = happened(linked, "temperature_high", ago(linked), device_id=linked.point) | odd
    assert await deliver(linked, event) == 200
    assert linked.state("binary_sensor.heat") == "on"
