"""Answers as Minut's API documents them, with invented values (API notes 3 to 7)."""

from custom_components.point.minut.parsing import Json

USER: dict[str, Json] = {
    "user_id": "65a0c1d2e3f4a5b6c7d8e9f0",
    "fullname": "Alex Example",
    "nick": "Alex",
    "email": "alex@example.org",
    "locale": "en",
    "created_at": "2022-02-01T08:30:00.000Z",
    "updated_at": "2026-03-04T10:11:12.000Z",
}

DEVICE: dict[str, Json] = {
    "device_id": "65b1a2c3d4e5f60718293a4b",
    "device_mac": "a4c1380d7e92",
    "owner": "65a0c1d2e3f4a5b6c7d8e9f0",
    "home": "65b0ffee0123456789abcdef",
    "active": True,
    "offline": False,
    "first_seen_at": "2023-09-24T18:00:00.000Z",
    "last_heard_from_at": "2026-11-20T09:41:07.000Z",
    "last_heartbeat_at": "2026-11-20T09:20:00.000Z",
    "next_heartbeat_at": "2026-11-20T10:20:00.000Z",
    "report_interval": 3600,
    "firmware": {"installed": 4711, "wanted": 4711},
    "hardware_version": 3,
    "description": "Hallway",
    "timezone": "Europe/Stockholm",
    "configuration": {
        "version": 12,
        "room_type": "hallway",
        "quiet_hours": {"enabled": True, "start": "22:00", "end": "07:00"},
        "reactions": [{"type": "temperature_low", "value": 12, "notifications": ["push"]}],
    },
    "ongoing_events": ["temperature_low"],
    "battery": {"voltage": 3.94, "percent": 81},
    "latest_sensor_values": {
        "temperature": {"time": "2026-11-20T09:41:05.000Z", "value": 11.62109375},
        "humidity": {"time": "2026-11-20T09:41:05.000Z", "value": 44.53125},
        "sound": {"time": "2026-11-20T09:40:58.000Z", "value": 36.9140625},
        "accelerometer_z": {"time": "2026-11-20T09:41:05.000Z", "value": 1.0078125},
    },
    "listening_mode": "on",
    "charge_status": "not_charging",
    "mount_status": "mounted",
    "mould_risk_level": "no_risk",
    "muted_until": None,
    "wlan": {},
    "insights": {},
}

HOME: dict[str, Json] = {
    "home_id": "65b0ffee0123456789abcdef",
    "name": "Lakeside 4",
    "timezone": "Europe/Stockholm",
    "created_at": "2023-09-24T18:00:00Z",
    "alarm_status": "on",
    "detailed_alarm_status": "on_grace_period",
    "alarm_mode": "manual",
    "silent_alarm": False,
    "scheduled_alarm_active": False,
    "alarm_off_grace_period_secs": 45,
    "grace_period_expires_at": "2026-11-20T10:00:45Z",
    "earliest_alarm_time": None,
    "alarm_info": {
        "alarm_info_type": "on_grace_period",
        "grace_period_secs": 45.0,
        "grace_period_expires_at": "2026-11-20T10:00:45Z",
    },
    "disturbance_monitoring_active": True,
    "address": {"street_name1": "Sample Road 4", "street_name2": None, "country": "SE"},
    "members": [
        {
            "user_id": "65a0c1d2e3f4a5b6c7d8e9f0",
            "fullname": "Alex Example",
            "email": "alex@example.org",
        }
    ],
    "devices": [{"device_id": "65b1a2c3d4e5f60718293a4b"}],
}

HOOK: dict[str, Json] = {
    "hook_id": "66aa00112233445566778899",
    "created_at": "2026-11-20T09:00:00.000Z",
    "url": "https://ha.example.org/api/webhook/0f",
    "events": ["*"],
    "token": True,
    "hook_secret": "0c9d2f4be81a7735d6e0f1a2b3c4d5e6f7081920",
}

DELIVERY: dict[str, Json] = {
    "id": "66bb00112233445566778899",
    "type": "temperature_low",
    "created_at": "2026-11-20T09:41:05.000Z",
    "user_id": "65a0c1d2e3f4a5b6c7d8e9f0",
    "home_id": "65b0ffee0123456789abcdef",
    "device_id": "65b1a2c3d4e5f60718293a4b",
    "sensor_value": 11.6,
    "sensor_threshold": 12,
}

HOME_EVENT: dict[str, Json] = {
    "event_id": "66cc00112233445566778899",
    "event_type": "noise_detected",
    "event_time": "2026-11-20T21:05:00.708Z",
    "home_id": "65b0ffee0123456789abcdef",
}
