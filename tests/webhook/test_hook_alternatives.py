"""Registrations in each way that Minut may answer or refuse them, over real sockets."""

from typing import Any

from homeassistant.core import Event
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.point.webhook.creation import EVENTS
from custom_components.point.webhook.stored import CreationWay
from simulator.backend.hooks import Hook, Hooks
from simulator.formats import bad_request

from ..helpers.deliveries import address, register_hook
from ..helpers.house import House


def issues(house: House) -> list[str]:
    found = ir.async_get(house.hass).issues.values()
    return [issue.translation_key or "" for issue in found if issue.domain == "point"]


async def assert_heard(house: House) -> None:
    """Assert that Minut has one webhook of ours, and that a pressed button shows."""
    [hook] = house.simulator.hooks.values()
    assert hook.url == address(house)
    await house.simulator.press_button(house.point)
    await house.settle()
    assert house.simulator.deliveries[-1].status == 200
    assert house.state("binary_sensor.button_press") == "on"
    assert house.state("binary_sensor.push", house.simulator.account.user_id) == "on"


ALTERNATIVES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "wrapped answer": (["hook_answer_wrapped"], {}),
    "empty answer": (["hook_answer_empty"], {}),
    "no secret": (["hook_without_secret"], {}),
    "token refused": (["hook_token_refused"], {}),
    "wildcard refused": (["hook_wildcard_refused"], {}),
    "token and wildcard refused": (["hook_token_refused", "hook_wildcard_refused"], {}),
    "one webhook": (["hook_single"], {}),
    "one webhook for a URL": (["hook_single_per_url"], {}),
    "no list: 403": (["hook_list_403"], {}),
    "no list: 404": (["hook_list_404"], {}),
    "no list: 405": (["hook_list_405"], {}),
    "no list, empty answer": (["hook_list_404", "hook_answer_empty"], {}),
    "no sample": (["hook_ping_silent"], {}),
    "errors with status 200": (["error_status_200", "hook_token_refused"], {}),
    "check by GET": ([], {"hook_url_check": "get"}),
    "check by POST": ([], {"hook_url_check": "post"}),
}
"""Alternatives and switches of the simulator that change registrations."""


def use(house: House, name: str) -> None:
    alternatives, switches = ALTERNATIVES[name]
    house.simulator.use(*alternatives)
    for switch, value in switches.items():
        setattr(house.simulator.switches, switch, value)


@pytest.mark.parametrize("name", ALTERNATIVES)
async def test_a_webhook_is_registered_and_kept(house: House, name: str) -> None:
    use(house, name)
    await house.link()
    await assert_heard(house)
    hooks, made = dict(house.simulator.hooks), house.requests("POST", "/webhooks")
    for _ in range(3):
        await house.advance(hours=25)
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()
    assert house.simulator.hooks == hooks
    assert house.requests("POST", "/webhooks") == made
    await assert_heard(house)
    assert not issues(house)


REPLACED = [name for name in ALTERNATIVES if name != "no list, empty answer"]


@pytest.mark.parametrize("name", REPLACED)
async def test_a_webhook_is_replaced_by_another(house: House, name: str) -> None:
    """One is in the way of the other where Minut accepts only one."""
    use(house, name)
    await house.link()
    [former] = house.simulator.hooks
    house.entry.runtime_data.coordinator.push.replace(former, house.simulator.time())
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()
    [hook_id] = house.simulator.hooks
    assert hook_id != former
    await assert_heard(house)


@pytest.mark.parametrize("name", REPLACED)
async def test_no_webhook_is_left_after_the_removal(house: House, name: str) -> None:
    use(house, name)
    await house.link()
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert not house.simulator.hooks
    assert not issues(house)


async def test_a_webhook_that_cannot_be_found_is_reported_after_the_removal(house: House) -> None:
    """Minut has never said its id, and lists none."""
    use(house, "no list, empty answer")
    await house.link()
    await house.hass.config_entries.async_remove(house.entry.entry_id)
    assert issues(house) == ["hooks_left"]


async def test_an_unknown_id_is_learned_from_a_delivery(house: House) -> None:
    use(house, "no list, empty answer")
    await house.link()
    [hook_id] = house.simulator.hooks
    assert "hook_id" not in house.entry.data
    await assert_heard(house)
    assert house.entry.data["hook_id"] == hook_id


async def test_an_unknown_id_is_learned_from_the_list(house: House) -> None:
    use(house, "no list, empty answer")
    await house.link()
    house.simulator.alternatives.set("hook_list_404", active=False)
    await house.advance(hours=25)
    [hook_id] = house.simulator.hooks
    assert house.entry.data["hook_id"] == hook_id


@pytest.mark.parametrize(
    ("name", "way", "with_token"),
    [
        ("wrapped answer", CreationWay.ALL_WITH_TOKEN, True),
        ("token refused", CreationWay.ALL, False),
        ("wildcard refused", CreationWay.NAMES_WITH_TOKEN, True),
        ("token and wildcard refused", CreationWay.NAMES, False),
    ],
)
async def test_what_worked_is_remembered(
    house: House, name: str, way: CreationWay, *, with_token: bool
) -> None:
    use(house, name)
    await house.link()
    [hook] = house.simulator.hooks.values()
    assert hook.events == EVENTS[way]
    assert (hook.token is not None) is with_token
    made = house.requests("POST", "/webhooks")
    house.entry.runtime_data.coordinator.push.replace(hook.hook_id, house.simulator.time())
    await house.hass.config_entries.async_reload(house.entry.entry_id)
    await house.settle()
    assert house.requests("POST", "/webhooks") == made + 1
    [hook] = house.simulator.hooks.values()
    assert hook.events == EVENTS[way]


async def test_only_proven_names_are_registered_where_minut_refuses_all_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may check the names: some of ours are of earlier versions (API notes 8)."""
    assert set(EVENTS[CreationWay.PROVEN]) < set(EVENTS[CreationWay.NAMES])
    register = Hooks.register

    def check(hooks: Hooks, user_id: str, url: str, events: tuple[str, ...], token: object) -> Hook:
        if token is not None or not set(events) <= set(EVENTS[CreationWay.PROVEN]):
            raise bad_request("unknown event")
        return register(hooks, user_id, url, events)

    monkeypatch.setattr(Hooks, "register", check)
    await house.link()
    [hook] = house.simulator.hooks.values()
    assert hook.events == EVENTS[CreationWay.PROVEN]
    await assert_heard(house)


async def test_a_stranger_in_the_way_stays_and_is_reported(house: House) -> None:
    house.simulator.use("hook_single")
    house.entry = await house.make_entry()
    stranger = await register_hook(house, "https://example.org/api/webhook/another")
    await house.hass.config_entries.async_setup(house.entry.entry_id)
    await house.settle()
    for _ in range(3):
        await house.advance(minutes=5)
    assert list(house.simulator.hooks) == [stranger]
    assert issues(house) == ["push_refused"]


async def test_a_missing_permission_is_reported_and_the_rest_works(house: House) -> None:
    house.simulator.use("webhooks_forbidden")
    await house.link()
    for _ in range(3):
        await house.advance(minutes=5)
    assert issues(house) == ["push_refused"]
    assert house.state("sensor.temperature") != "unavailable"
    await house.simulator.emit("battery_low", device=house.point)
    await house.advance(minutes=15)
    assert house.state("binary_sensor.battery") == "on"


async def test_tries_that_are_answered_empty_leave_nothing_behind(house: House) -> None:
    """Each left one more webhook: three in two minutes."""
    house.simulator.use("hook_answer_empty")
    house.simulator.faults.add(method="GET", path="/webhooks", rotate=True)
    house.simulator.faults.add(method="GET", path="/webhooks", status=503, times=1)
    await house.link()
    for _ in range(4):
        await house.advance(minutes=1)
    await assert_heard(house)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_check_is_answered_200_only_while_a_webhook_is_created(
    linked: House, received: list[Event], method: str
) -> None:
    path = f"/api/webhook/{linked.entry.data['webhook_id']}"
    response = await linked.browser.request(method, path)
    assert response.status == (405 if method == "GET" else 400)
    assert not received
