"""What is handed on for help: enough to help with, and nothing of whom it is about."""

from collections.abc import Iterator
from datetime import timedelta
import json
from typing import Any

from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import get_system_health_info

from custom_components.point.const import DOMAIN
from custom_components.point.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from custom_components.point.webhook.stored import CreationWay

from .helpers.deliveries import post
from .helpers.house import House

pytestmark = pytest.mark.points(2)


def texts(value: object) -> Iterator[str]:
    """Yield every text in a value, however deep, keys of mappings aside."""
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from texts(each)
        case list() | tuple():
            for each in value:
                yield from texts(each)


def secrets(house: House) -> set[str]:
    """Return all values of the fixtures that show who, where, or how to get in."""
    simulator = house.simulator
    found = {*texts(dict(house.entry.data)), house.entry.entry_id, house.entry.title}
    found |= {simulator.client_id, simulator.client_secret, str(house.entry.unique_id)}
    for account in simulator.world.accounts.values():
        found |= {account.user_id, account.fullname, account.nick, account.email}
    for home in house.homes:
        found |= {home.home_id, home.name, home.timezone, *texts(home.address)}
        found |= set(texts(home.changed))
        for guest in home.guests.values():
            found |= {guest.guest_id, guest.name, guest.email or "", guest.phone_number or ""}
            found |= {guest.check_in_at.isoformat()}
    for point in house.devices:
        found |= {point.device_id, point.mac, point.description, point.timezone}
    for hook in simulator.hooks.values():
        found |= {hook.hook_id, hook.url, hook.secret or "", hook.token or ""}
    for device in dr.async_entries_for_config_entry(dr.async_get(house.hass), house.entry.entry_id):
        found |= {device.id, device.name or ""}
    harmless = {
        "",
        DOMAIN,
        "Bearer",
        "authorization_code",
        "hmac-sha256 x-minut-signature",
        *CreationWay,
    }
    return {text for text in found - harmless if len(text) > 2}


async def described(house: House) -> dict[str, Any]:
    """Return everything that can be downloaded, as it is downloaded."""
    registry = dr.async_get(house.hass)
    entry = house.entry
    found: dict[str, Any] = {"entry": await async_get_config_entry_diagnostics(house.hass, entry)}
    for number, device in enumerate(dr.async_entries_for_config_entry(registry, entry.entry_id)):
        found[f"{number}"] = await async_get_device_diagnostics(house.hass, entry, device)
    downloaded: dict[str, Any] = json.loads(json.dumps(found))
    return downloaded


@pytest.fixture
async def eventful(linked: House) -> House:
    """Return an account in which something has happened."""
    await linked.simulator.press_button(linked.point)
    await linked.call_panel("alarm_arm_away")
    await linked.simulator.make_noise(linked.home)
    await linked.settle()
    return linked


PLACE = {"latitude": "59.329323", "longitude": "18.068581"}


@pytest.fixture
async def crowded(house: House) -> House:
    """Return an account with all that can be known of people, and in which it comes up."""
    simulator = house.simulator
    house.entry = await house.make_entry(options={"stays": True, "guest_names": True})
    neighbour = await simulator.add_account("Nicola Neighbour", "nicola@example.org")
    home = house.homes[0]
    home.members.append(neighbour.user_id)
    home.changed["coordinates"] = PLACE
    now = simulator.time()
    await simulator.add_guest(home.home_id, now - timedelta(hours=1), now + timedelta(hours=1))
    assert await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.advance(seconds=1)
    await simulator.smoke_alarm(house.point)
    await simulator.silence(home.home_id)
    await house.settle()
    return house


def leaks(house: House, found: object) -> list[str]:
    """Return the values in a download that show who, where, or how to get in."""
    text = json.dumps(found, ensure_ascii=False).casefold()
    return [secret for secret in secrets(house) if secret.casefold() in text]


async def test_nothing_secret_or_personal_gets_in(crowded: House) -> None:
    hidden = secrets(crowded)
    assert hidden >= {crowded.simulator.account.fullname, "Nicola Neighbour", "Kim Guest"}
    assert hidden >= {"nicola@example.org", "+46700000000", "Sample Road 1", *PLACE.values()}
    assert hidden >= {crowded.entry.data["token"]["access_token"], crowded.entry.data["webhook_id"]}
    assert hidden >= {crowded.devices[0].mac, crowded.entry.data["hook_secret"]}
    found = await described(crowded)
    assert crowded.state("calendar.stays", crowded.home) == "on"
    assert leaks(crowded, found) == []
    assert leaks(crowded, {"home": crowded.homes[0].name}) == [crowded.homes[0].name]


async def test_nothing_gets_in_by_the_text_of_an_error(crowded: House) -> None:
    everything = {"error": " ".join(secrets(crowded))}
    crowded.simulator.faults.add(status=503, body=everything, times=None)
    await crowded.advance(minutes=16)
    await crowded.advance(minutes=2)
    await crowded.advance(minutes=4)
    found = await described(crowded)
    assert found["entry"]["polling"]["works"] is False
    assert found["entry"]["polling"]["last_error"] == "UpdateFailed"
    assert leaks(crowded, found) == []
    registry = ir.async_get(crowded.hass)
    told = [issue.translation_placeholders for issue in registry.issues.values()]
    own = crowded.simulator.account.fullname  # whose account it is
    assert [leak for leak in leaks(crowded, told) if leak not in own] == []


@pytest.mark.homes(2)
async def test_an_account_is_described_by_counts_types_and_states(eventful: House) -> None:
    found = (await described(eventful))["entry"]
    assert found["entry"] == {
        "version": "1.2",
        "state": "loaded",
        "source": "user",
        "options": {"history": True, "stays": False, "guest_names": False},
        "excluded_homes": 0,
        "by_client": False,
        "hook": "own address",
        "hook_scheme": "hmac-sha256 x-minut-signature",
        "hook_way": "all_with_token",
    }
    assert found["polling"]["works"] is True
    assert found["contract"]["left_out"] == {}
    assert found["history"] == {"readings": 0, "complete": 0, "first_import_percent": 100}
    assert found["push"] == {
        "state": "working",
        "unverified_deliveries": 0,
        "refusals_in_a_row": 0,
        "answers": {"200": 3},
        "not_understood": {},
        "unknown_types": 0,
        "known_type_has_arrived": True,
        "sample_has_arrived": True,
        "last_delivery_seconds_ago": 0,
        "caught_up": True,
        "complete_until_seconds_ago": 0,
    }
    assert [home["alarm_status"] for home in found["homes"]] == ["on_grace_period", "off"]
    assert [point["home"] for point in found["points"]] == [1, 1, 2, 2]
    first = found["points"][0]
    assert first["momentary"]["button_press"] == {"on": True, "seconds_ago": 0}
    assert {"temperature", "humidity", "sound"} <= first["readings"].keys()
    assert found["entities"]["enabled"]["alarm_control_panel"] == 2


async def test_a_point_is_described_with_its_entities(eventful: House) -> None:
    device = eventful.ha_device(eventful.point)
    assert device
    found = await async_get_device_diagnostics(eventful.hass, eventful.entry, device)
    assert len(found["points"]) == 1
    assert found["homes"] == []
    assert found["entities"]["binary_sensor.button_press"] == "on"
    assert found["entities"]["event.button"] == "a time"
    assert found["entities"]["sensor.temperature"] == eventful.state("sensor.temperature")
    assert found["entities"]["binary_sensor.smoking"] == "integration"


async def test_a_mount_status_is_described_by_minuts_own_word(linked: House) -> None:
    linked.devices[0].changed["mount_status"] = "not_mounted"
    await linked.advance(minutes=61)
    assert linked.state("sensor.mount_status") == "removed"
    device = linked.ha_device(linked.point)
    assert device
    found = await async_get_device_diagnostics(linked.hass, linked.entry, device)
    assert found["points"][0]["mount_status"] == "not_mounted"


async def test_an_account_that_does_not_load_is_described_too(linked: House) -> None:
    device = linked.ha_device(linked.home)
    assert device
    assert await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    found = await async_get_config_entry_diagnostics(linked.hass, linked.entry)
    assert found["entry"]["state"] == "not_loaded"
    assert "homes" not in found
    found = await async_get_device_diagnostics(linked.hass, linked.entry, device)
    assert found.keys() == {"entities"}


async def test_a_cloudhook_is_told_from_an_address_of_ones_own(linked: House) -> None:
    data = {**linked.entry.data, "hook_url": "https://hooks.nabu.casa/secret"}
    linked.hass.config_entries.async_update_entry(linked.entry, data=data)
    found = await async_get_config_entry_diagnostics(linked.hass, linked.entry)
    assert found["entry"]["hook"] == "cloudhook"


async def test_the_rest_until_the_next_poll_shrinks(linked: House) -> None:
    async def rest() -> int:
        found: int = (await described(linked))["entry"]["polling"]["next_in_seconds"]
        return found

    await linked.advance(minutes=16)
    before = await rest()
    linked.freezer.tick(timedelta(seconds=40))
    assert await rest() == before - 40


@pytest.mark.homes(2)
async def test_system_health_counts(linked: House) -> None:
    assert await async_setup_component(linked.hass, "system_health", {})
    found = await get_system_health_info(linked.hass, DOMAIN)
    reached = await found.pop("can_reach_server")
    assert reached == "ok"
    assert (await found.pop("check")).startswith("✓ Token: Works. ")
    assert found == {
        "accounts": "1 / 1",
        "clock_offset": 0,
        "homes": 2,
        "points": 4,
        "push": "1 / 1",
    }


async def test_what_could_not_be_read_is_counted(eventful: House) -> None:
    eventful.simulator.faults.add(
        path="/devices",
        status=200,
        body={"devices": [{"device_id": "one/two"}, {"device_id": "one two"}]},
    )
    await eventful.entry.runtime_data.client.devices()
    found = (await described(eventful))["entry"]
    assert found["contract"]["left_out"] == {"devices": 2}


async def test_the_shape_of_answers_and_deliveries_is_described(crowded: House) -> None:
    await post(crowded, b'{"anna": {"kind": "alarm_heard", "message": "Nicola"}}', headers={})
    contract = (await described(crowded))["entry"]["contract"]
    delivered = contract["endpoints"]["delivery"]
    assert delivered["members"]["*.kind"] == ['text: "alarm_heard"']
    assert delivered["members"]["*.message"] == ["text"]
    assert 'text: "alarm_heard"' in delivered["members"]["event.type"]
    assert delivered["members"]["header x-minut-signature"] == ["64 hex digits"]
    assert delivered["with_hidden_words"] > 0
    assert contract["assumptions"]["12.21"] == {"section": "6.3", "verdict": "held"}
    assert contract["assumptions"]["12.23"]["verdict"] == "never seen"
    assert contract["endpoints"]["POST oauth/token"]["members"]["refresh_token"] == ["text"]
    assert contract["endpoints"]["GET homes"]["statuses"] == {"200": 1}
