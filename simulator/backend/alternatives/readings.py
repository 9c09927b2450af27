"""Transforms of readings, series and other values. Pure."""

from collections.abc import Callable, Sequence

from simulator.backend.alternatives.objects import as_list, as_object, without
from simulator.formats import Json, JsonObject


def fahrenheit(value: Json) -> Json:
    """Convert °C to °F."""
    return round(value * 9 / 5 + 32, 2) if isinstance(value, int | float) else value


def hectopascal(value: Json) -> Json:
    """Convert Pa to hPa."""
    return round(value / 100, 2) if isinstance(value, int | float) else value


def device_in_fahrenheit(body: JsonObject) -> JsonObject:
    """Return a device with its temperature in °F and the unit beside it."""
    return _convert_reading(body, "temperature", fahrenheit, "fahrenheit")


def device_in_hectopascal(body: JsonObject) -> JsonObject:
    """Return a device with its pressure in hPa and the unit beside it."""
    return _convert_reading(body, "pressure", hectopascal, "hPa")


def series_in_fahrenheit(body: JsonObject) -> JsonObject:
    """Return a series of temperatures in °F; other series are unchanged."""
    return _convert_series(body, "celsius", fahrenheit, "fahrenheit")


def series_in_hectopascal(body: JsonObject) -> JsonObject:
    """Return a series of pressures in hPa; other series are unchanged."""
    return _convert_series(body, "Pa", hectopascal, "hPa")


def event_in_fahrenheit(body: JsonObject) -> JsonObject:
    """Return a temperature event with value and threshold in °F and the unit beside them."""
    if not str(body.get("type")).startswith("temperature") or "sensor_value" not in body:
        return body
    values = {name: fahrenheit(body.get(name)) for name in ("sensor_value", "sensor_threshold")}
    return body | values | {"unit": "fahrenheit"}


def bare_readings(body: JsonObject) -> JsonObject:
    """Return a device with plain values instead of objects with time and value."""
    return _each_reading(body, lambda reading: reading["value"])


def readings_without_time(body: JsonObject) -> JsonObject:
    """Return a device whose readings have no time."""
    return _each_reading(body, without("time"))


def readings_with_unreadable_time(body: JsonObject) -> JsonObject:
    """Return a device whose readings have a time that is not a timestamp."""
    return _each_reading(body, lambda reading: reading | {"time": "a moment ago"})


def _convert_reading(
    body: JsonObject, name: str, convert: Callable[[Json], Json], unit: str
) -> JsonObject:
    readings = as_object(body.get("latest_sensor_values"))
    if name not in readings:
        return body
    reading = as_object(readings[name])
    converted = reading | {"value": convert(reading["value"]), "unit": unit}
    return body | {"latest_sensor_values": readings | {name: converted}}


def _each_reading(body: JsonObject, change: Callable[[JsonObject], Json]) -> JsonObject:
    readings = as_object(body.get("latest_sensor_values"))
    changed = {name: change(as_object(reading)) for name, reading in readings.items()}
    return body | {"latest_sensor_values": changed} if changed else body


def _convert_series(
    body: JsonObject, unit: str, convert: Callable[[Json], Json], other_unit: str
) -> JsonObject:
    if body["unit"] != unit:
        return body

    def row(values: Json) -> Json:
        if isinstance(values, Sequence) and not isinstance(values, str):
            return [values[0], *map(convert, values[1:])]
        return {name: convert(value) for name, value in as_object(values).items()}

    return body | {
        "unit": other_unit,
        "values": [row(values) for values in as_list(body["values"])],
    }
