"""What follows the first import: what is new, and what came late."""

from datetime import timedelta

from tests.helpers.house import House

from .recorded import FIRST, HOUR, LAST, SENSORS, asked_for, is_as_at_minut, of_minut, of_recorder


async def test_each_six_hours_what_is_new_follows(recorded: House) -> None:
    await recorded.link()
    before = len(asked_for(recorded))
    for _ in range(4 * 12):
        await recorded.advance(minutes=30)
    spans = [end - start for _, start, end in asked_for(recorded)[before:]]
    assert spans == [timedelta(hours=48)] * 5 * 4
    for name in SENSORS:
        found = await of_recorder(recorded, recorded.entity_id(SENSORS[name]))
        assert found == of_minut(recorded.devices[0], name, FIRST, max(found) + HOUR)
        assert max(found) >= LAST + timedelta(hours=24 - 6 - 1)


async def test_a_late_delivery_heals_the_gap(recorded: House) -> None:
    device = recorded.devices[0]
    lost = (LAST - timedelta(hours=30)).timestamp(), (LAST - timedelta(hours=20)).timestamp()
    device.gaps.append(lost)
    await recorded.link()
    assert await is_as_at_minut(recorded, "humidity", LAST)
    entity_id = recorded.entity_id("sensor.humidity")
    assert len(await of_recorder(recorded, entity_id)) == 30 * 24 - 10
    device.gaps.remove(lost)
    for _ in range(13):
        await recorded.advance(minutes=30)
    found = await of_recorder(recorded, entity_id)
    assert found == of_minut(device, "humidity", FIRST, max(found) + HOUR)


async def test_a_week_offline_and_what_it_delivers_afterwards(recorded: House) -> None:
    device = recorded.devices[0]
    await recorded.link()
    await recorded.simulator.take_offline(device.device_id)
    for _ in range(7 * 4):
        await recorded.advance(hours=6)
    entity_id = recorded.entity_id("sensor.temperature")
    found = await of_recorder(recorded, entity_id)
    assert LAST - HOUR <= max(found) <= LAST + HOUR
    await recorded.simulator.bring_online(device.device_id)
    device.gaps.clear()  # it has kept what it measured
    for _ in range(13):
        await recorded.advance(minutes=30)
    found = await of_recorder(recorded, entity_id)
    assert found == of_minut(device, "temperature", FIRST, max(found) + HOUR)
    assert max(found) > LAST + timedelta(days=7)


async def test_a_week_without_home_assistant_is_made_up_for(recorded: House) -> None:
    await recorded.link()
    await recorded.stop()
    recorded.freezer.tick(timedelta(days=7))
    await recorded.start()
    found = await of_recorder(recorded, recorded.entity_id("sensor.temperature"))
    assert found == of_minut(recorded.devices[0], "temperature", FIRST, LAST + timedelta(days=7))
