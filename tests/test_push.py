"""The hook at Minut and what it delivers, over real sockets."""

import asyncio
from datetime import timedelta
import json

from aiohttp import ClientResponse
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.point.const import EVENT_RECEIVED
from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.models import Hook

from .house import House

WEBHOOK_ID = "0123456789abcdef" * 4


def address(house: House) -> str:
    """Return the hook's address."""
    return f"{house.hass.config.internal_url}/api/webhook/{WEBHOOK_ID}"


def delivery(house: House, **changed: object) -> dict[str, object]:
    """Return what Minut would deliver."""
    event = {
        "id": "66bb00112233445566778899",
        "type": "short_button_press",
        "created_at": house.simulator.time().isoformat(),
        "home_id": house.home,
        "device_id": house.point,
    }
    return {"hook_id": house.entry.data["hook_id"], "event": event, **changed}


async def post(
    house: House, payload: object, *, headers: dict[str, str] | None = None
) -> ClientResponse:
    """Deliver something to the hook as anybody could, and let it take effect."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    response = await house.browser.post(f"/api/webhook/{WEBHOOK_ID}", data=body, headers=headers)
    await house.settle()
    return response


@pytest.fixture
def received(hass: HomeAssistant) -> list[Event]:
    """Return a list that collects the events on Home Assistant's bus."""
    events: list[Event] = async_capture_events(hass, EVENT_RECEIVED)
    return events


# Registration


async def test_registers_one_hook_for_all_events_at_an_address_the_cloud_reaches(
    linked: House,
) -> None:
    (hook,) = linked.simulator.hooks.values()
    assert hook.url == address(linked)
    assert list(hook.events) == ["*"]
    assert linked.entry.data["hook_id"] == hook.hook_id
    assert linked.entry.data["hook_secret"] == hook.secret
    assert linked.entry.data["hook_token"] == hook.token


async def test_keeps_the_hook_over_a_reload(linked: House) -> None:
    """Predecessor's defect 45: each reload made a new hook, and events in between were lost."""
    before = dict(linked.simulator.hooks)
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    assert linked.simulator.hooks == before
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    assert linked.state("binary_sensor.button_press") == "on"


async def test_replaces_hooks_of_a_former_address_and_leaves_strangers_alone(
    house: House,
) -> None:
    """Predecessor's defect 49."""
    await house.link()
    stranger = await _hook(house, "https://example.org/api/webhook/another")
    await _hook(house, f"https://former.example.org/api/webhook/{WEBHOOK_ID}")
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()
    assert {hook.url for hook in house.simulator.hooks.values()} == {
        address(house),
        "https://example.org/api/webhook/another",
    }
    assert stranger in house.simulator.hooks


async def test_a_hook_that_core_left_gives_way_to_one_whose_secret_is_known(
    house: House,
) -> None:
    entry = await house.make_entry()
    former = await _hook(house, address(house))
    await house.hass.config_entries.async_setup(entry.entry_id)
    await house.settle()
    (hook,) = house.simulator.hooks.values()
    assert hook.hook_id != former


async def _hook(house: House, url: str) -> str:
    session = house.browser.session
    token = house.simulator.issue_token()["access_token"]
    response = await session.post(
        f"{house.simulator.root}/webhooks",
        json={"url": url, "events": ["*"]},
        headers={"Authorization": f"Bearer {token}"},
    )
    return str((await response.json())["hook_id"])


@pytest.mark.parametrize(
    "url", ["https://[x", "https://h:99999/x", "https://h:abc/", "", None, "\ud83d"]
)
async def test_a_stranger_with_an_odd_address_does_not_stop_push(
    house: House, url: str | None
) -> None:
    odd = {"hooks": [{"hook_id": "stranger", "url": url}]}
    house.simulator.faults.add(method="GET", path="/webhooks", status=200, body=odd)
    await house.link()
    assert len(house.simulator.hooks) == 1


@pytest.mark.parametrize("status", [400, 403, 500, 503])
async def test_polling_goes_on_when_the_hook_is_refused_and_it_is_tried_again(
    house: House, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    """Predecessor's defects 42 and 50."""
    house.simulator.faults.add(method="POST", path="/webhooks", status=status, times=2)
    await house.link()
    assert house.state("sensor.temperature") != "unavailable"
    assert not house.simulator.hooks
    await house.advance(minutes=1)
    await house.advance(minutes=2)
    assert len(house.simulator.hooks) == 1
    warnings = [r for r in caplog.records if "could not be set in order" in r.getMessage()]
    assert [record.levelname for record in warnings].count("WARNING") == 1


async def test_without_a_public_address_polling_goes_on_and_a_repair_says_so(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Predecessor's defect 47: an internal address was registered at the cloud."""
    monkeypatch.setattr("custom_components.point.push.is_loopback", lambda _url: False)
    await house.link()
    assert not house.simulator.hooks
    issue_id = f"no_push_address_{house.entry.entry_id}"
    assert ir.async_get(house.hass).async_get_issue("point", issue_id)

    await house.hass.config.async_update(external_url="https://home.example.org")
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()
    (hook,) = house.simulator.hooks.values()
    assert hook.url == f"https://home.example.org/api/webhook/{WEBHOOK_ID}"
    assert not ir.async_get(house.hass).async_get_issue("point", issue_id)


async def test_plain_http_is_no_public_address(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.point.push.is_loopback", lambda _url: False)
    await house.hass.config.async_update(external_url="http://home.example.org")
    await house.link()
    assert not house.simulator.hooks


async def test_an_entry_without_webhook_id_gets_one(house: House) -> None:
    """Core wrote none before 2024.10."""
    entry = await house.make_entry()
    data = {key: value for key, value in entry.data.items() if key != "webhook_id"}
    house.hass.config_entries.async_update_entry(entry, data=data)
    await house.hass.config_entries.async_setup(entry.entry_id)
    await house.settle()
    (hook,) = house.simulator.hooks.values()
    assert hook.url.endswith(f"/api/webhook/{entry.data['webhook_id']}")


# Removal


async def test_removing_the_entry_deletes_its_hooks_at_the_cloud(linked: House) -> None:
    stranger = await _hook(linked, "https://example.org/api/webhook/another")
    await linked.hass.config_entries.async_remove(linked.entry.entry_id)
    await linked.settle()
    assert list(linked.simulator.hooks) == [stranger]


async def test_removing_an_entry_that_is_not_loaded_deletes_its_hook_too(linked: House) -> None:
    """Predecessor's defect 46."""
    await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    assert len(linked.simulator.hooks) == 1
    await linked.hass.config_entries.async_remove(linked.entry.entry_id)
    assert not linked.simulator.hooks


async def test_removing_works_with_an_expired_token(linked: House) -> None:
    linked.freezer.tick(timedelta(hours=2))
    await linked.hass.config_entries.async_remove(linked.entry.entry_id)
    assert not linked.simulator.hooks


@pytest.mark.parametrize("status", [204, 200])
async def test_any_answer_to_the_deletion_will_do(linked: House, status: int) -> None:
    """Predecessor's defect 44: an empty answer left the entry in a failed state."""
    linked.simulator.switches.delete_hook_status = status  # type: ignore[assignment] # a table
    await linked.hass.config_entries.async_remove(linked.entry.entry_id)
    assert not linked.simulator.hooks


async def test_a_hook_that_could_not_be_deleted_is_told_of(linked: House) -> None:
    linked.simulator.faults.add(method="DELETE", status=503)
    await linked.hass.config_entries.async_remove(linked.entry.entry_id)
    issue = ir.async_get(linked.hass).async_get_issue(
        "point", f"hooks_left_{linked.entry.entry_id}"
    )
    assert issue
    assert issue.translation_key == "hooks_left"


# Deliveries


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
    assert event.data["device"] == point.id
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
    linked: House, received: list[Event], scheme: str, token: str
) -> None:
    linked.simulator.switches.signature = scheme  # type: ignore[assignment] # a table
    linked.simulator.switches.delivery_token = token  # type: ignore[assignment] # a table
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    assert len(received) == 1


@pytest.mark.parametrize(
    ("payload", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b"\xff\xfe", 400),
        ([1, 2], 400),
        ({}, 400),
        ({"event": {"type": "pir_motion"}}, 400),
        ({"hook_id": None, "event": {"type": "pir_motion"}}, 400),
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


@pytest.mark.parametrize("method", ["PUT", "GET"])
async def test_only_post_delivers(linked: House, received: list[Event], method: str) -> None:
    await linked.browser.request(
        method, f"/api/webhook/{WEBHOOK_ID}", data=json.dumps(delivery(linked))
    )
    await linked.settle()
    assert not received


async def test_a_delivery_that_overtakes_the_registration_waits_for_it(
    house: House, received: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Predecessor's defect 56: what came before the handler was there was lost."""
    created, go_on = asyncio.Event(), asyncio.Event()
    create_hook = MinutClient.create_hook

    async def answer_late(client: MinutClient, url: str, *, token: str) -> Hook:
        hook = await create_hook(client, url, token=token)
        created.set()
        await go_on.wait()
        return hook

    monkeypatch.setattr(MinutClient, "create_hook", answer_late)
    entry = await house.make_entry()
    await house.hass.config_entries.async_setup(entry.entry_id)
    await created.wait()
    await house.simulator.press_button(house.point)
    assert not received
    go_on.set()
    await house.settle()
    assert len(received) == 1


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


async def test_an_alarm_of_a_foreign_home_moves_no_panel_of_ours(linked: House) -> None:
    event = {"type": "alarm_grace_period_expired", "home_id": "f" * 24, "device_id": linked.point}
    await post(linked, delivery(linked, event=event))
    assert linked.panel() == "disarmed"
