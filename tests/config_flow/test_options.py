"""The dialog of the options, and what they change."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType
import pytest

from ..helpers.house import House

SWITCHES = {"history": True, "stays": False, "guest_names": False}
UNCHOSEN: dict[str, Any] = {**SWITCHES, "entities": "usual", "excluded_homes": []}


async def shown(house: House) -> tuple[str, dict[str, Any]]:
    """Open the dialog; return its id, and what it stores where a person changes nothing."""
    form = await house.hass.config_entries.options.async_init(house.entry.entry_id)
    assert form["type"] is FlowResultType.FORM
    schema = form["data_schema"]
    assert schema
    return form["flow_id"], schema({})


@pytest.mark.parametrize("option", SWITCHES)
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
    assert linked.entry.options == UNCHOSEN | {"history": False, "stays": True}


def homes_shown(form: Any) -> dict[str, str]:
    """Return the homes that the dialog lists, by id."""
    [selector] = [
        field for key, field in form["data_schema"].schema.items() if key == "excluded_homes"
    ]
    return {option["value"]: option["label"] for option in selector.config["options"]}


@pytest.mark.homes(2)
async def test_homes_are_chosen_by_name_whether_they_are_excluded_or_not(linked: House) -> None:
    here, there = linked.homes
    options = linked.hass.config_entries.options
    form = await options.async_init(linked.entry.entry_id)
    assert homes_shown(form) == {here.home_id: here.name, there.home_id: there.name}
    await options.async_configure(form["flow_id"], {"excluded_homes": [there.home_id]})
    await linked.settle()
    form = await options.async_init(linked.entry.entry_id)
    assert homes_shown(form) == {here.home_id: here.name, there.home_id: there.name}
    assert form["data_schema"]
    assert form["data_schema"]({})["excluded_homes"] == [there.home_id]


async def test_an_excluded_home_that_is_gone_stays_excluded_until_it_is_unchosen(
    linked: House,
) -> None:
    """It may be back tomorrow; a list may lack it for a moment."""
    options = linked.hass.config_entries.options
    linked.hass.config_entries.async_update_entry(linked.entry, options={"excluded_homes": ["h9"]})
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    form = await options.async_init(linked.entry.entry_id)
    assert homes_shown(form)["h9"] == "h9"
    await options.async_configure(form["flow_id"], {"history": False})
    await linked.settle()
    assert linked.entry.options["excluded_homes"] == ["h9"]
    form = await options.async_init(linked.entry.entry_id)
    await options.async_configure(form["flow_id"], {"excluded_homes": []})
    assert linked.entry.options["excluded_homes"] == []


@pytest.mark.homes(2)
async def test_excluded_homes_stay_so_while_the_account_is_not_loaded(linked: House) -> None:
    """Its homes are not known then, but the other options can still be changed."""
    excluded = [linked.homes[1].home_id]
    linked.hass.config_entries.async_update_entry(
        linked.entry, options={"excluded_homes": excluded}
    )
    await linked.hass.config_entries.async_unload(linked.entry.entry_id)
    flow_id, chosen = await shown(linked)
    assert chosen == SWITCHES | {"entities": "usual"}
    await linked.hass.config_entries.options.async_configure(flow_id, {"history": False})
    assert linked.entry.options == chosen | {"history": False, "excluded_homes": excluded}


@pytest.mark.parametrize(
    ("stored", "kept"),
    [
        ({"excluded_homes": 5}, {}),
        ({"excluded_homes": None}, {}),
        ({"entities": 5}, {}),
        ({"entities": ["all"]}, {}),
        ({"entities": "few"}, {"entities": "few"}),
        ({"excluded_homes": "h9"}, {}),
        ({"excluded_homes": {"h9": 1}}, {}),
        ({"excluded_homes": ["h9", 5, ["h8"], None]}, {"excluded_homes": ["h9"]}),
        ({"history": "no", "stays": 1, "guest_names": None}, {}),
        ({"history": False, "stays": [], "other": 5}, {"history": False, "other": 5}),
    ],
)
async def test_options_of_the_wrong_shape_do_not_keep_an_account_from_loading(
    linked: House, stored: dict[str, Any], kept: dict[str, Any]
) -> None:
    """Such as after a backup was edited by hand."""
    entries = linked.hass.config_entries
    entries.async_update_entry(linked.entry, options=stored)
    await entries.async_reload(linked.entry.entry_id)
    assert linked.entry.state is ConfigEntryState.LOADED
    assert linked.entry.options == kept
    assert (await shown(linked))[1] == UNCHOSEN | {
        key: value for key, value in kept.items() if key != "other"
    }
