"""The hook at Minut: registered, kept, replaced and removed, over real sockets."""

from datetime import timedelta

from homeassistant.helpers import issue_registry as ir
import pytest

from .deliveries import WEBHOOK_ID, address
from .house import House


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
