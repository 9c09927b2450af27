"""Deliveries prove that they come from Minut, and the first proof pins its scheme."""

from homeassistant.core import Event
import pytest

from ..helpers.deliveries import delivery, post
from ..helpers.house import House
from ..helpers.nabu_casa import NabuCasa

SCHEMES: list[tuple[dict[str, str], str]] = [
    ({"delivery_token": "plain", "signature": "sha256"}, "hmac-sha256 x-minut-signature"),
    ({"delivery_token": "plain", "signature_prefix": "sha256="}, "hmac-sha256 x-minut-signature"),
    ({"delivery_token": "none", "signature": "sha256"}, "hmac-sha256 x-minut-signature"),
    ({"delivery_token": "none", "signature": "sha1"}, "hmac-sha1 x-minut-signature"),
    (
        {"delivery_token": "bearer", "signature": "sha1", "signature_prefix": "sha1="},
        "hmac-sha1 x-minut-signature",
    ),
    ({"delivery_token": "plain", "signature": "none"}, "token authorization"),
    ({"delivery_token": "bearer", "signature": "none"}, "token authorization"),
]
"""How the cloud may prove itself, and what that is called."""


async def prove(house: House, settings: dict[str, str]) -> list[int | None]:
    """Link an account of a cloud that proves itself so, and then no longer.

    Returns the answers to a delivery before that, and to one after it.
    """
    switches = house.simulator.switches
    for name, value in settings.items():
        setattr(switches, name, value)
    await house.link()
    await house.simulator.press_button(house.point)
    await house.settle()
    switches.delivery_token = "none"
    switches.signature = "none"
    await house.simulator.motion(house.point)
    await house.settle()
    return [delivery.status for delivery in house.simulator.deliveries]


@pytest.mark.parametrize(("settings", "scheme"), SCHEMES, ids=str)
async def test_the_first_success_pins_its_scheme(
    house: House, received: list[Event], settings: dict[str, str], scheme: str
) -> None:
    """Predecessor's defect 52: nothing was verified."""
    assert await prove(house, settings) == [200, 401]
    assert house.entry.data["hook_scheme"] == scheme
    assert house.state("binary_sensor.button_press") == "on"
    assert house.state("binary_sensor.motion") == "off"
    assert [event.data["event"]["type"] for event in received] == ["ping", "short_button_press"]


@pytest.mark.parametrize(("settings", "scheme"), SCHEMES, ids=str)
async def test_so_it_does_through_home_assistant_cloud(
    house: House, nabu_casa: NabuCasa, settings: dict[str, str], scheme: str
) -> None:
    assert await prove(house, settings) == [200, 401]
    assert house.entry.data["hook_scheme"] == scheme
    assert house.state("binary_sensor.button_press") == "on"
    assert house.state("binary_sensor.motion") == "off"


async def test_until_something_is_proven_what_shows_nothing_is_taken_and_counted(
    house: House,
) -> None:
    """No scheme of Minut's is certain; only Minut knows the address."""
    house.simulator.switches.delivery_token = "none"
    house.simulator.switches.signature = "none"
    await house.link()
    await house.simulator.press_button(house.point)
    await house.settle()
    assert house.state("binary_sensor.button_press") == "on"
    assert "hook_scheme" not in house.entry.data
    assert house.entry.runtime_data.coordinator.push.unverified == 2


async def test_the_pin_survives_a_restart(linked: House) -> None:
    await linked.hass.config_entries.async_reload(linked.entry.entry_id)
    await linked.settle()
    response = await post(linked, delivery(linked), headers={})
    assert response.status == 401


async def test_a_scheme_that_nobody_knows_is_no_pin(linked: House) -> None:
    """A later version may have written it."""
    data = {**linked.entry.data, "hook_scheme": "ed25519"}
    linked.hass.config_entries.async_update_entry(linked.entry, data=data)
    assert (await post(linked, delivery(linked))).status == 200
    assert linked.entry.data["hook_scheme"] == "hmac-sha256 x-minut-signature"


async def test_a_delivery_that_is_refused_changes_nothing_and_says_nothing(
    linked: House, received: list[Event]
) -> None:
    before = {state.entity_id: state for state in linked.hass.states.async_all()}
    response = await post(linked, delivery(linked), headers={"X-Minut-Signature": "0" * 64})
    assert (response.status, await response.text()) == (401, "")
    assert not received
    assert {state.entity_id: state for state in linked.hass.states.async_all()} == before
