"""What can happen in a world: each act by its name, with the number of a Point or a home."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from simulator import Device, Home, Simulator

type OfPoint = Callable[[Simulator, str], Awaitable[object]]
type OfHome = Callable[[Simulator, str], Awaitable[object]]

OF_POINT: dict[str, OfPoint] = {
    "press": Simulator.press_button,
    "motion": Simulator.motion,
    "glass": Simulator.glass_break,
    "smoke alarm": Simulator.smoke_alarm,
    "smoke": Simulator.smoke,
    "old tamper": Simulator.old_tamper,
    "take off": Simulator.remove_from_mount,
    "put back": Simulator.mount,
    "heartbeat": Simulator.heartbeat,
    "offline": Simulator.take_offline,
    "unnoticed offline": lambda cloud, key: cloud.take_offline(key, at_once=False),
    "online": Simulator.bring_online,
    "hot": lambda cloud, key: cloud.set_temperature(key, 31.0),
    "cold": lambda cloud, key: cloud.set_temperature(key, 5.0),
    "mild": lambda cloud, key: cloud.set_temperature(key, None),
    "humid": lambda cloud, key: cloud.set_humidity(key, 90.0),
    "dry": lambda cloud, key: cloud.set_humidity(key, 5.0),
    "neither": lambda cloud, key: cloud.set_humidity(key, None),
    "loud": Simulator.loud_sound,
    "calm": lambda cloud, key: cloud.set_sound(key, None),
    "low battery": Simulator.low_battery,
    "charge": Simulator.charge,
    "remove point": Simulator.remove_device,
}
OF_HOME: dict[str, OfHome] = {
    "arm": Simulator.arm,
    "disarm": Simulator.disarm,
    "silence": Simulator.silence,
    "first notice": lambda cloud, key: cloud.make_noise(key, 1),
    "second notice": lambda cloud, key: cloud.make_noise(key, 2),
    "third notice": lambda cloud, key: cloud.make_noise(key, 3),
    "quiet": Simulator.quiet,
    "snooze": Simulator.snooze_noise,
    "dismiss": Simulator.dismiss_noise,
    "remove home": Simulator.remove_home,
}
MOST_HOMES, MOST_POINTS = 3, 5


async def rename_point(cloud: Simulator, device: Device) -> None:
    """Give a Point another name."""
    device.description += "!"


async def rename_home(cloud: Simulator, home: Home) -> None:
    """Give a home another name."""
    home.name += "!"


async def add_home(cloud: Simulator, _home: Home) -> None:
    """Add a home with a Point."""
    if len(cloud.homes) < MOST_HOMES:
        home = await cloud.add_home()
        await cloud.add_device(home.home_id)


async def add_point(cloud: Simulator, home: Home) -> None:
    """Add a Point."""
    if len(cloud.devices) < MOST_POINTS:
        await cloud.add_device(home.home_id)


async def move_point(cloud: Simulator, device: Device) -> None:
    """Take a Point to the next home."""
    homes = list(cloud.homes)
    device.home_id = homes[(homes.index(device.home_id) + 1) % len(homes)]


async def bare_event(cloud: Simulator, device: Device, kind: str, age: float) -> None:
    """Let an event of a Point be told, some seconds late, of which nothing else tells."""
    value = 30.5 if kind.startswith("temperature") else None
    await cloud.emit(
        kind,
        device=device.device_id,
        created_at=cloud.time() - timedelta(seconds=age),
        **({"sensor_value": value} if value else {}),
    )
