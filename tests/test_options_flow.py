"""The dialog of the options, and what they change."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType
import pytest

from .house import House

UNCHOSEN = {"history": True, "stays": False, "guest_names": False}


async def shown(house: House) -> tuple[str, dict[str, Any]]:
    """Open the dialog; return its id, and what it stores where a person changes nothing."""
    form = await house.hass.config_entries.options.async_init(house.entry.entry_id)
    assert form["type"] is FlowResultType.FORM
    schema = form["data_schema"]
    assert schema
    return form["flow_id"], schema({})


@pytest.mark.parametrize("option", UNCHOSEN)
async def test_what_is_chosen_is_kept_and_shown_again(linked: House, option: str) -> None:
    flow_id, unchosen = await shown(linked)
    assert unchosen == UNCHOSEN
    chosen = UNCHOSEN | {option: not UNCHOSEN[option]}
    done = await linked.hass.config_entries.options.async_configure(flow_id, chosen)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await linked.settle()
    assert linked.entry.options == chosen
    assert linked.entry.state is ConfigEntryState.LOADED
    assert (await shown(linked))[1] == chosen


async def test_what_is_left_out_stays_as_it_was_chosen(linked: House) -> None:
    flow_id, _ = await shown(linked)
    await linked.hass.config_entries.options.async_configure(flow_id, {"history": False})
    await linked.settle()
    flow_id, _ = await shown(linked)
    await linked.hass.config_entries.options.async_configure(flow_id, {"stays": True})
    await linked.settle()
    assert linked.entry.options == {"history": False, "stays": True, "guest_names": False}
