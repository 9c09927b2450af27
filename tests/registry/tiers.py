"""The entities of a Point, a home and its stays, by tier."""

from collections.abc import Iterable
from typing import Any

from custom_components.point import (
    alarm_control_panel,
    binary_sensor,
    calendar,
    event,
    image,
    number,
    select,
    sensor_descriptions as sensors,
    switch,
    time,
)
from custom_components.point.entity import PointEntityDescription
from custom_components.point.registry.entity_limit import Tier

POINT: tuple[PointEntityDescription[Any], ...] = (
    *(
        *sensors.READINGS,
        *sensors.CLIMATE_SENSORS,
        *sensors.DEVICE_SENSORS,
    ),
    *binary_sensor.BINARY_SENSORS,
    *(event.BUTTON, event.ACTIVITY),
    *(*number.NUMBERS, switch.QUIET_HOURS, *time.TIMES),
)
HOME: tuple[PointEntityDescription[Any], ...] = (
    *(alarm_control_panel.ALARM, event.HOME_ACTIVITY, *image.PICTURES),
    *(select.NOISE_PRESET, *switch.ALARM_OPTIONS),
    *(
        *sensors.HOME_SENSORS,
        sensors.GRACE_PERIOD,
        binary_sensor.HOME_NOISE,
        switch.NOISE_MONITORING,
    ),
)
STAYS: tuple[PointEntityDescription[Any], ...] = (
    *(calendar.STAYS, binary_sensor.OCCUPIED),
    *sensors.STAY_SENSORS,
)


def keys(descriptions: Iterable[PointEntityDescription[Any]], tier: Tier) -> list[str]:
    return [each.key for each in descriptions if each.tier <= tier]
