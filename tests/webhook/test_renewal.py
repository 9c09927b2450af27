"""A hook is recreated when its deliveries no longer prove where they come from."""

import pytest

from custom_components.point.state.push import MAX_REFUSALS

from ..helpers.deliveries import delivery, post
from ..helpers.house import House
from .push_helpers import is_raised, push


@pytest.mark.parametrize("key", ["hook_secret", "hook_token"])
async def test_a_hook_whose_secret_is_lost_is_made_anew(linked: House, key: str) -> None:
    [former] = linked.simulator.hooks
    data = {name: value for name, value in linked.entry.data.items() if name != key}
    linked.hass.config_entries.async_update_entry(linked.entry, data=data)
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    [hook] = linked.simulator.hooks.values()
    assert hook.hook_id != former
    assert linked.entry.data["hook_secret"] == hook.secret


async def refuse(house: House, times: int) -> None:
    """Send this number of deliveries for our hook that are refused."""
    for _ in range(times):
        assert (await post(house, delivery(house), headers={})).status == 401


async def test_a_changed_scheme_heals_by_a_new_hook(
    linked: House, caplog: pytest.LogCaptureFixture
) -> None:
    [former] = linked.simulator.hooks
    linked.simulator.switches.signature = "sha1"
    await refuse(linked, MAX_REFUSALS - 1)
    assert list(linked.simulator.hooks) == [former]
    linked.simulator.faults.add(method="POST", path="/webhooks", status=503)
    await refuse(linked, 1)
    assert is_raised(linked, "push_unverified")
    assert "no longer prove" in caplog.text
    assert (
        linked.entry.data["hook_scheme"] == "hmac-sha256 x-minut-signature"
    )  # as long as the hook is the old one

    await linked.advance(minutes=1)
    [hook] = linked.simulator.hooks
    assert hook != former
    assert linked.entry.data["hook_scheme"] == "hmac-sha1 x-minut-signature"
    assert not is_raised(linked, "push_unverified")
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    assert linked.state("binary_sensor.button_press") == "on"


async def test_a_renewal_that_fails_is_not_forgotten(linked: House) -> None:
    [former] = linked.simulator.hooks
    linked.simulator.faults.add(method="POST", path="/webhooks", status=503)
    await refuse(linked, MAX_REFUSALS)
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    [hook] = linked.simulator.hooks
    assert hook != former


async def test_push_is_off_while_everything_is_refused(linked: House) -> None:
    await refuse(linked, MAX_REFUSALS)
    assert push(linked) == "on"  # by the sample through the new hook
    await refuse(linked, MAX_REFUSALS)  # it is not replaced a second time
    assert push(linked) == "off"
    assert is_raised(linked, "push_unverified")
    assert linked.state("binary_sensor.motion") == "unavailable"
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    assert push(linked) == "off"
    await linked.simulator.motion(linked.point)
    await linked.settle()
    assert push(linked) == "on"
    assert not is_raised(linked, "push_unverified")


async def test_a_minut_that_gives_up_proving_itself_is_believed_after_a_renewal(
    linked: House,
) -> None:
    linked.simulator.switches.delivery_token = "none"
    linked.simulator.switches.signature = "none"
    await refuse(linked, MAX_REFUSALS)
    assert "hook_scheme" not in linked.entry.data
    assert push(linked) == "on"
    assert not is_raised(linked, "push_unverified")


async def test_an_accepted_delivery_ends_the_row_of_refusals(linked: House) -> None:
    [former] = linked.simulator.hooks
    await refuse(linked, MAX_REFUSALS - 1)
    await linked.simulator.press_button(linked.point)
    await linked.settle()
    await refuse(linked, MAX_REFUSALS - 1)
    assert list(linked.simulator.hooks) == [former]


async def test_a_hook_is_made_anew_once_a_day_at_most(linked: House) -> None:
    """Who knows the address could otherwise keep it changing."""
    await refuse(linked, MAX_REFUSALS)
    [second] = linked.simulator.hooks
    await refuse(linked, 2 * MAX_REFUSALS)
    assert list(linked.simulator.hooks) == [second]
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    await refuse(linked, MAX_REFUSALS)
    assert list(linked.simulator.hooks) == [second]
    await linked.advance(hours=25)
    await refuse(linked, MAX_REFUSALS)
    assert list(linked.simulator.hooks) != [second]


async def test_refusals_that_do_not_name_our_hook_change_nothing(linked: House) -> None:
    before = dict(linked.simulator.hooks)
    for _ in range(MAX_REFUSALS + 1):
        assert (await post(linked, delivery(linked, hook_id="f" * 24))).status == 401
    assert linked.simulator.hooks == before
