"""The login ends, or cannot be renewed."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError
import pytest

from ..helpers.house import House
from .probes import flows, temperature

pytestmark = pytest.mark.points(2)


async def test_tokens_that_minut_ends_early_are_renewed_unnoticed(linked: House) -> None:
    """Predecessor's defect 41."""
    linked.simulator.expire_tokens()
    await linked.advance(minutes=61)
    assert linked.requests("POST", "/oauth/token") == 1
    assert not flows(linked)
    assert temperature(linked) == str(linked.devices[0].latest["temperature"][1])


async def test_a_command_with_a_token_that_minut_has_ended_is_carried_out(linked: House) -> None:
    linked.simulator.expire_tokens()
    await linked.call_panel("alarm_arm_away")
    assert linked.panel() == "arming"
    assert not flows(linked)


async def test_a_withdrawn_permission_asks_to_sign_in_again(linked: House) -> None:
    linked.simulator.revoke_tokens()
    await linked.advance(minutes=15)
    assert flows(linked) == ["reauth"]
    asked = len(linked.simulator.requests)
    await linked.advance(hours=3)
    assert len(linked.simulator.requests) == asked  # nothing helps but to sign in


async def test_a_command_after_the_permission_was_withdrawn_says_so(linked: House) -> None:
    linked.simulator.revoke_tokens()
    with pytest.raises(HomeAssistantError) as raised:
        await linked.call_panel("alarm_arm_away")
    assert raised.value.translation_key == "unauthorized"
    assert flows(linked) == ["reauth"]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_trouble_at_the_token_endpoint_never_asks_to_sign_in_again(
    linked: House, status: int
) -> None:
    fault = linked.simulator.faults.add(path="/oauth/token", status=status, times=None)
    linked.simulator.expire_tokens()
    for _ in range(6):
        await linked.advance(minutes=61)
    assert fault.hits >= 4
    assert temperature(linked) == "unavailable"
    assert not flows(linked)
    linked.simulator.faults.clear()
    await linked.advance(minutes=61)
    assert temperature(linked) == str(linked.devices[0].latest["temperature"][1])


@pytest.mark.parametrize("keeps", [True, False])
async def test_a_renewal_that_a_crash_loses_is_made_again_where_the_cloud_allows_it(
    linked: House, *, keeps: bool
) -> None:
    """Home Assistant writes a new refresh token within a second; it may crash before that."""
    linked.simulator.switches.keep_old_refresh_tokens = keeps
    written = linked.entry.data
    await linked.advance(minutes=61)
    assert linked.entry.data["token"] != written["token"]
    await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    linked.hass.config_entries.async_update_entry(linked.entry, data=written)
    await linked.hass.config_entries.async_setup(linked.entry.entry_id)
    await linked.settle()
    assert flows(linked) == ([] if keeps else ["reauth"])
    assert linked.entry.state is (
        ConfigEntryState.LOADED if keeps else ConfigEntryState.SETUP_ERROR
    )


async def test_a_renewal_whose_answer_is_lost_is_made_again(linked: House) -> None:
    linked.simulator.switches.keep_old_refresh_tokens = True
    linked.simulator.faults.add(path="/oauth/token", truncate=True)
    for _ in range(3):
        await linked.advance(minutes=61)
    assert not flows(linked)
    assert temperature(linked) == str(linked.devices[0].latest["temperature"][1])
