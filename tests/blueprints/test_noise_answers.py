"""Noise answers by itself: lights, music, a voice, and who is on duty."""

import asyncio
from datetime import timedelta

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed, async_mock_service

from tests.helpers.house import House

from .conftest import Automate, messages
from .test_noise_escalation import first_home, noise, quiet

pytestmark = pytest.mark.homes(2)

THIRD = "It is still loud in Lakeside 4 (third notice)."
LAMP, PLAYER, RADIO = "light.lamp", "media_player.speaker", "media_player.radio"


def in_home(house: House, entity_id: str) -> None:
    """Put an entity into the area of the first home."""
    device = house.ha_device(house.home)
    assert device
    area_id = dr.async_get(house.hass).async_get(device.id).area_id  # type: ignore[union-attr] # it exists
    assert area_id
    domain, _, name = entity_id.partition(".")
    registry = er.async_get(house.hass)
    entity = registry.async_get_or_create(domain, "test", name, suggested_object_id=name)
    registry.async_update_entity(entity.entity_id, area_id=area_id)


@pytest.fixture
def equipped(linked: House) -> House:
    """Return a house whose first home has two lights, two players, and a voice."""
    set_state = linked.hass.states.async_set
    for entity_id in (LAMP, "light.dark", "light.plain", PLAYER, RADIO, "media_player.box"):
        in_home(linked, entity_id)
    set_state(LAMP, STATE_ON, {"brightness": 200})
    set_state("light.dark", STATE_OFF, {"brightness": None})
    set_state("light.plain", STATE_ON, {})
    set_state("light.elsewhere", STATE_ON, {"brightness": 200})
    set_state(PLAYER, "playing", {"volume_level": 0.5})
    set_state(RADIO, "idle", {"volume_level": 0.5})
    set_state("media_player.box", "playing", {})
    set_state("tts.voice", "unknown")
    return linked


async def let_run(house: House, *, seconds: int = 0) -> None:
    """Let an automation go on that waits, which keeps Home Assistant from being done."""
    if seconds:
        house.freezer.tick(timedelta(seconds=seconds))
        async_fire_time_changed(house.hass, dt_util.utcnow())
    await house.simulator.deliveries_done()
    for _ in range(100):
        await asyncio.sleep(0)


async def dip(house: House, calls: list[ServiceCall]) -> list[tuple[str, int]]:
    """Let the first notice happen; return the lights that were changed, with their brightness."""
    await house.settle()
    await house.simulator.make_noise(house.home, 1)
    await let_run(house)
    for call in tuple(calls):
        [entity_id] = call.data["entity_id"]
        house.hass.states.async_set(entity_id, STATE_ON, {"brightness": call.data["brightness"]})
    return [(call.data["entity_id"][0], call.data["brightness"]) for call in calls]


async def test_lights_dip_on_the_first_notice(
    equipped: House, automate: Automate, told: list[ServiceCall]
) -> None:
    calls = async_mock_service(equipped.hass, "light", "turn_on")
    await automate("noise_answers", homes=first_home(equipped))
    assert await dip(equipped, calls) == [(LAMP, 80)]
    calls.clear()
    await let_run(equipped, seconds=4)
    assert not calls
    await let_run(equipped, seconds=4)
    await equipped.settle()
    assert [(call.data["entity_id"], call.data["brightness"]) for call in calls] == [([LAMP], 200)]
    assert not told


async def test_a_light_that_was_turned_off_meanwhile_stays_off(
    equipped: House, automate: Automate, told: list[ServiceCall]
) -> None:
    calls = async_mock_service(equipped.hass, "light", "turn_on")
    await automate("noise_answers", homes=first_home(equipped), dip=10)
    assert await dip(equipped, calls) == [(LAMP, 180)]
    equipped.hass.states.async_set(LAMP, STATE_OFF)
    calls.clear()
    await let_run(equipped, seconds=4)
    await let_run(equipped, seconds=4)
    await equipped.settle()
    assert not calls


async def test_chosen_lights_dip_in_place_of_those_of_the_home(
    equipped: House, automate: Automate, told: list[ServiceCall]
) -> None:
    calls = async_mock_service(equipped.hass, "light", "turn_on")
    await automate("noise_answers", homes=first_home(equipped), lights=["light.elsewhere"])
    assert await dip(equipped, calls) == [("light.elsewhere", 80)]
    await let_run(equipped, seconds=4)
    await let_run(equipped, seconds=4)
    await equipped.settle()


async def test_music_becomes_quieter_and_a_voice_speaks_on_the_second_notice(
    equipped: House, automate: Automate, told: list[ServiceCall]
) -> None:
    volume = async_mock_service(equipped.hass, "media_player", "volume_set")
    spoken = async_mock_service(equipped.hass, "tts", "speak")
    await automate("noise_answers", homes=first_home(equipped))
    await noise(equipped, 2)
    assert [call.data for call in volume] == [{"entity_id": [PLAYER], "volume_level": 0.35}]
    [call] = spoken
    assert call.data["entity_id"] == ["tts.voice"]
    assert call.data["media_player_entity_id"] == ["media_player.box", RADIO, PLAYER]
    assert call.data["message"].startswith("It is getting loud.")
    await noise(equipped, 2)  # the same notice again
    assert len(spoken) == 1
    assert not told


@pytest.mark.parametrize(
    ("duty", "recipient"),
    [(STATE_ON, "notify.robin"), (STATE_OFF, "notify.kim"), (None, "notify.robin")],
)
async def test_who_is_on_duty_is_told_on_the_third_notice(
    equipped: House,
    automate: Automate,
    sent: list[ServiceCall],
    duty: str | None,
    recipient: str,
) -> None:
    if duty:
        equipped.hass.states.async_set("schedule.duty", duty)
    await automate(
        "noise_answers",
        homes=first_home(equipped),
        schedule=["schedule.duty"],
        notify=["notify.robin"],
        notify_otherwise=["notify.kim"],
    )
    await noise(equipped, 3)
    assert [call.data for call in sent] == [
        {"entity_id": [recipient], "title": "Noise in Lakeside 4", "message": THIRD}
    ]


async def test_without_recipients_home_assistant_notifies(
    equipped: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await automate("noise_answers", homes=first_home(equipped))
    await noise(equipped, 3)
    assert messages(told) == [THIRD]


async def test_another_home_is_not_answered(
    equipped: House, automate: Automate, told: list[ServiceCall]
) -> None:
    await automate("noise_answers", homes=first_home(equipped))
    await noise(equipped, 3, home=1)
    assert not told


async def test_a_home_without_anything_says_what_is_missing(
    linked: House, automate: Automate, told: list[ServiceCall], withdrawn: list[ServiceCall]
) -> None:
    await automate("noise_answers", homes=first_home(linked))
    linked.hass.bus.async_fire("automation_reloaded")
    await linked.settle()
    [anywhere] = told
    assert anywhere.data["title"] == "Made: something is missing"
    lines = anywhere.data["message"].splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "- No lights to dim",
        "- No speakers",
        "- No voice",
    ]
    told.clear()
    withdrawn.clear()
    await noise(linked, 1, 2)
    assert {each.data["notification_id"] for each in withdrawn} == {
        anywhere.data["notification_id"]
    }
    first, second = told
    assert first.data == second.data
    assert first.data["title"] == "Made: something is missing in Lakeside 4"
    assert first.data["message"] == anywhere.data["message"]
    assert first.data["notification_id"] != anywhere.data["notification_id"]


async def test_what_was_missing_is_withdrawn_when_it_is_there(
    linked: House, automate: Automate, told: list[ServiceCall], withdrawn: list[ServiceCall]
) -> None:
    await automate("noise_answers", homes=first_home(linked))
    linked.hass.bus.async_fire("automation_reloaded")
    await noise(linked, 1)
    shown = [call.data["notification_id"] for call in told]
    assert len(shown) == 2
    in_home(linked, LAMP)
    in_home(linked, PLAYER)
    linked.hass.states.async_set("tts.voice", "unknown")
    withdrawn.clear()
    await noise(linked, 2)
    assert [call.data["notification_id"] for call in withdrawn] == shown


async def test_the_notification_goes_when_the_noise_ends(
    equipped: House, automate: Automate, told: list[ServiceCall], withdrawn: list[ServiceCall]
) -> None:
    await automate("noise_answers", homes=first_home(equipped))
    await noise(equipped, 3)
    [call] = told
    withdrawn.clear()
    await quiet(equipped)
    assert [each.data for each in withdrawn] == [{"notification_id": call.data["notification_id"]}]


async def test_a_complete_home_needs_no_explanation(
    equipped: House, automate: Automate, told: list[ServiceCall], withdrawn: list[ServiceCall]
) -> None:
    await automate("noise_answers", homes=first_home(equipped))
    equipped.hass.bus.async_fire("automation_reloaded")
    await equipped.settle()
    assert not told
    assert [call.data["notification_id"] for call in withdrawn] == [
        "minut_noise_answers_automation.made"
    ]


async def test_nothing_is_repeated_after_a_restart(
    equipped: House, hass: HomeAssistant, automate: Automate, told: list[ServiceCall]
) -> None:
    await automate("noise_answers", homes=first_home(equipped))
    await noise(equipped, 3)
    assert messages(told) == [THIRD]
    await equipped.stop()
    await equipped.start()
    assert not told
    await quiet(equipped)
    await noise(equipped, 3)
    assert messages(told) == [THIRD]


async def test_own_actions_know_the_notice(
    equipped: House, automate: Automate, told: list[ServiceCall], withdrawn: list[ServiceCall]
) -> None:
    own = {
        "action": "persistent_notification.dismiss",
        "data": {"notification_id": "{{ home }}: {{ step }}"},
    }
    await automate("noise_answers", homes=first_home(equipped), actions=[own])
    await noise(equipped, 3)
    assert withdrawn[-1].data["notification_id"] == "Lakeside 4: 3"
