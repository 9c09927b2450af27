"""The entities that core's integration registers for each device."""

CORE_SENSORS = ("temperature", "humidity", "sound_pressure")
CORE_BINARY_SENSORS = (
    *("alarm", "battery", "button_press", "cold", "connectivity", "dry", "glass"),
    *("heat", "moisture", "motion", "noise", "sound", "tamper", "tamper_old"),
)
"""What core's `point` registers for each device, all of it enabled: 17."""
