"""Noise in three steps: which homes, the cool-down, and who is at home."""

from datetime import timedelta

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import area_registry as ar, device_registry as dr, label_registry as lr
import pytest

from tests.helpers.house import House

from .conftest import Automate, messages

FIRST = "It is loud in Lakeside 4 (first notice)."
SECOND = "It is still loud in Lakeside 4 (second notice)."
THIRD = "It is still loud in Lakeside 4 (third notice)."
OTHER = "It is loud in Harbour Loft (first notice)."


@pytest.fixture
async def linked_without_stays(house: House) -> House:
    await house.link()
    await house.advance(minutes=5)
    return house


@pytest.fixture
async def hosted(house: House) -> House:
    """Return an account with stays, of which there are none yet, that runs for a while."""
    await house.link(options={"stays": True})
    await house.advance(minutes=5)
    return house


@pytest.fixture
def homes(hosted: House, hass: HomeAssistant, request: pytest.FixtureRequest) -> dict[str, object]:
    """Return the input that chooses both homes, in the way that the test asks for."""
    way = getattr(request, "param", "devices")
    if way == "devices":
        both = [device.id for device in map(hosted.ha_device, hosted.simulator.homes) if device]
        return {"homes": {"device_id": both}}
    devices = dr.async_get(hass)
    area = ar.async_get(hass).async_create("Rented").id
    label = lr.async_get(hass).async_create("Rented").label_id
    for home in hosted.simulator.homes:
        device = hosted.ha_device(home)
        assert device
        devices.async_update_device(device.id, labels={label}, area_id=area)
    return {"homes": {f"{way}_id": ["rented"]}}


def first_home(house: House) -> dict[str, object]:
    device = house.ha_device(house.home)
    assert device
    return {"device_id": device.id}


async def noise(house: House, *notices: int, home: int = 0) -> None:
    for notice in notices:
        await house.simulator.make_noise(house.homes[home].home_id, notice)  # type: ignore[arg-type] # 1 to 3
        await house.advance(seconds=1)


async def quiet(house: House) -> None:
    await house.simulator.quiet(house.home)
    await house.advance(seconds=1)


@pytest.mark.parametrize("homes", ["devices", "label", "area"], indirect=True)
@pytest.mark.homes(2)
async def test_each_step_of_each_home_is_told(
    hosted: House,
    automate: Automate,
    homes: dict[str, object],
    told: list[ServiceCall],
    withdrawn: list[ServiceCall],
) -> None:
    await automate("noise_escalation", **homes)
    await noise(hosted, 1, 2, 3)
    assert messages(told) == [FIRST, SECOND, THIRD]
    await noise(hosted, 1, home=1)
    assert messages(told) == [OTHER]
    await quiet(hosted)
    assert len(withdrawn) == 1


@pytest.mark.homes(2)
async def test_a_home_that_is_not_chosen_is_not_told(
    hosted: House, automate: Automate, told: list[ServiceCall], withdrawn: list[ServiceCall]
) -> None:
    await automate("noise_escalation", homes=first_home(hosted))
    await noise(hosted, 1, 2, home=1)
    assert not told


async def test_a_label_that_comes_later_counts(
    hosted: House,
    hass: HomeAssistant,
    automate: Automate,
    told: list[ServiceCall],
    withdrawn: list[ServiceCall],
) -> None:
    label = lr.async_get(hass).async_create("Rented").label_id
    await automate("noise_escalation", homes={"label_id": label})
    await noise(hosted, 1)
    assert not told
    device = hosted.ha_device(hosted.home)
    assert device
    dr.async_get(hass).async_update_device(device.id, labels={label})
    await noise(hosted, 2)
    assert messages(told) == [SECOND]


@pytest.mark.parametrize("homes", ["devices", "label"], indirect=True)
@pytest.mark.homes(2)
async def test_the_cool_down_is_each_homes_own(
    hosted: House,
    automate: Automate,
    homes: dict[str, object],
    told: list[ServiceCall],
    withdrawn: list[ServiceCall],
) -> None:
    await automate("noise_escalation", **homes, cool_down=30)
    await noise(hosted, 1)
    await quiet(hosted)
    assert messages(told) == [FIRST]

    await hosted.advance(minutes=10)
    await noise(hosted, 1)
    assert messages(told) == []
    await noise(hosted, 1, home=1)
    assert messages(told) == [OTHER]
    await noise(hosted, 2)
    assert messages(told) == [SECOND]
    await quiet(hosted)

    await hosted.advance(minutes=31)
    await noise(hosted, 1)
    assert messages(told) == [FIRST]


@pytest.mark.parametrize("homes", ["devices", "label"], indirect=True)
async def test_a_restart_is_no_end_of_a_disturbance(
    hosted: House,
    automate: Automate,
    homes: dict[str, object],
    told: list[ServiceCall],
    withdrawn: list[ServiceCall],
) -> None:
    """There is nothing to cool down from."""
    await automate("noise_escalation", **homes)
    await hosted.stop()
    await hosted.start()
    assert not told
    await noise(hosted, 1)
    assert messages(told) == [FIRST]


@pytest.mark.parametrize("homes", ["devices", "label"], indirect=True)
async def test_what_goes_on_over_a_restart_is_not_told_again(
    hosted: House,
    automate: Automate,
    homes: dict[str, object],
    told: list[ServiceCall],
    withdrawn: list[ServiceCall],
) -> None:
    await automate("noise_escalation", **homes)
    await noise(hosted, 1)
    await hosted.stop()
    await hosted.start()
    assert messages(told) == [FIRST]
    assert not withdrawn
    await noise(hosted, 2)
    assert messages(told) == [SECOND]


@pytest.mark.parametrize(
    ("begins_in", "expected"), [(-1, [FIRST]), (5, [])], ids=["occupied", "vacant"]
)
async def test_only_while_occupied(
    hosted: House,
    automate: Automate,
    told: list[ServiceCall],
    begins_in: int,
    expected: list[str],
) -> None:
    begin = hosted.simulator.time() + timedelta(hours=begins_in)
    await hosted.simulator.add_guest(hosted.home, begin, begin + timedelta(hours=9))
    for _ in range(2):  # stays are read once an hour
        await hosted.advance(hours=1)
    assert hosted.state("binary_sensor.occupied", hosted.home) == ("on" if expected else "off")
    await automate("noise_escalation", homes=first_home(hosted), only_occupied=True)
    await noise(hosted, 1)
    assert messages(told) == expected


async def test_a_home_whose_stays_are_not_known_counts_as_occupied(
    linked_without_stays: House,
    automate: Automate,
    told: list[ServiceCall],
    withdrawn: list[ServiceCall],
) -> None:
    house = linked_without_stays
    await automate("noise_escalation", homes=first_home(house), only_occupied=True)
    await noise(house, 1)
    assert messages(told) == [FIRST]
