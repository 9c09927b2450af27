"""The states that Home Assistant is expected to show for the simulated cloud."""

from collections.abc import Iterator, Mapping

from simulator import Device, Home, Simulator

type Key = tuple[str, str]
"""Platform and unique id."""
type Value = str | float | frozenset[str]
"""A set: each of these states is right."""

UNAVAILABLE = "unavailable"
REMOVED = frozenset({"unmounted", "removed"})
"""The status of a Point off its mount, from a poll and from an event."""
READINGS = {
    "temperature": ("temperature", 1),
    "humidity": ("humidity", 1),
    "sound_pressure": ("sound", 1),
    "pressure": ("pressure", 100),
}
"""By sensor key: Minut's name of the reading, and the divisor to the unit shown (Pa → hPa)."""
CONDITIONS = {
    "heat": "temperature_high",
    "cold": "temperature_low",
    "moisture": "humidity_high",
    "dry": "humidity_low",
}
"""By binary sensor key: the ongoing event at Minut while it is on."""
MOMENTARY = ("alarm", "button_press", "glass", "motion", "sound", "tamper", "smoking")
NOTICES = {
    None: "none",
    "disturbance_first_notice": "first_notice",
    "disturbance_second_notice": "second_notice",
    "disturbance_third_notice": "third_notice",
}
PANEL = {
    "off": "disarmed",
    "on_grace_period": "arming",
    "on": "armed_away",
    "off_grace_period": "pending",
    "critical_event": "triggered",
}


def expected_states(cloud: Simulator) -> dict[Key, Value]:
    """Return the state of each entity after 20 minutes without events."""
    homes = (pair for home in cloud.homes.values() for pair in _home_states(home))
    points = (
        pair
        for device in cloud.devices.values()
        for pair in _point_states(device, cloud.homes[device.home_id])
    )
    return {**dict(homes), **dict(points), **dict(_account_states(cloud))}


def _account_states(cloud: Simulator) -> Iterator[tuple[Key, Value]]:
    key = f"point.{cloud.account.user_id}"
    homes, points = cloud.homes.values(), cloud.devices.values()
    yield ("binary_sensor", f"{key}-push"), "on"
    yield ("sensor", f"{key}-points_offline"), sum(point.offline for point in points)
    yield ("sensor", f"{key}-batteries_low"), sum(point.battery_low for point in points)
    noisy = sum(home.disturbance is not None for home in homes)
    yield ("sensor", f"{key}-disturbances"), noisy
    triggered = sum(home.alarm_status == "critical_event" for home in homes)
    yield ("sensor", f"{key}-alarms_triggered"), triggered


def _home_states(home: Home) -> Iterator[tuple[Key, Value]]:
    key = f"point.{home.home_id}"
    yield ("alarm_control_panel", key), PANEL[home.alarm_status]
    yield ("binary_sensor", f"{key}-noise"), _on(home.disturbance is not None)
    yield ("sensor", f"{key}-disturbance"), NOTICES[home.disturbance]
    ends = home.grace_period_expires_at
    yield (
        ("sensor", f"{key}-grace_period_ends"),
        ends.isoformat(timespec="seconds") if ends else "no state",
    )


def _point_states(device: Device, home: Home) -> Iterator[tuple[Key, Value]]:
    key = f"point.{device.device_id}"
    for name, (reading, divisor) in READINGS.items():
        if reading in device.latest:
            value = device.latest[reading][1] / divisor
            yield ("sensor", f"{key}-{name}"), UNAVAILABLE if device.offline else value
    for name, event in CONDITIONS.items():
        state = UNAVAILABLE if device.offline else _on(event in device.ongoing)
        yield ("binary_sensor", f"{key}-{name}"), state
    for name in MOMENTARY:
        yield ("binary_sensor", f"{key}-{name}"), UNAVAILABLE if device.offline else "off"
    yield ("binary_sensor", f"{key}-connectivity"), _on(not device.offline)
    yield ("binary_sensor", f"{key}-battery"), _on(device.battery_low)
    yield ("binary_sensor", f"{key}-noise"), _on(home.disturbance is not None)
    yield ("sensor", f"{key}-battery_level"), device.battery_percent or 0.0
    yield ("sensor", f"{key}-mount_status"), "mounted" if device.mounted else REMOVED
    heard = device.last_heard_from_at.isoformat(timespec="seconds")
    yield ("sensor", f"{key}-last_heard_from"), heard


def expected_names(cloud: Simulator) -> dict[str, str]:
    """Return the name of each device by Minut's id."""
    homes = cloud.homes
    return {home_id: home.name for home_id, home in homes.items()} | {
        device.device_id: device.description for device in cloud.devices.values()
    }


def differences[K](expected: Mapping[K, Value], shown: Mapping[K, str]) -> list[str]:
    """Return a line for each value that differs from the expected one."""
    return [
        f"{key}: {shown[key]} instead of {' or '.join(_any_of(value))}"
        for key, value in expected.items()
        if key in shown and not _is_equal(shown[key], value)
    ]


def _any_of(value: Value) -> list[str]:
    return sorted(value) if isinstance(value, frozenset) else [str(value)]


def _is_equal(state: str, value: Value) -> bool:
    if not isinstance(value, (int, float)):
        return state in _any_of(value)
    try:
        return abs(float(state) - value) < 0.011
    except ValueError:
        return False


def _on(is_on: object) -> str:
    return "on" if is_on else "off"
