"""The limits of a Point, its quiet hours, and noise monitoring of a home."""

import asyncio
from datetime import time
from typing import Any

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.parsing import JsonObject
from simulator.world.device import QuietHours, Reaction

from ..helpers.commands import call_while
from ..helpers.house import House

NUMBERS = {
    "temperature_low": ("12", "10.5", 10.5),
    "temperature_high": ("28", "30", 30),
    "humidity_low": ("15", "20", 20),
    "humidity_high": ("75", "80", 80),
    "sound_level_high": ("75", "85", 85),
    "sound_level_high_quiet_hours": ("70", "60", 60),
}


async def set_number(house: House, key: str, value: float) -> None:
    await house.call(f"number.{key}", "set_value", value=value)


@pytest.mark.parametrize("merge", [True, False])
@pytest.mark.parametrize("key", NUMBERS)
async def test_a_limit_can_be_set(linked: House, *, key: str, merge: bool) -> None:
    """Whether Minut merges the list of reactions or puts it in the old one's place."""
    linked.simulator.switches.merge_reactions = merge
    before, wish, held = NUMBERS[key]
    assert float(linked.state(f"number.{key}")) == float(before)
    others = {kind: r for kind, r in linked.devices[0].reactions.items() if kind != key}
    await set_number(linked, key, float(wish))
    assert linked.devices[0].reactions.pop(key).value == held
    assert linked.devices[0].reactions == others
    assert float(linked.state(f"number.{key}")) == held


@pytest.mark.parametrize("merge", [True, False])
async def test_the_duration_is_set_for_both_sound_limits(linked: House, *, merge: bool) -> None:
    linked.simulator.switches.merge_reactions = merge
    assert float(linked.state("number.noise_duration")) == 10
    await set_number(linked, "noise_duration", 15)
    reactions = linked.devices[0].reactions
    assert [r.duration_seconds for r in reactions.values() if r.duration_seconds] == [900, 900]
    assert len(reactions) == 6
    assert float(linked.state("number.noise_duration")) == 15


@pytest.mark.parametrize("merge", [True, False])
async def test_what_is_not_known_here_is_kept(linked: House, *, merge: bool) -> None:
    linked.simulator.switches.merge_reactions = merge
    reactions = linked.devices[0].reactions
    reactions["crowd"] = crowd = Reaction("crowd", 8, None, ["sms"], {"people": "many"})
    reactions["temperature_low"].others = {"colour": "blue"}
    await set_number(linked, "temperature_low", 5)
    reactions = linked.devices[0].reactions
    assert reactions["crowd"] == crowd
    cold = Reaction("temperature_low", 5, None, ["push"], {"colour": "blue"})
    assert reactions["temperature_low"] == cold


@pytest.mark.parametrize("merge", [True, False])
async def test_two_changes_at_once_do_not_overwrite_each_other(
    linked: House, *, merge: bool
) -> None:
    linked.simulator.switches.merge_reactions = merge
    await asyncio.gather(
        set_number(linked, "temperature_low", 8),
        set_number(linked, "humidity_high", 90),
        linked.call("switch.quiet_hours", "turn_on"),
        linked.call("time.quiet_hours_start", "set_value", time="21:00:00"),
    )
    device = linked.devices[0]
    assert device.reactions["temperature_low"].value == 8
    assert device.reactions["humidity_high"].value == 90
    assert device.quiet_hours == QuietHours(enabled=True, start=time(21), end=time(7))


@pytest.mark.parametrize("merge", [True, False])
async def test_a_change_by_action_and_one_by_entity_do_not_overwrite_each_other(
    linked: House, *, merge: bool
) -> None:
    """Home Assistant lets two numbers wait for each other, but not an action and a number."""
    linked.simulator.switches.merge_reactions = merge
    point = linked.ha_device(linked.point)
    assert point
    limits = {"temperature_low": 8, "humidity_low": 20, "humidity_high": 90}
    await asyncio.gather(
        set_number(linked, "temperature_high", 33),
        *(
            linked.hass.services.async_call(
                "point", "set_thresholds", {"device_id": point.id, key: value}, blocking=True
            )
            for key, value in limits.items()
        ),
    )
    held = {key: linked.devices[0].reactions[key].value for key in limits}
    assert held == limits
    assert linked.devices[0].reactions["temperature_high"].value == 33


async def test_a_change_in_the_app_meanwhile_is_kept(linked: House) -> None:
    linked.simulator.switches.merge_reactions = False
    linked.devices[0].reactions["humidity_high"].value = 66
    await set_number(linked, "temperature_low", 8)
    assert linked.devices[0].reactions["humidity_high"].value == 66
    assert float(linked.state("number.humidity_high")) == 66


async def test_quiet_hours_can_be_set(linked: House) -> None:
    assert linked.state("switch.quiet_hours") == "off"
    assert linked.state("time.quiet_hours_start") == "22:00:00"
    assert linked.state("time.quiet_hours_end") == "07:00:00"
    await linked.call("switch.quiet_hours", "turn_on")
    await linked.call("time.quiet_hours_start", "set_value", time="23:30:00")
    await linked.call("time.quiet_hours_end", "set_value", time="06:15:00")
    window = QuietHours(enabled=True, start=time(23, 30), end=time(6, 15))
    assert linked.devices[0].quiet_hours == window
    assert linked.state("switch.quiet_hours") == "on"
    assert linked.state("time.quiet_hours_end") == "06:15:00"
    await linked.call("switch.quiet_hours", "turn_off")
    assert linked.state("switch.quiet_hours") == "off"


async def test_tells_whether_the_point_has_taken_it_over(linked: House) -> None:
    key = "number.temperature_low"
    assert linked.get(key).attributes["pending"] is False
    await set_number(linked, "temperature_low", 8)
    assert linked.get(key).attributes["pending"] is True
    await linked.advance(minutes=61)
    await linked.advance(minutes=61)
    assert linked.get(key).attributes["pending"] is False


async def test_says_nothing_of_taking_over_where_minut_does_not(house: House) -> None:
    house.devices[0].changed["configuration"] = {
        "reactions": [{"type": "temperature_low", "value": 5}]
    }
    await house.link()
    assert "pending" not in house.get("number.temperature_low").attributes


async def test_stays_available_while_the_point_is_offline(linked: House) -> None:
    await linked.simulator.take_offline(linked.point)
    await linked.settle()
    assert linked.state("sensor.temperature") == "unavailable"
    assert float(linked.state("number.temperature_low")) == 12


# What Minut does not hold


async def test_what_minut_does_not_hold_is_disabled(house: House) -> None:
    house.simulator.switches.quiet_hours_readable = False
    del house.devices[0].reactions["humidity_low"]
    house.homes[0].omitted = {"disturbance_monitoring_active"}
    await house.link()
    registry = er.async_get(house.hass)
    found = [
        *("number.humidity_low", "switch.quiet_hours"),
        *("time.quiet_hours_start", "time.quiet_hours_end"),
    ]
    assert [registry.entities[house.entity_id(key)].disabled for key in found] == [True] * 4
    assert not registry.entities[house.entity_id("number.humidity_high")].disabled
    assert registry.entities[house.entity_id("switch.noise_monitoring", house.home)].disabled


async def test_a_limit_that_is_removed_in_the_app_is_unknown_and_can_be_set(linked: House) -> None:
    del linked.devices[0].reactions["humidity_low"]
    await linked.entry.runtime_data.coordinator.refresher._read_device(linked.point)
    assert linked.state("number.humidity_low") == "unknown"
    await set_number(linked, "humidity_low", 25)
    assert float(linked.state("number.humidity_low")) == 25


# What Minut refuses


@pytest.mark.parametrize(
    ("status", "key"),
    [
        (400, "change_refused"),
        (403, "change_forbidden"),
        (429, "change_unreachable"),
        (502, "change_unreachable"),
    ],
)
async def test_a_refusal_says_why_and_the_old_value_stays(
    linked: House, status: int, key: str
) -> None:
    path = f"/devices/{linked.point}"
    # A 400 or 403 may mean an expired token: it is renewed and the request sent once more.
    linked.simulator.faults.add(method="PUT", path=path, status=status, times=2)
    with pytest.raises(HomeAssistantError) as caught:
        await set_number(linked, "temperature_low", 8)
    assert caught.value.translation_key == key
    assert str(caught.value) != key
    assert float(linked.state("number.temperature_low")) == 12


async def test_a_dead_login_is_asked_for_again(linked: House) -> None:
    linked.simulator.faults.add(path=f"/devices/{linked.point}", status=401, times=None)
    with pytest.raises(HomeAssistantError) as caught:
        await set_number(linked, "temperature_low", 8)
    assert caught.value.translation_key == "unauthorized"
    await linked.settle()
    flows = linked.hass.config_entries.flow.async_progress_by_handler("point")
    assert [flow["context"]["source"] for flow in flows] == ["reauth"]


async def test_limits_that_cross_are_refused_before_minut_is_asked(linked: House) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await set_number(linked, "temperature_low", 28)
    assert caught.value.translation_key == "limits_cross"
    assert linked.requests("PUT", f"/devices/{linked.point}") == 0


async def test_nothing_is_sent_where_it_is_so_already(linked: House) -> None:
    await set_number(linked, "temperature_low", 12)
    assert linked.requests("PUT", f"/devices/{linked.point}") == 0


async def test_a_change_that_minut_ignores_is_told(linked: House) -> None:
    linked.simulator.faults.add(method="PUT", path=f"/devices/{linked.point}", status=200, body={})
    with pytest.raises(HomeAssistantError) as caught:
        await set_number(linked, "temperature_low", 8)
    assert caught.value.translation_key == "change_kept"
    assert float(linked.state("number.temperature_low")) == 12


async def test_a_changed_point_that_cannot_be_read_is_read_soon(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change was made. An error would say that it was not."""
    update = MinutClient.update_device

    async def update_and_vanish(client: MinutClient, device_id: str, body: JsonObject) -> None:
        await update(client, device_id, body)
        linked.simulator.faults.add(method="GET", path=f"/devices/{device_id}", status=502)

    monkeypatch.setattr(MinutClient, "update_device", update_and_vanish)
    await set_number(linked, "temperature_low", 8)
    assert float(linked.state("number.temperature_low")) == 12
    await linked.advance(seconds=16)
    assert float(linked.state("number.temperature_low")) == 8


@pytest.mark.parametrize("answer", [{"status": 502}, {"status": 200, "body": "<html>"}])
async def test_a_change_of_which_nobody_knows_what_became_is_looked_at_soon(
    linked: House, monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any]
) -> None:
    update = MinutClient.update_device

    async def update_and_lose_the_answer(
        client: MinutClient, device_id: str, body: JsonObject
    ) -> None:
        await update(client, device_id, body)
        linked.simulator.faults.add(method="PUT", path=f"/devices/{device_id}", **answer)
        await update(client, device_id, body)

    monkeypatch.setattr(MinutClient, "update_device", update_and_lose_the_answer)
    with pytest.raises(HomeAssistantError) as caught:
        await set_number(linked, "temperature_low", 8)
    assert caught.value.translation_key == "change_unreachable"  # it may have been made
    await linked.advance(seconds=16)
    assert float(linked.state("number.temperature_low")) == 8


# Noise monitoring


async def test_noise_monitoring_can_be_switched(linked: House) -> None:
    key = "switch.noise_monitoring"
    assert linked.state(key, linked.home) == "on"
    await linked.call(key, "turn_off", of=linked.home)
    assert not linked.homes[0].disturbance_monitoring
    assert linked.state(key, linked.home) == "off"
    await linked.call(key, "turn_on", of=linked.home)
    assert linked.state(key, linked.home) == "on"


async def test_noise_monitoring_that_is_switched_in_the_app_is_seen(linked: House) -> None:
    linked.homes[0].disturbance_monitoring = False
    await linked.advance(minutes=15)
    assert linked.state("switch.noise_monitoring", linked.home) == "off"


async def test_noise_monitoring_that_is_refused_stays(linked: House) -> None:
    linked.simulator.faults.add(method="PUT", path=f"/homes/{linked.home}", status=403, times=2)
    with pytest.raises(HomeAssistantError) as caught:
        await linked.call("switch.noise_monitoring", "turn_off", of=linked.home)
    assert caught.value.translation_key == "change_forbidden"
    assert linked.state("switch.noise_monitoring", linked.home) == "on"


async def test_noise_monitoring_is_switched_in_another_way_where_the_first_is_not_known(
    linked: House,
) -> None:
    linked.simulator.faults.add(method="PUT", path=f"/homes/{linked.home}", status=405)
    await linked.call("switch.noise_monitoring", "turn_off", of=linked.home)
    assert linked.state("switch.noise_monitoring", linked.home) == "off"


async def test_a_switched_home_that_cannot_be_read_is_read_soon(linked: House) -> None:
    linked.simulator.faults.add(method="GET", path=f"/homes/{linked.home}", status=502)
    command = linked.call("switch.noise_monitoring", "turn_off", of=linked.home)
    assert await call_while(linked, command, [5]) is None
    assert linked.state("switch.noise_monitoring", linked.home) == "off"
