"""Who may perform an action: users who may control every home and Point that it is about."""

from collections.abc import Iterable
from typing import Any

from homeassistant.core import Context
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.point.const import DOMAIN
from custom_components.point.services import ACTIONS

from ..helpers.house import House

pytestmark = pytest.mark.points(2)

START: dict[str, object] = {"start": "2026-11-20 00:00:00"}
OF_POINTS: dict[str, dict[str, object]] = {
    "cancel_import": {},
    "get_readings": {**START, "kind": "temperature"},
    "import_history": START,
    "set_thresholds": {"temperature_low": 5},
    "try_limits": {},
}
OF_HOMES: dict[str, dict[str, object]] = {
    "create_stay": {"name": "Kim", "check_in": "2026-12-24"},
    "delete_stay": {"stay_id": "1"},
    "get_events": {},
    "get_stays": {},
    "report": {},
    "update_stay": {"stay_id": "1", "name": "Kim"},
}


def test_every_action_is_tried_here() -> None:
    elsewhere = {"check"}  # of an account: tests/test_check.py
    assert {action.name for action in ACTIONS} == {*OF_POINTS, *OF_HOMES, *elsewhere}


def entities(house: House, *keys: str) -> list[str]:
    """Return the enabled entities of these homes and Points."""
    registry = er.async_get(house.hass)
    devices = [device for key in keys if (device := house.ha_device(key))]
    return [
        entity.entity_id
        for device in devices
        for entity in er.async_entries_for_device(registry, device.id)
    ]


def user_of(house: House, entity_ids: Iterable[str]) -> Context:
    """Return the context of a user who may control these entities only."""
    user = MockUser().add_to_hass(house.hass)
    user.mock_policy({"entities": {"entity_ids": dict.fromkeys(entity_ids, True)}})
    return Context(user_id=user.id)


async def perform(house: House, name: str, key: str, context: Context) -> Any:
    device = house.ha_device(key)
    assert device
    return await house.hass.services.async_call(
        DOMAIN,
        name,
        {"device_id": device.id, **{**OF_POINTS, **OF_HOMES}[name]},
        blocking=True,
        context=context,
        return_response=name.startswith("get_") or name in {"report", "try_limits"},
    )


def points(house: House, home: str) -> list[str]:
    return [device.device_id for device in house.devices if device.home_id == home]


@pytest.mark.parametrize("name", [*OF_POINTS, *OF_HOMES])
@pytest.mark.homes(2)
async def test_control_of_another_home_is_not_enough(linked: House, name: str) -> None:
    other = linked.homes[1].home_id
    context = user_of(linked, entities(linked, other, *points(linked, other)))
    key = linked.point if name in OF_POINTS else linked.home
    requests = len(linked.simulator.requests)
    with pytest.raises(Unauthorized) as refused:
        await perform(linked, name, key, context)
    assert refused.value.user_id == context.user_id
    assert len(linked.simulator.requests) == requests


@pytest.mark.parametrize("name", [*OF_POINTS, *OF_HOMES])
async def test_control_of_one_entity_is_not_enough(linked: House, name: str) -> None:
    key = linked.point if name in OF_POINTS else linked.home
    with pytest.raises(Unauthorized):
        await perform(linked, name, key, user_of(linked, entities(linked, key)[:1]))


async def test_events_of_a_home_are_also_those_of_its_points(linked: House) -> None:
    home = entities(linked, linked.home)
    with pytest.raises(Unauthorized):
        await perform(linked, "get_events", linked.home, user_of(linked, home))
    inside = entities(linked, *points(linked, linked.home))
    answer = await perform(linked, "get_events", linked.home, user_of(linked, [*home, *inside]))
    assert answer == {"events": []}


async def test_a_user_may_set_limits_of_the_points_under_control(linked: House) -> None:
    context = user_of(linked, entities(linked, linked.point))
    await perform(linked, "set_thresholds", linked.point, context)
    assert linked.devices[0].reactions["temperature_low"].value == 5
    with pytest.raises(Unauthorized):
        await perform(linked, "set_thresholds", linked.home, context)
    assert linked.devices[1].reactions["temperature_low"].value == 12


async def test_a_home_without_entities_is_for_administrators(
    linked: House, hass_admin_user: MockUser
) -> None:
    others = entities(linked, linked.point)
    registry = er.async_get(linked.hass)
    for entity_id in entities(linked, linked.home):
        registry.async_remove(entity_id)
    with pytest.raises(Unauthorized):
        await perform(linked, "get_events", linked.home, user_of(linked, others))
    context = Context(user_id=hass_admin_user.id)
    assert await perform(linked, "get_events", linked.home, context) == {"events": []}


async def test_an_unknown_user_may_do_nothing(linked: House) -> None:
    with pytest.raises(UnknownUser):
        await perform(linked, "get_events", linked.home, Context(user_id="nobody"))
