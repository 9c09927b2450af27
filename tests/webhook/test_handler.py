"""The hook at Minut: registered, kept, replaced and removed, over real sockets."""

from dataclasses import replace

from homeassistant.helpers import issue_registry as ir
import pytest

from ..helpers.deliveries import address, register_former_hook, register_hook
from ..helpers.house import House


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
    stranger = await register_hook(house, "https://example.org/api/webhook/another")
    await register_former_hook(house, "https://former.example.org")
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
    former = await register_hook(house, address(house))
    await house.hass.config_entries.async_setup(entry.entry_id)
    await house.settle()
    (hook,) = house.simulator.hooks.values()
    assert hook.hook_id != former


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
    house.simulator.faults.add(method="POST", path="/webhooks", status=status, times=None)
    await house.link()
    assert house.state("sensor.temperature") != "unavailable"
    assert not house.simulator.hooks
    await house.advance(minutes=1)
    house.simulator.faults.clear()
    await house.advance(minutes=2)
    assert len(house.simulator.hooks) == 1
    warnings = [r for r in caplog.records if "Couldn't register the webhook" in r.getMessage()]
    assert [record.levelname for record in warnings].count("WARNING") == 1


def refusal(house: House) -> ir.IssueEntry | None:
    issue_id = f"push_refused_{house.entry.entry_id}"
    return ir.async_get(house.hass).async_get_issue("point", issue_id)


async def test_the_third_failure_in_a_row_is_told_of_until_it_is_over(house: House) -> None:
    house.simulator.faults.add(method="POST", path="/webhooks", status=403, times=None)
    await house.link()
    await house.advance(minutes=1)
    assert not refusal(house)
    await house.advance(minutes=2)
    assert refusal(house)
    house.simulator.faults.clear()
    await house.advance(minutes=4)
    assert len(house.simulator.hooks) == 1
    assert not refusal(house)


async def test_a_former_hook_that_cannot_be_deleted_does_not_stop_push(house: House) -> None:
    await house.link()
    await register_former_hook(house, "https://former.example.org")
    house.simulator.faults.add(method="DELETE", status=503)
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()
    assert len(house.simulator.hooks) == 2
    assert house.state("binary_sensor.motion") == "off"
    await house.advance(minutes=1)
    assert [hook.url for hook in house.simulator.hooks.values()] == [address(house)]


async def test_a_hook_that_wants_only_some_events_gives_way(linked: House) -> None:
    [hook] = linked.simulator.hooks.values()
    linked.simulator.hooks[hook.hook_id] = replace(hook, events=("pir_motion",))
    await linked.advance(hours=24)
    [hook] = linked.simulator.hooks.values()
    assert hook.events == ("*",)


async def test_a_deletion_that_is_refused_is_tried_again_ever_more_seldom(linked: House) -> None:
    for number in range(2):
        await register_former_hook(linked, f"https://{number}.example.org")
    linked.simulator.faults.add(method="DELETE", status=403, times=None)
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    before = linked.requests("GET", "/webhooks")
    for _ in range(60):
        await linked.advance(minutes=1)
    assert linked.requests("GET", "/webhooks") - before <= 6
    assert len(linked.simulator.hooks) == 3
    linked.simulator.faults.clear()
    await linked.advance(hours=1)
    assert len(linked.simulator.hooks) == 1


async def test_a_hook_that_minut_shows_otherwise_is_made_anew_only_once(linked: House) -> None:
    """Perhaps it always shows them so."""
    [former] = linked.simulator.hooks.values()

    def show(hook_id: str) -> None:
        shown = {"hook_id": hook_id, "url": former.url.upper(), "events": ["pir_motion", "tamper"]}
        linked.simulator.faults.clear()
        linked.simulator.faults.add(
            method="GET", path="/webhooks", status=200, body={"hooks": [shown]}, times=None
        )

    show(former.hook_id)
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    second = linked.entry.data["hook_id"]
    assert second != former.hook_id
    show(second)
    for _ in range(3):
        await linked.hass.config_entries.async_reload(linked.entry.entry_id)
        await linked.settle()
    assert linked.entry.data["hook_id"] == second


async def test_an_entry_without_webhook_id_gets_one(house: House) -> None:
    """Core wrote none before 2024.10."""
    entry = await house.make_entry()
    data = {key: value for key, value in entry.data.items() if key != "webhook_id"}
    house.hass.config_entries.async_update_entry(entry, data=data)
    await house.hass.config_entries.async_setup(entry.entry_id)
    await house.settle()
    (hook,) = house.simulator.hooks.values()
    assert hook.url.endswith(f"/api/webhook/{entry.data['webhook_id']}")
