"""What of the quality scale the entities of a running account show, rule by rule.

Each function returns the entities that do not keep its rule. What each entity has to be is written
down here once more, as the tables of the integration cannot prove themselves.
"""

from collections.abc import Iterable, Iterator
import json

from homeassistant.const import EntityCategory, Platform
from homeassistant.helpers.entity_registry import RegistryEntry, RegistryEntryDisabler

from .sources import POINT, TEXTS

ICONS = json.loads((POINT / "icons.json").read_text("utf-8"))["entity"]

DIAGNOSTIC = {
    "sensor.dew_point",
    *("binary_sensor.battery", "binary_sensor.connectivity", "binary_sensor.push"),
    *("button.check", "button.test_push", "sensor.battery_level", "sensor.charge_status"),
    "todo.needs_a_hand",
    *("sensor.last_heard_from", "sensor.last_push", "sensor.mould_risk", "sensor.mount_status"),
}
SETTINGS = {Platform.NUMBER, Platform.SELECT, Platform.SWITCH, Platform.TIME}
CLASSES = {
    "binary_sensor.alarm": "smoke",
    "binary_sensor.battery": "battery",
    "binary_sensor.cold": "cold",
    "binary_sensor.connectivity": "connectivity",
    "binary_sensor.glass": "glass_break",
    "binary_sensor.heat": "heat",
    "binary_sensor.light": "light",
    "binary_sensor.motion": "motion",
    "binary_sensor.noise": "sound",
    "binary_sensor.push": "connectivity",
    "binary_sensor.sound": "sound",
    "binary_sensor.tamper": "tamper",
    "binary_sensor.tamper_old": "tamper",
    "event.button": "button",
    "number.humidity_high": "humidity",
    "number.humidity_low": "humidity",
    "number.noise_duration": "duration",
    "number.sound_level_high": "sound_pressure",
    "number.sound_level_high_quiet_hours": "sound_pressure",
    "number.temperature_high": "temperature",
    "number.temperature_low": "temperature",
    "sensor.battery_level": "battery",
    "sensor.dew_point": "temperature",
    "sensor.disturbance": "enum",
    "sensor.freezes_in": "duration",
    "sensor.grace_period_ends": "timestamp",
    "sensor.humidity": "humidity",
    "sensor.last_heard_from": "timestamp",
    "sensor.last_motion": "timestamp",
    "sensor.last_push": "timestamp",
    "sensor.mould_hours": "duration",
    "sensor.pressure": "atmospheric_pressure",
    "sensor.sound_pressure": "sound_pressure",
    "sensor.temperature": "temperature",
}
NAMED_BY_CLASS = {
    "binary_sensor.connectivity": "Connectivity",
    "binary_sensor.light": "Light",
    "binary_sensor.motion": "Motion",
    "event.button": "Button",
    "sensor.battery_level": "Battery",
    "sensor.humidity": "Humidity",
    "sensor.temperature": "Temperature",
}
"""Names that Home Assistant has in 40 languages. That of glass break is missing in many."""
NO_CLASS_FITS = {
    # There is none for a press that shows as a state, for the air, or for what is in words.
    *("binary_sensor.button_press", "binary_sensor.dry", "event.activity"),
    # Home Assistant takes class moisture for a leak, and class smoke for a smoke alarm.
    *("binary_sensor.moisture", "binary_sensor.smoking"),
    *("sensor.charge_status", "sensor.mould_risk", "sensor.mount_status"),
    # There is none for a number of homes or Points.
    *("sensor.alarms_triggered", "sensor.batteries_low"),
    *("sensor.disturbances", "sensor.points_offline"),
    # These are for outlets and for restarts.
    *("switch.noise_monitoring", "switch.quiet_hours"),
    *("switch.scheduled_alarm", "switch.silent_alarm"),
    *("button.check", "button.test_push"),
    # These platforms have none.
    *("alarm_control_panel.alarm", "time.quiet_hours_end", "time.quiet_hours_start"),
    *("select.noise_preset", "todo.needs_a_hand", "image.noise_of_last_night"),
}
UNPROVED = {"binary_sensor.light", "binary_sensor.tamper_old"}
"""They are there once a Point has proved that it has them."""
RARE_OR_NOISY = {
    *("binary_sensor.smoking", "sensor.charge_status", "sensor.last_push", "sensor.mould_risk"),
    *("switch.scheduled_alarm", "switch.silent_alarm"),
    *("sensor.freezes_in", "sensor.mould_hours"),
}


def kind_of(entity: RegistryEntry) -> str:
    _, hyphen, key = entity.unique_id.rpartition("-")
    return f"{entity.domain}.{key if hyphen else 'alarm'}"


def entity_category(entities: Iterable[RegistryEntry]) -> Iterator[str]:
    for entity in entities:
        wanted = None
        if entity.domain in SETTINGS:
            wanted = EntityCategory.CONFIG
        elif kind_of(entity) in DIAGNOSTIC:
            wanted = EntityCategory.DIAGNOSTIC
        if entity.entity_category is not wanted:
            yield kind_of(entity)


def entity_device_class(entities: Iterable[RegistryEntry]) -> Iterator[str]:
    found = {kind_of(entity): entity.original_device_class for entity in entities}
    yield from CLASSES.keys() - found.keys() - UNPROVED
    yield from NO_CLASS_FITS - found.keys()
    for kind, device_class in found.items():
        decided = kind in CLASSES or kind in NO_CLASS_FITS
        if not decided or device_class != CLASSES.get(kind):
            yield kind


def entity_disabled_by_default(entities: Iterable[RegistryEntry]) -> Iterator[str]:
    for entity in entities:
        wanted = RegistryEntryDisabler.INTEGRATION if kind_of(entity) in RARE_OR_NOISY else None
        if entity.disabled_by is not wanted:
            yield kind_of(entity)


def entity_translations(entities: Iterable[RegistryEntry]) -> Iterator[str]:
    """A name that is that of the device class is left to Home Assistant."""
    for entity in entities:
        if kind_of(entity) in NAMED_BY_CLASS:
            name = NAMED_BY_CLASS[kind_of(entity)]
            is_kept = entity.translation_key is None and entity.original_name == name
        else:
            texts = TEXTS["entity"][entity.domain][entity.translation_key]
            is_kept = entity.original_name == texts["name"]
        if not is_kept:
            yield kind_of(entity)


def entity_unique_id(entities: Iterable[RegistryEntry]) -> Iterator[str]:
    seen = set()
    for entity in entities:
        key = (entity.domain, entity.unique_id)
        if key in seen or not entity.unique_id.startswith("point."):
            yield kind_of(entity)
        seen.add(key)


def has_entity_name(entities: Iterable[RegistryEntry]) -> Iterator[str]:
    return (kind_of(entity) for entity in entities if not entity.has_entity_name)


def icon_translations(entities: Iterable[RegistryEntry]) -> Iterator[str]:
    """An entity has the icon of its device class, or one of its own."""
    for entity in entities:
        has_own = entity.translation_key in ICONS.get(entity.domain, {})
        if not (has_own or entity.original_device_class) or entity.original_icon:
            yield kind_of(entity)


def devices(entities: Iterable[RegistryEntry]) -> Iterator[str]:
    return (kind_of(entity) for entity in entities if not entity.device_id)
