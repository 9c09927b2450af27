"""Set-up and tear-down of an account, and what keeps it going."""

import asyncio
from datetime import timedelta

from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.models import Device, Event
from custom_components.point.minut.paging import Listing
from custom_components.point.polling.schedule import Plan
from custom_components.point.storage import AccountStore

from .helpers.house import House


async def test_reads_the_account_with_few_requests(linked: House) -> None:
    """Predecessor asked for each device and sensor."""
    paths = [(r.method, r.path) for r in linked.simulator.requests if r.path != "/oauth/token"]
    [hook_id] = linked.simulator.hooks
    homes = sorted(linked.homes, key=lambda home: home.home_id)
    assert sorted(paths) == [
        ("GET", "/devices"),
        ("GET", "/events"),
        ("GET", "/homes"),
        *(("GET", f"/homes/{home.home_id}/events") for home in homes),  # noise may stand there
        ("GET", "/webhooks"),
        ("GET", "/webhooks"),  # as Minut shows the new one
        ("POST", "/webhooks"),
        ("POST", f"/webhooks/{hook_id}/ping"),
    ]


async def test_unloads_and_loads_again(linked: House) -> None:
    assert await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    assert linked.entry.state is ConfigEntryState.NOT_LOADED
    assert linked.state("sensor.temperature") == "unavailable"
    assert await linked.hass.config_entries.async_setup(linked.entry.entry_id)
    await linked.settle()
    assert linked.state("sensor.temperature") != "unavailable"


async def test_unloads_while_the_cloud_is_away(linked: House) -> None:
    """Predecessor's defect 44."""
    linked.simulator.faults.add(status=500, times=None)
    assert await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    assert linked.entry.state is ConfigEntryState.NOT_LOADED


class PollUnderWay:
    """A poll whose answer, which lists a new Point, is on its way until it may arrive."""

    def __init__(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        self._house = house
        self._monkeypatch = monkeypatch
        self._has_answer = asyncio.Event()
        self._may_arrive = asyncio.Event()

    async def begin(self) -> str:
        """Begin it; return the id of the new Point."""
        device = await self._house.simulator.add_device(self._house.home, "Jetty")
        devices = MinutClient.devices

        async def slow(client: MinutClient) -> Listing[Device]:
            answer = await devices(client)
            self._has_answer.set()
            await self._may_arrive.wait()
            return answer

        self._house.freezer.tick(timedelta(minutes=61))
        self._monkeypatch.setattr(MinutClient, "devices", slow)
        coordinator = self._house.entry.runtime_data.coordinator
        self._poll = asyncio.ensure_future(coordinator.async_refresh())
        await self._has_answer.wait()
        self._monkeypatch.setattr(MinutClient, "devices", devices)
        return device.device_id

    async def end(self) -> None:
        """Send the answer, and wait for its effects."""
        self._may_arrive.set()
        await self._poll


@pytest.fixture
def poll(linked: House, monkeypatch: pytest.MonkeyPatch) -> PollUnderWay:
    """Return a poll that can go on during something else."""
    return PollUnderWay(linked, monkeypatch)


async def test_a_poll_that_ends_during_a_reload_adds_nothing_to_what_goes(
    linked: House,
    poll: PollUnderWay,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Entities without a platform stay behind, and the new ones are refused as theirs."""
    device_id = await poll.begin()
    close = AccountStore.async_close

    async def on_a_slow_disk(store: AccountStore) -> None:
        await poll.end()
        await close(store)

    monkeypatch.setattr(AccountStore, "async_close", on_a_slow_disk)
    assert await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    assert linked.state("sensor.temperature", device_id) != "unavailable"
    assert not [r for r in caplog.records if r.levelname in ("WARNING", "ERROR")]


async def test_events_that_are_fetched_during_a_reload_add_nothing_to_what_goes(
    linked: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The first event of a kind may bring an entity."""
    coordinator = linked.entry.runtime_data.coordinator
    event = Event(
        id="1",
        type="smoking_detection_smoking_detected",
        created_at=linked.simulator.time(),
        device_id=linked.point,
    )
    close = AccountStore.async_close

    async def on_a_slow_disk(store: AccountStore) -> None:
        coordinator.async_apply_missed([event])
        await linked.hass.async_block_till_done()
        await close(store)

    monkeypatch.setattr(AccountStore, "async_close", on_a_slow_disk)
    assert await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    assert linked.state("binary_sensor.smoking") != "unavailable"
    assert not [r for r in caplog.records if r.levelname in ("WARNING", "ERROR")]


@pytest.mark.parametrize("expected_lingering_timers", [True])  # it goes on indeed
async def test_an_account_that_could_not_be_unloaded_goes_on(
    linked: House, poll: PollUnderWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    device_id = await poll.begin()

    async def unload(*_: object) -> bool:
        await poll.end()
        return False

    monkeypatch.setattr(linked.hass.config_entries, "async_unload_platforms", unload)
    assert not await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    assert linked.entry.state is ConfigEntryState.FAILED_UNLOAD
    await linked.simulator.emit("button_short_press", device=linked.point)
    await linked.settle()
    assert [each.status for each in linked.simulator.deliveries] == [200]
    for _ in range(2):
        await linked.advance(minutes=61)
    assert linked.state("sensor.temperature", device_id) != "unavailable"


@pytest.mark.parametrize("status", [404, 429, 500, 502])
@pytest.mark.parametrize("path", ["/homes", "/devices"])
async def test_a_cloud_that_fails_is_tried_again(house: House, path: str, status: int) -> None:
    house.simulator.faults.add(path=path, status=status, body="<html>")
    await house.link(state=ConfigEntryState.SETUP_RETRY)
    await house.advance(minutes=11)
    assert house.entry.state is ConfigEntryState.LOADED


async def test_a_login_that_minut_does_not_accept_asks_to_sign_in_again(house: House) -> None:
    """Predecessor's defect 41."""
    house.simulator.faults.add(path="/homes", status=401, times=None)
    await house.link(state=ConfigEntryState.SETUP_ERROR)
    (flow,) = house.hass.config_entries.flow.async_progress_by_handler("point")
    assert flow["context"]["source"] == "reauth"


@pytest.mark.parametrize("status", [400, 401])
async def test_a_dead_refresh_token_asks_to_sign_in_again(house: House, status: int) -> None:
    """Predecessor's defect 40."""
    house.simulator.switches.refuse_refresh = status
    entry = await house.make_entry()
    house.freezer.tick(timedelta(hours=2))
    await house.hass.config_entries.async_setup(entry.entry_id)
    await house.settle()
    assert entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = house.hass.config_entries.flow.async_progress_by_handler("point")
    assert flow["context"]["source"] == "reauth"


async def test_an_entry_of_an_old_core_asks_to_sign_in_again(house: House) -> None:
    entry = await house.make_entry()
    data = {key: value for key, value in entry.data.items() if key != "auth_implementation"}
    house.hass.config_entries.async_update_entry(entry, data=data)
    await house.hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR


async def test_an_empty_account_loads_and_its_first_point_appears(house: House) -> None:
    """Predecessor's defects 26 and 29."""
    for home in house.homes:
        await house.simulator.remove_home(home.home_id)
    await house.link()
    home = await house.simulator.add_home("Cabin")
    device = await house.simulator.add_device(home.home_id, "Loft")
    await house.advance(minutes=61)
    await house.advance(minutes=61)
    assert house.state("sensor.temperature", device.device_id) != "unavailable"
    assert house.panel(home.home_id) == "disarmed"


# A cloud that comes and goes


async def test_two_failed_polls_are_forgiven_and_the_third_is_not(
    linked: House, caplog: pytest.LogCaptureFixture
) -> None:
    fault = linked.simulator.faults.add(method="GET", status=502, times=None)
    await linked.advance(minutes=15)
    await linked.advance(minutes=2)
    assert fault.hits == 2
    assert linked.state("sensor.temperature") != "unavailable"
    assert linked.panel() == "disarmed"
    await linked.advance(minutes=3)
    assert linked.state("sensor.temperature") == "unavailable"
    assert linked.panel() == "unavailable"
    for _ in range(3):
        await linked.advance(minutes=60)
    linked.simulator.faults.clear()
    await linked.advance(minutes=61)
    assert linked.state("sensor.temperature") != "unavailable"
    told = [r for r in caplog.records if r.name == "custom_components.point.coordinator"]
    assert [r.levelname for r in told if r.levelname != "DEBUG"] == ["ERROR", "INFO"]


async def test_a_hanging_answer_ends(linked: House) -> None:
    linked.simulator.faults.add(method="GET", path="/homes", hang=True)
    poll = linked.hass.async_create_background_task(
        linked.entry.runtime_data.coordinator.async_refresh(), "poll"
    )
    now = linked.simulator.time()
    linked.entry.runtime_data.coordinator._schedule._homes = Plan(now, now)
    await linked.hass.async_block_till_done()
    linked.simulator.faults.release()
    await poll
    assert linked.state("sensor.temperature") != "unavailable"


async def test_retry_after_is_honoured(linked: House) -> None:
    fault = linked.simulator.faults.add(
        method="GET", status=429, headers={"Retry-After": "600"}, times=None
    )
    await linked.advance(minutes=15)
    assert fault.hits == 1
    await linked.advance(minutes=5)
    assert fault.hits == 1
    await linked.advance(minutes=6)
    assert fault.hits == 2


@pytest.mark.parametrize("retry_after", ["0", "1", "Wed, 21 Oct 2015 07:28:00 GMT"])
async def test_a_retry_after_that_is_no_pause_does_not_speed_the_polls_up(
    linked: House, retry_after: str
) -> None:
    headers = {"Retry-After": retry_after}
    fault = linked.simulator.faults.add(method="GET", status=503, headers=headers, times=None)
    for minutes in (15, 2, 3):
        await linked.advance(minutes=minutes)
    assert fault.hits == 3
    await linked.advance(minutes=3)
    assert fault.hits == 3


async def test_an_account_without_api_access_is_told_so(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Predecessor's defect 41."""
    house.simulator.faults.add(method="GET", status=403, times=None)
    await house.link(state=ConfigEntryState.SETUP_RETRY)
    assert house.entry.error_reason_translation_key == "no_api_access"


async def test_a_login_that_ends_later_asks_to_sign_in_again(linked: House) -> None:
    fault = linked.simulator.faults.add(method="GET", status=401, times=None)
    await linked.advance(minutes=15)
    assert fault.hits == 2  # once more with a token that was renewed
    (flow,) = linked.hass.config_entries.flow.async_progress_by_handler("point")
    assert flow["context"]["source"] == "reauth"


async def test_a_renewed_token_is_stored(linked: House) -> None:
    before = linked.entry.data["token"]["refresh_token"]
    await linked.advance(minutes=61)
    assert linked.entry.data["token"]["refresh_token"] != before
    assert linked.state("sensor.temperature") != "unavailable"


@pytest.mark.points(2)
@pytest.mark.homes(2)
async def test_asks_a_fraction_of_what_core_asked(house: House) -> None:
    """Predecessor's defect 34: 2,880 requests a day for readings that change 24 times."""
    await house.simulator.remove_home(house.homes[1].home_id)
    await house.simulator.remove_device(house.devices[1].device_id)
    await house.link()
    before = len(house.simulator.requests)
    for _ in range(24 * 12):
        await house.advance(minutes=5)
    asked = [r for r in house.simulator.requests[before:] if r.path != "/oauth/token"]
    assert len(asked) <= 150


# Entities


@pytest.mark.points(2)
@pytest.mark.homes(2)
async def test_unique_ids_are_those_of_core(linked: House) -> None:
    registry = er.async_get(linked.hass)
    entries = er.async_entries_for_config_entry(registry, linked.entry.entry_id)
    unique_ids = {entry.unique_id for entry in entries}
    assert f"point.{linked.home}" in unique_ids
    assert {f"point.{linked.point}-{key}" for key in ("temperature", "tamper")} <= unique_ids
    pressure = sum(device.has_pressure for device in linked.devices)
    assert len(unique_ids) == 5 + 4 + 2 * 10 + 4 * 38 + pressure


async def test_a_poll_that_fails_after_the_account_was_unloaded_asks_for_nothing(
    linked: House,
) -> None:
    coordinator = linked.entry.runtime_data.coordinator
    await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    linked.simulator.revoke_tokens()
    linked.freezer.tick(3700)
    await coordinator.async_refresh()
    await linked.settle()
    assert not linked.hass.config_entries.flow.async_progress_by_handler("point")
