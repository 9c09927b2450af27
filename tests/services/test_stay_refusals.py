"""What the actions of stays refuse, and how they fail."""

from typing import Any

from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockUser
import voluptuous as vol

from custom_components.point.const import DOMAIN
from custom_components.point.minut.client import MinutClient
from custom_components.point.minut.exceptions import MinutUnreachableError
from custom_components.point.minut.parsing import JsonObject

from ..helpers.house import House
from .stay_helpers import KIM, book, call, guests, home_device, sent


async def test_nothing_is_written_where_the_list_is_not_understood(hosted: House) -> None:
    stay_id = await book(hosted)
    hosted.simulator.switches.guest_spelling = {"check_in_at": "first_night"}
    actions: dict[str, dict[str, Any]] = {
        "get_stays": {},
        "create_stay": KIM,
        "update_stay": {"stay_id": stay_id, "name": "Kim"},
        "delete_stay": {"stay_id": stay_id},
    }
    for action, data in actions.items():
        with pytest.raises(HomeAssistantError) as caught:
            await call(hosted, action, **data)
        assert caught.value.translation_key == "stays_not_understood"
    assert sent(hosted) == 0


@pytest.mark.parametrize(
    ("action", "data", "key"),
    [
        ("create_stay", KIM | {"check_out": "2026-12-24 15:00:00"}, "stay_ends_too_early"),
        ("create_stay", KIM | {"name": " "}, "stay_needs_name"),
        ("create_stay", KIM | {"device_id": []}, "no_home_targeted"),
        ("update_stay", {"check_in": "2026-12-28"}, "stay_ends_too_early"),
        ("update_stay", {"name": ""}, "stay_needs_name"),
        ("update_stay", {"stay_id": "0" * 24, "name": "Kim"}, "unknown_stay"),
        ("delete_stay", {"stay_id": "0" * 24}, "unknown_stay"),
        ("delete_stay", {"stay_id": "../../homes"}, "unknown_stay"),
    ],
)
async def test_what_makes_no_sense_is_not_written(
    hosted: House, action: str, data: dict[str, Any], key: str
) -> None:
    stay_id = await book(hosted)
    own = {} if action == "create_stay" else {"stay_id": stay_id}
    with pytest.raises(ServiceValidationError) as caught:
        await call(hosted, action, **own | data)
    assert caught.value.translation_key == key
    assert str(caught.value) != key
    assert sent(hosted) == 0


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("create_stay", {"name": "Kim"}),
        ("create_stay", KIM | {"check_in": "soon"}),
        ("create_stay", KIM | {"check_in": "2026-13-45"}),
        ("create_stay", KIM | {"check_in": 5}),
        ("update_stay", {"name": "Kim"}),
        ("update_stay", {"stay_id": "1", "check_in": None}),
        ("delete_stay", {}),
        ("get_stays", {"stay_id": "1"}),
    ],
)
async def test_what_has_the_wrong_shape_is_refused_at_once(
    hosted: House, action: str, data: dict[str, Any]
) -> None:
    with pytest.raises(vol.Invalid):
        await call(hosted, action, **data)


@pytest.mark.parametrize(
    ("status", "key"),
    [
        (400, "stay_refused"),
        (403, "stay_forbidden"),
        (502, "stay_unreachable"),
        (401, "unauthorized"),
    ],
)
async def test_what_minut_refuses_is_told(hosted: House, status: int, key: str) -> None:
    hosted.simulator.faults.add(method="POST", path="/homes/*/guests", status=status, times=None)
    with pytest.raises(HomeAssistantError) as caught:
        await call(hosted, "create_stay", **KIM)
    assert caught.value.translation_key == key
    assert "Kim" not in str(caught.value)
    assert not guests(hosted)


async def test_a_list_that_cannot_be_read_changes_nothing_and_says_so(hosted: House) -> None:
    for status, key in (
        (502, "stays_unreachable"),
        (403, "stays_forbidden"),
        (400, "stays_refused"),
    ):
        hosted.simulator.faults.add(method="GET", path="/homes/*/guests", status=status, times=None)
        for action, data in (("get_stays", {}), ("create_stay", KIM)):
            with pytest.raises(HomeAssistantError) as caught:
                await call(hosted, action, **data)
            assert caught.value.translation_key == key
        hosted.simulator.faults.clear()
    assert sent(hosted) == 0


async def test_nothing_to_change_is_not_sent(hosted: House) -> None:
    """Minut might write to the guest."""
    stay_id = await book(hosted)
    with pytest.raises(ServiceValidationError) as caught:
        await call(hosted, "update_stay", stay_id=stay_id)
    assert caught.value.translation_key == "no_changes"
    assert sent(hosted) == 0


async def test_a_change_that_may_have_been_made_is_looked_at_soon(
    hosted: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = MinutClient.create_guest

    async def create_and_lose_the_answer(
        client: MinutClient, home_id: str, body: JsonObject
    ) -> None:
        await create(client, home_id, body)
        raise MinutUnreachableError("Minut did not answer in time")

    monkeypatch.setattr(MinutClient, "create_guest", create_and_lose_the_answer)
    with pytest.raises(HomeAssistantError) as caught:
        await call(hosted, "create_stay", **KIM)
    assert caught.value.translation_key == "stay_unreachable"
    await hosted.advance(seconds=16)
    assert hosted.state("sensor.check_in", hosted.home) == "2026-12-24T14:00:00+00:00"


@pytest.mark.parametrize("action", ["get_stays", "create_stay", "update_stay", "delete_stay"])
async def test_only_who_may_control_entities_sees_and_changes_stays(
    hosted: House, hass_read_only_user: MockUser, action: str
) -> None:
    stay_id = await book(hosted)
    data = {"get_stays": {}, "create_stay": KIM}.get(action, {"stay_id": stay_id})
    with pytest.raises(Unauthorized):
        await hosted.hass.services.async_call(
            DOMAIN,
            action,
            {"device_id": home_device(hosted), **data},
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
            return_response=action == "get_stays",
        )
    assert sent(hosted) == 0


@pytest.mark.homes(2)
async def test_a_stay_is_of_one_home(hosted: House) -> None:
    homes = [home_device(hosted, home.home_id) for home in hosted.homes]
    with pytest.raises(ServiceValidationError) as caught:
        await call(hosted, "create_stay", **KIM | {"device_id": homes})
    assert caught.value.translation_key == "one_home"
    assert sent(hosted) == 0


async def test_a_point_is_no_home(hosted: House) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await call(hosted, "get_stays", of=hosted.point)
    assert caught.value.translation_key == "not_a_home"
    assert "Hallway" in str(caught.value)


async def test_stays_that_are_off_are_not_asked_for(linked: House) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await call(linked, "create_stay", **KIM)
    assert caught.value.translation_key == "stays_are_off"
    assert linked.requests("GET", f"/homes/{linked.home}/guests") == 0
