"""The dialog of the options, and what they change."""

from homeassistant.data_entry_flow import FlowResultType

from .history.recorded import asked_for
from .house import House


async def test_history_is_wanted_unless_switched_off(linked: House) -> None:
    form = await linked.hass.config_entries.options.async_init(linked.entry.entry_id)
    assert form["type"] is FlowResultType.FORM
    schema = form["data_schema"]
    assert schema
    assert schema({}) == {"history": True}
    done = await linked.hass.config_entries.options.async_configure(
        form["flow_id"], {"history": False}
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await linked.settle()
    assert linked.entry.options == {"history": False}
    again = await linked.hass.config_entries.options.async_init(linked.entry.entry_id)
    assert again["data_schema"]
    (key,) = again["data_schema"].schema
    assert key.description == {"suggested_value": False}
    assert asked_for(linked) == []
