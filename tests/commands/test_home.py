"""Commands for a home are done when the cloud shows it, whichever way it wants them sent."""

import asyncio
from datetime import timedelta
import itertools

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.point.commands.home import FIRST_READS, FURTHER_READS
from custom_components.point.minut.rate_limit import RequestBudget

from ..helpers.commands import advance, call_while, pause
from ..helpers.house import House

WAITS = [later - earlier for earlier, later in itertools.pairwise(FIRST_READS)]
MORE_WAITS = [later - earlier for earlier, later in itertools.pairwise(FURTHER_READS)]
ALL_WAITS = [*WAITS, *MORE_WAITS * 3]


def commands(house: House) -> list[str]:
    """Return the requests that changed a home, without its id."""
    return [
        f"{request.method} {request.path.removeprefix(f'/homes/{house.home}')}".strip()
        for request in house.simulator.requests
        if request.method in {"PATCH", "PUT"} and house.home in request.path
    ]


@pytest.fixture
async def linked(house: House) -> House:
    """Return a linked account whose homes arm at once."""
    house.simulator.switches.exit_delay *= 0
    await house.link()
    return house


@pytest.mark.parametrize(
    "alternative",
    ["alarm_upper_case", "alarm_in_alarm", "alarm_in_status", "alarm_in_alarm_info"],
)
async def test_the_alarm_is_read_wherever_and_however_it_is_written(
    house: House, alternative: str
) -> None:
    house.simulator.use(alternative)
    await house.link()
    assert house.panel() == "disarmed"
    await house.call_panel("alarm_arm_away")
    assert house.panel() == "arming"
    await house.advance(seconds=48)
    assert house.panel() == "armed_away"
    await house.call_panel("alarm_disarm")
    assert house.panel() == "disarmed"


@pytest.mark.parametrize(
    ("alternative", "sent"),
    [
        ("alarm_patch_needs_all", ["PATCH /alarm", "PATCH /alarm"]),
        *(
            (f"alarm_patch_{status}", ["PATCH /alarm", "PATCH /alarm", "PUT"])
            for status in (400, 404, 405, 501)
        ),
    ],
)
@pytest.mark.parametrize("status_200", [False, True])
async def test_a_refused_way_is_followed_by_the_next_and_what_worked_is_remembered(
    linked: House, alternative: str, sent: list[str], *, status_200: bool
) -> None:
    linked.simulator.use(alternative, *["error_status_200"] * status_200)
    await linked.call_panel("alarm_arm_away")
    assert linked.panel() == "armed_away"
    requested = [request for request in commands(linked) if request]
    assert list(dict.fromkeys(requested)) == list(dict.fromkeys(sent))
    before = len(requested)
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    await linked.call_panel("alarm_disarm")
    assert linked.panel() == "disarmed"
    assert commands(linked)[before:] == sent[-1:]


async def test_the_other_settings_of_the_alarm_are_sent_as_they_are(linked: House) -> None:
    home = linked.homes[0]
    home.silent_alarm = True
    home.scheduled_alarm_active = True
    await linked.advance(minutes=16)
    linked.simulator.use("alarm_patch_needs_all")
    await linked.call_panel("alarm_arm_away")
    assert linked.panel() == "armed_away"
    assert home.silent_alarm
    assert home.scheduled_alarm_active


async def test_an_accepted_way_that_does_nothing_is_followed_by_the_next(linked: House) -> None:
    linked.simulator.use("alarm_patch_ignored")
    command = linked.call_panel("alarm_arm_away")
    assert await call_while(linked, command, ALL_WAITS) is None
    assert linked.homes[0].alarm_status == "on"
    assert linked.panel() == "armed_away"
    assert commands(linked) == ["PATCH /alarm", "PATCH /alarm", "PUT"]
    await linked.call_panel("alarm_disarm")  # without a wait: the way is known now
    assert linked.panel() == "disarmed"


async def test_what_was_done_before_shows_no_way_that_works(linked: House) -> None:
    linked.simulator.use("alarm_patch_ignored")
    await call_while(linked, linked.call_panel("alarm_arm_away"), ALL_WAITS)
    await linked.simulator.disarm(linked.home)
    await linked.advance(minutes=16)
    await linked.call_panel("alarm_disarm")
    await linked.call_panel("alarm_arm_away")
    assert linked.panel() == "armed_away"
    assert commands(linked)[-2:] == ["PUT", "PUT"]


async def test_a_way_that_is_forbidden_hides_no_other_reason(linked: House) -> None:
    linked.simulator.use("alarm_patch_ignored")
    linked.simulator.faults.add(method="PUT", status=403, times=None)
    error = await call_while(linked, linked.call_panel("alarm_arm_away"), ALL_WAITS)
    assert isinstance(error, HomeAssistantError)
    assert error.translation_key == "alarm_kept"


@pytest.mark.parametrize("status", [200, 204])
async def test_arming_that_is_accepted_and_not_done_is_an_error(linked: House, status: int) -> None:
    """The action used to succeed while nothing was armed."""
    if status == 200:
        linked.simulator.use("alarm_ignored")
    else:
        for method in ("PATCH", "PUT"):
            linked.simulator.faults.add(method=method, status=204, times=None)
    command = linked.call_panel("alarm_arm_away")
    error = await call_while(linked, command, ALL_WAITS)
    assert isinstance(error, HomeAssistantError)
    assert error.translation_key == "alarm_kept"
    assert linked.panel() == "disarmed"
    assert len(commands(linked)) == 4


async def test_the_panel_shows_arming_until_minut_confirms(linked: House) -> None:
    linked.simulator.use("alarm_ignored")
    task = asyncio.create_task(linked.call_panel("alarm_arm_away"))
    await pause()
    assert linked.panel() == "arming"
    linked.simulator.alternatives.set("alarm_ignored", active=False)
    await linked.simulator.arm(linked.home)
    await advance(linked, FIRST_READS[1])
    await task
    assert linked.panel() == "armed_away"


async def test_the_panel_shows_disarming_but_never_hides_an_alarm(linked: House) -> None:
    await linked.call_panel("alarm_arm_away")
    linked.simulator.use("alarm_ignored")
    task = asyncio.create_task(linked.call_panel("alarm_disarm"))
    await pause()
    assert linked.panel() == "disarming"
    await linked.simulator.emit("alarm_grace_period_expired", home=linked.home)
    await pause()
    assert linked.panel() == "triggered"
    await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    with pytest.raises(HomeAssistantError):
        await task


async def test_an_error_in_a_200_is_a_refusal(linked: House) -> None:
    for method in ("PATCH", "PUT"):
        linked.simulator.faults.add(
            method=method, status=200, body={"error": "not_allowed"}, times=None
        )
    with pytest.raises(HomeAssistantError) as caught:
        await linked.call_panel("alarm_arm_away")
    assert caught.value.translation_key == "alarm_refused"
    assert linked.panel() == "disarmed"


async def test_a_newer_command_does_not_wait_for_an_older_one(linked: House) -> None:
    linked.simulator.use("alarm_ignored")
    arming = asyncio.create_task(linked.call_panel("alarm_arm_away"))
    await pause()
    linked.simulator.alternatives.set("alarm_ignored", active=False)
    disarming = asyncio.create_task(linked.call_panel("alarm_disarm"))
    await pause()
    assert linked.panel() == "disarmed"
    sent = len(commands(linked))
    await advance(linked, FIRST_READS[1])
    with pytest.raises(HomeAssistantError):
        await arming
    await disarming
    assert len(commands(linked)) == sent, "an older command must not undo a newer one"
    assert linked.panel() == "disarmed"


async def test_unloading_ends_the_wait_for_a_confirmation(linked: House) -> None:
    linked.simulator.use("alarm_ignored")
    arming = asyncio.create_task(linked.call_panel("alarm_arm_away"))
    await pause()
    await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    with pytest.raises(HomeAssistantError):
        await arming


async def test_a_stop_of_home_assistant_ends_the_wait(linked: House) -> None:
    linked.simulator.use("alarm_ignored")
    arming = asyncio.create_task(linked.call_panel("alarm_arm_away"))
    await pause()
    await linked.hass.async_stop(force=True)
    with pytest.raises(HomeAssistantError):
        await arming


async def test_what_cannot_be_confirmed_says_that_minut_was_not_reached(linked: House) -> None:
    linked.simulator.faults.add(method="GET", path=f"/homes/{linked.home}", status=502, times=None)
    command = linked.call_panel("alarm_arm_away")
    error = await call_while(linked, command, ALL_WAITS)
    assert isinstance(error, HomeAssistantError)
    assert error.translation_key == "alarm_unreachable"


async def test_an_answer_that_is_not_understood_is_checked(linked: House) -> None:
    linked.simulator.faults.add(method="PATCH", status=200, body="<html>", times=1)
    command = linked.call_panel("alarm_arm_away")
    assert await call_while(linked, command, ALL_WAITS) is None
    assert linked.panel() == "armed_away"


async def test_noise_monitoring_that_does_not_change_is_an_error(linked: House) -> None:
    for method in ("PATCH", "PUT"):
        linked.simulator.faults.add(method=method, status=200, body={}, times=None)
    command = linked.call("switch.noise_monitoring", "turn_off", of=linked.home)
    error = await call_while(linked, command, ALL_WAITS)
    assert isinstance(error, HomeAssistantError)
    assert error.translation_key == "change_kept"
    assert linked.state("switch.noise_monitoring", of=linked.home) == "on"


@pytest.mark.homes(2)
async def test_many_homes_are_read_back_as_one_list(house: House) -> None:
    house.simulator.switches.exit_delay *= 0
    for number in range(18):
        await house.simulator.add_home(f"Home {number}")
    await house.link()
    await house.settle()
    before = len(house.simulator.requests)
    panels = [house.entity_id("alarm_control_panel.alarm", of=home.home_id) for home in house.homes]
    await house.hass.services.async_call(
        "alarm_control_panel", "alarm_arm_away", {ATTR_ENTITY_ID: panels}, blocking=True
    )
    assert {house.panel(home.home_id) for home in house.homes} == {"armed_away"}
    assert {home.alarm_status for home in house.homes} == {"on"}
    sent = [f"{request.method} {request.path}" for request in house.simulator.requests[before:]]
    assert len([request for request in sent if request.startswith("PATCH")]) == 20
    assert sent.count("GET /homes") <= 2
    assert len(sent) <= 24


@pytest.mark.parametrize("status", [403, 502])
async def test_many_homes_are_read_back_though_the_list_fails(house: House, status: int) -> None:
    """Where the list is forbidden, each home is read; what is unreachable is read again."""
    house.simulator.switches.exit_delay *= 0
    for number in range(18):
        await house.simulator.add_home(f"Home {number}")
    await house.link()
    times = 2 if status == 403 else 1  # again with a renewed token
    house.simulator.faults.add(method="GET", path="/homes", status=status, times=times)
    panels = [house.entity_id("alarm_control_panel.alarm", of=home.home_id) for home in house.homes]
    call = house.hass.services.async_call(
        "alarm_control_panel", "alarm_arm_away", {ATTR_ENTITY_ID: panels}, blocking=True
    )
    assert await call_while(house, call, [5] * 6) is None
    assert {house.panel(home.home_id) for home in house.homes} == {"armed_away"}


@pytest.mark.parametrize(("homes", "longest"), [(40, 15), (100, 60)])
async def test_many_homes_are_armed_in_time_within_the_limits_of_minut(
    house: House, monkeypatch: pytest.MonkeyPatch, homes: int, longest: float
) -> None:
    """40 homes took more than a minute."""
    house.simulator.switches.exit_delay *= 0
    for number in range(homes - len(house.homes)):
        await house.simulator.add_home(f"Home {number}")
    await house.link()
    await house.advance(minutes=2)
    monkeypatch.undo()  # of the ample budget
    house.entry.runtime_data.client._request.__self__._budget = RequestBudget()
    house.simulator.switches.enforce_limits = True
    panels = [house.entity_id("alarm_control_panel.alarm", of=home.home_id) for home in house.homes]
    started_at = house.simulator.time()
    call = asyncio.create_task(
        house.hass.services.async_call(
            "alarm_control_panel", "alarm_arm_away", {ATTR_ENTITY_ID: panels}, blocking=True
        )
    )
    while not call.done() and house.simulator.time() < started_at + timedelta(seconds=90):
        await advance(house, 0.5)
    await call
    assert house.simulator.time() - started_at <= timedelta(seconds=longest)
    assert {home.alarm_status for home in house.homes} == {"on"}
    assert {house.panel(home.home_id) for home in house.homes} == {"armed_away"}
    assert not [request for request in house.simulator.requests if request.status == 429]
