"""The address at which Minut reaches Home Assistant, and what happens when it changes."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from yarl import URL

from ..helpers.deliveries import WEBHOOK_ID, address, answer_registrations_late, register_hook
from ..helpers.house import House
from ..helpers.nabu_casa import NabuCasa


@pytest.fixture
def _real_cloud(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the simulator for a cloud that is not on this machine, with an internet between."""

    async def send(url: str, body: bytes, headers: dict[str, str]) -> int:
        response = await house.browser.post(URL(url).path, data=body, headers=headers)
        return response.status

    monkeypatch.setattr("custom_components.point.webhook.url.is_loopback", lambda _url: False)
    house.simulator.webhooks.send = send


def hook_urls(house: House) -> set[str]:
    return {hook.url for hook in house.simulator.hooks.values()}


def issues(house: House) -> set[str]:
    registry = ir.async_get(house.hass)
    found = registry.issues.values()
    return {issue.translation_key or "" for issue in found if issue.domain == "point"}


def public(address: str) -> str:
    return f"{address}/api/webhook/{WEBHOOK_ID}"


async def set_external_url(house: House, url: str | None) -> None:
    """Change the address under Settings → System → Network, and wait as long as it may take."""
    await house.hass.config.async_update(external_url=url)
    await house.advance(seconds=3)


# Which one it is


async def test_home_assistant_cloud_goes_first(house: House, nabu_casa: NabuCasa) -> None:
    await house.hass.config.async_update(external_url="https://home.example.org")
    await house.link()
    assert hook_urls(house) == {"https://hooks.nabu.casa/1"}


async def test_a_delivery_through_home_assistant_cloud_shows_at_once(
    house: House, nabu_casa: NabuCasa
) -> None:
    """All checks hold for it as for any other: it is verified in the same way."""
    await house.link()
    await house.simulator.press_button(house.point)
    await house.settle()
    assert house.state("binary_sensor.button_press") == "on"
    assert house.entry.data["hook_scheme"] == "hmac-sha256 x-minut-signature"
    house.simulator.switches.signature = "none"
    await house.simulator.motion(house.point)
    await house.settle()
    assert house.simulator.deliveries[-1].status == 401
    assert house.state("binary_sensor.motion") == "off"


@pytest.mark.usefixtures("_real_cloud")
@pytest.mark.parametrize("lack", ["is_logged_in", "subscription_expired"])
async def test_without_a_subscription_it_is_the_external_address(
    house: House, nabu_casa: NabuCasa, lack: str
) -> None:
    setattr(nabu_casa, lack, not getattr(nabu_casa, lack))
    await house.hass.config.async_update(external_url="https://home.example.org")
    await house.link()
    assert hook_urls(house) == {public("https://home.example.org")}


async def test_a_cloud_on_this_machine_is_given_an_address_on_this_machine(linked: House) -> None:
    assert hook_urls(linked) == {address(linked)}
    assert not issues(linked)


@pytest.mark.usefixtures("_real_cloud")
@pytest.mark.parametrize(
    "url",
    [
        None,
        "https://192.168.1.20:8123",
        "https://homeassistant.local:8123",
        "https://homeassistant:8123",
        "http://10.0.0.4:8123",
        "https://[fd00::1]:8123",
    ],
)
async def test_where_there_is_no_public_address_a_repair_says_so(
    house: House, url: str | None
) -> None:
    """Predecessor's defect 47: an internal address was registered at the cloud."""
    await house.hass.config.async_update(external_url=url)
    await house.link()
    assert not house.simulator.hooks
    assert issues(house) == {"no_push_address"}
    assert house.state("sensor.temperature") != "unavailable"


@pytest.mark.usefixtures("_real_cloud")
async def test_where_the_address_is_not_encrypted_a_repair_says_so(house: House) -> None:
    await house.hass.config.async_update(external_url="http://home.example.org")
    await house.link()
    assert not house.simulator.hooks
    assert issues(house) == {"insecure_push_address"}
    await set_external_url(house, "https://home.example.org")
    assert hook_urls(house) == {public("https://home.example.org")}
    assert not issues(house)


# When it changes


@pytest.mark.usefixtures("_real_cloud")
async def test_follows_the_external_address_within_seconds(house: House) -> None:
    """Predecessor's defects 48 and 49."""
    await house.hass.config.async_update(external_url="https://home.example.org")
    await house.link()
    stranger = await register_hook(house, "https://example.org/api/webhook/another")
    await set_external_url(house, "https://new.example.org")
    assert hook_urls(house) == {
        public("https://new.example.org"),
        "https://example.org/api/webhook/another",
    }
    assert stranger in house.simulator.hooks
    await set_external_url(house, None)
    assert list(house.simulator.hooks) == [stranger]
    assert issues(house) == {"no_push_address"}
    assert house.state("binary_sensor.push", house.simulator.account.user_id) == "off"


async def test_another_change_of_the_settings_asks_minut_nothing(linked: House) -> None:
    before = len(linked.simulator.requests)
    await linked.hass.config.async_update(location_name="Elsewhere")
    await linked.advance(seconds=3)
    assert len(linked.simulator.requests) == before


@pytest.mark.usefixtures("_real_cloud")
async def test_moves_when_home_assistant_cloud_comes_and_goes(
    house: House, nabu_casa: NabuCasa
) -> None:
    nabu_casa.is_logged_in = nabu_casa.connected = False
    await house.hass.config.async_update(external_url="https://home.example.org")
    await house.link()
    nabu_casa.is_logged_in = True
    nabu_casa.set_connected(connected=True)
    await house.advance(seconds=3)
    assert hook_urls(house) == {"https://hooks.nabu.casa/1"}
    await nabu_casa.log_out()
    await house.advance(seconds=3)
    assert hook_urls(house) == {public("https://home.example.org")}


async def test_a_lost_connection_of_home_assistant_cloud_moves_nothing(
    house: House, nabu_casa: NabuCasa
) -> None:
    """After each start it takes a moment to connect."""
    await house.link()
    before = dict(house.simulator.hooks)
    nabu_casa.set_connected(connected=False)
    await house.advance(seconds=3)
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()
    nabu_casa.set_connected(connected=True)
    await house.advance(seconds=3)
    assert house.simulator.hooks == before


async def test_a_cloudhook_that_is_deleted_is_replaced(house: House, nabu_casa: NabuCasa) -> None:
    await house.link()
    await nabu_casa.async_delete(WEBHOOK_ID)
    await house.advance(seconds=3)
    assert hook_urls(house) == {"https://hooks.nabu.casa/2"}
    await house.simulator.press_button(house.point)
    await house.settle()
    assert house.state("binary_sensor.button_press") == "on"


async def test_many_changes_at_once_lead_to_one_hook(house: House, nabu_casa: NabuCasa) -> None:
    await house.link()
    before = house.requests("POST", "/webhooks")
    await nabu_casa.async_delete(WEBHOOK_ID)
    for _ in range(5):
        nabu_casa.set_connected(connected=False)
        nabu_casa.set_connected(connected=True)
    await house.advance(seconds=3)
    assert len(house.simulator.hooks) == 1
    assert house.requests("POST", "/webhooks") == before + 1


@pytest.mark.usefixtures("_real_cloud")
async def test_a_change_during_a_registration_leads_to_one_hook(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that concerns the hook happens under one lock."""
    await house.hass.config.async_update(external_url="https://home.example.org")
    entry = await house.make_entry()
    created, go_on = answer_registrations_late(monkeypatch)
    await house.hass.config_entries.async_setup(entry.entry_id)
    await created.wait()
    await house.hass.config.async_update(external_url="https://new.example.org")
    house.freezer.tick(timedelta(seconds=3))
    async_fire_time_changed(house.hass)
    await asyncio.sleep(0)
    go_on.set()
    await house.settle()
    assert hook_urls(house) == {public("https://new.example.org")}
    assert house.requests("POST", "/webhooks") == 2


async def test_a_former_cloudhook_is_deleted_in_the_end(house: House, nabu_casa: NabuCasa) -> None:
    """Its address does not show that it was ours."""
    await house.link()
    house.simulator.faults.add(method="DELETE", status=503, times=2)
    await nabu_casa.async_delete(WEBHOOK_ID)
    await house.advance(seconds=3)
    assert len(house.simulator.hooks) == 2
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()
    assert len(house.simulator.hooks) == 2
    await house.advance(minutes=1)
    assert hook_urls(house) == {"https://hooks.nabu.casa/2"}
    assert "former_hooks" not in house.entry.data


async def test_a_former_cloudhook_goes_with_the_account(house: House, nabu_casa: NabuCasa) -> None:
    await house.link()
    house.simulator.faults.add(method="DELETE", status=503)
    await nabu_casa.async_delete(WEBHOOK_ID)
    await house.advance(seconds=3)
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert not house.simulator.hooks


@pytest.mark.usefixtures("_real_cloud")
async def test_an_address_of_our_own_follows_though_home_assistant_cloud_is_away(
    house: House, nabu_casa: NabuCasa
) -> None:
    nabu_casa.connected = False
    await house.hass.config.async_update(external_url="https://home.example.org")
    await house.link()
    await set_external_url(house, "https://new.example.org")
    assert hook_urls(house) == {public("https://new.example.org")}


async def test_whatever_home_assistant_cloud_raises_stops_nothing(
    house: House, nabu_casa: NabuCasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_arguments: object) -> None:
        raise NotConnectedError

    monkeypatch.setattr(nabu_casa, "async_create", fail)
    monkeypatch.setattr(nabu_casa, "async_delete", fail)
    await house.link()
    assert hook_urls(house) == {address(house)}
    assert await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert not house.simulator.hooks


class NotConnectedError(Exception):
    """As the Cloud's library has one."""


@pytest.fixture
def cloud_fails(
    house: House, nabu_casa: NabuCasa, monkeypatch: pytest.MonkeyPatch, _real_cloud: None
) -> Iterator[pytest.MonkeyPatch]:
    """Return how to end that Home Assistant Cloud makes no cloudhooks."""

    async def fail(*_arguments: object) -> None:
        raise NotConnectedError

    house.simulator.webhooks.send = nabu_casa.deliver
    with monkeypatch.context() as patch:
        patch.setattr(nabu_casa, "async_create", fail)
        yield patch


@pytest.mark.parametrize("url", [None, "http://home.example.org", "https://192.168.1.20:8123"])
async def test_cloudhook_that_could_not_be_made_is_made_within_minutes(
    house: House, cloud_fails: pytest.MonkeyPatch, url: str | None
) -> None:
    """Another reason than the missing external address, which nobody needs with the Cloud."""
    await house.hass.config.async_update(external_url=url)
    await house.link()
    assert not issues(house)
    assert house.state("binary_sensor.push", house.simulator.account.user_id) == "off"
    await house.advance(minutes=1)
    await house.advance(minutes=2)
    assert issues(house) == {"cloud_unavailable"}
    cloud_fails.undo()
    await house.advance(minutes=4)
    assert hook_urls(house) == {"https://hooks.nabu.casa/1"}
    assert house.state("binary_sensor.push", house.simulator.account.user_id) == "on"
    assert not issues(house)


async def test_cloudhook_that_fails_once_costs_a_minute(
    house: House, cloud_fails: pytest.MonkeyPatch
) -> None:
    await house.link()
    cloud_fails.undo()
    await house.advance(minutes=1)
    assert hook_urls(house) == {"https://hooks.nabu.casa/1"}
    assert not issues(house)


async def test_reason_of_the_repair_follows_what_fails(
    house: House, cloud_fails: pytest.MonkeyPatch
) -> None:
    house.simulator.faults.add(method="POST", path="/webhooks", status=403, times=None)
    await house.link()
    await house.advance(minutes=1)
    await house.advance(minutes=2)
    assert issues(house) == {"cloud_unavailable"}
    cloud_fails.undo()
    await house.advance(minutes=4)
    assert issues(house) == {"push_refused"}
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    assert not issues(house)


async def test_webhook_at_the_external_address_stays_while_the_cloud_fails(
    house: House, cloud_fails: pytest.MonkeyPatch
) -> None:
    await house.hass.config.async_update(external_url="https://home.example.org")
    await house.link()
    assert hook_urls(house) == {public("https://home.example.org")}
    assert not issues(house)


async def test_nothing_listens_any_more_after_unloading(house: House, nabu_casa: NabuCasa) -> None:
    await house.link()
    await house.hass.config_entries.async_unload(house.entry.entry_id)
    before = len(house.simulator.requests)
    await nabu_casa.async_delete(WEBHOOK_ID)
    await house.advance(seconds=3)
    await house.advance(hours=25)
    assert len(house.simulator.requests) == before
