"""JSON of users, homes, Points and stays, in the variants of the sources (API notes 3, 4, 9)."""

from collections.abc import Sequence
from datetime import datetime

from simulator.backend.switches import Switches
from simulator.formats import Json, JsonObject, iso
from simulator.world.device import Device, Reaction
from simulator.world.world import Account, Guest, Home

COARSE_STATUS = {"on_grace_period": "on", "off_grace_period": "on"}
"""`alarm_status` during a grace period that only `detailed_alarm_status` names."""


def user_json(account: Account) -> JsonObject:
    """Return a user (API notes 3.1)."""
    return {
        "user_id": account.user_id,
        "fullname": account.fullname,
        "nick": account.nick,
        "email": account.email,
        "locale": account.locale,
        "created_at": iso(account.created_at),
        "updated_at": iso(account.updated_at),
    }


def device_json(device: Device, home: Home, switches: Switches) -> JsonObject:
    """Return a Point (API notes 3.2)."""

    def date(moment: datetime) -> str:
        return iso(moment, milliseconds=switches.device_milliseconds)

    unknown = switches.unknown_enum_values
    body: JsonObject = {
        "device_id": device.device_id,
        "device_mac": device.mac,
        "owner": home.owner,
        **_home_member(device, home, switches),
        "active": device.active,
        "offline": device.offline,
        "first_seen_at": date(device.first_seen_at),
        "last_heard_from_at": date(device.last_heard_from_at),
        "last_heartbeat_at": date(device.last_heartbeat_at),
        "next_heartbeat_at": date(device.next_heartbeat_at),
        "report_interval": 3600,
        "firmware": {"installed": device.firmware, "wanted": device.firmware},
        "hardware_version": device.hardware_version,
        "description": device.description,
        "timezone": device.timezone,
        "configuration": _configuration(device, switches),
        "listening_mode": device.listening_mode,
        "alarm_recognition": "on",
        "power_saving_mode": "off",
        "charge_status": "charging" if device.charging else "not_charging",
        "mount_status": _mount_status(device, unknown=unknown),
        "mould_risk_level": "purple" if unknown else "no_risk",
        "muted_until": None,
        "network_interface": "wifi",
        "wlan": {},
        "nightlight_mode": "off",
        "nightlight_start_at": None,
        "nightlight_end_at": None,
        "insights": {},
        "hap_paired": False,
        "hap_mfi_provisioned": False,
        "hap_setup_payload": None,
    }
    if switches.ongoing_events:
        body["ongoing_events"] = [*device.ongoing, *(["levitation_detected"] if unknown else [])]
    if switches.battery:
        body["battery"] = {"voltage": device.battery_voltage, "percent": device.battery_percent}
    if switches.latest_sensor_values:
        body["latest_sensor_values"] = {
            name: {"time": date(moment), "value": value}
            for name, (moment, value) in device.latest.items()
        }
    return _override(body, device.changed, device.omitted)


def home_json(
    home: Home, devices: Sequence[Device], switches: Switches, members: list[Account]
) -> JsonObject:
    """Return a home with its Points `devices` (API notes 4.1)."""

    def date(moment: datetime | None) -> str | None:
        return iso(moment, milliseconds=switches.home_milliseconds) if moment else None

    as_objects = switches.home_devices == "objects"
    body: JsonObject = {
        "home_id": home.home_id,
        "name": home.name,
        "timezone": home.timezone,
        "created_at": date(home.created_at),
        "alarm_mode": home.alarm_mode,
        "silent_alarm": home.silent_alarm,
        "scheduled_alarm_active": home.scheduled_alarm_active,
        "alarm_off_grace_period_secs": int(home.entry_delay.total_seconds()),
        "grace_period_expires_at": date(home.grace_period_expires_at),
        "earliest_alarm_time": None,
        "alarm_info": _alarm_info(home, date(home.grace_period_expires_at)),
        "disturbance_monitoring_active": home.disturbance_monitoring,
        "address": home.address,
        "members": [
            {"user_id": member.user_id, "fullname": member.fullname, "email": member.email}
            for member in members
        ],
        "devices": [
            {"device_id": device.device_id} if as_objects else device.device_id
            for device in devices
        ],
    }
    if switches.alarm_status:
        body |= _alarm_statuses(home, switches)
    return _override(body, home.changed, home.omitted)


def guest_json(guest: Guest, switches: Switches) -> JsonObject:
    """Return a stay with the names of API notes 9, unless the switches spell them otherwise."""
    spelling = switches.guest_spelling
    body: JsonObject = {
        "guest_id": guest.guest_id,
        "name": guest.name,
        "email": guest.email,
        "phone_number": guest.phone_number,
        "check_in_at": iso(guest.check_in_at),
        "check_out_at": iso(guest.check_out_at) if guest.check_out_at else None,
    }
    return {spelling.get(name, name): value for name, value in body.items()} | guest.others


def _home_member(device: Device, home: Home, switches: Switches) -> JsonObject:
    match switches.device_home:
        case "id":
            return {"home": device.home_id}
        case "home_id":
            return {"home_id": device.home_id}
        case "object":
            return {"home": {"home_id": device.home_id, "name": home.name}}


def _mount_status(device: Device, *, unknown: bool) -> str:
    if unknown:
        return "floating"
    return "mounted" if device.mounted else "unmounted"


def _configuration(device: Device, switches: Switches) -> JsonObject:
    body: JsonObject = {
        "version": device.config_version,
        "installed_on_device_at": iso(device.config_installed_at),
        "updated_at": iso(device.config_updated_at),
        "room_type": device.room_type,
        "reactions": [_reaction_json(reaction) for reaction in device.reactions.values()],
    }
    if switches.quiet_hours_readable:
        window = device.quiet_hours
        body["quiet_hours"] = {
            "enabled": window.enabled,
            "start": f"{window.start:%H:%M}",
            "end": f"{window.end:%H:%M}",
        }
    return body


def _reaction_json(reaction: Reaction) -> JsonObject:
    body: JsonObject = {"type": reaction.type, "value": reaction.value}
    if reaction.duration_seconds is not None:
        body["duration_seconds"] = reaction.duration_seconds
    return body | {"notifications": reaction.notifications} | reaction.others


def _alarm_statuses(home: Home, switches: Switches) -> JsonObject:
    status = "defused" if switches.unknown_enum_values else home.alarm_status
    coarse = COARSE_STATUS.get(status, status)
    match switches.grace_period_in:
        case "detailed":
            return {"alarm_status": coarse, "detailed_alarm_status": status}
        case "coarse":
            return {"alarm_status": status, "detailed_alarm_status": coarse}
        case "both":
            return {"alarm_status": status, "detailed_alarm_status": status}


def _alarm_info(home: Home, expires_at: str | None) -> JsonObject | None:
    if home.grace_period is None:
        return None
    return {
        "alarm_info_type": home.alarm_status,
        "grace_period_secs": home.grace_period.total_seconds(),
        "grace_period_expires_at": expires_at,
    }


def _override(body: JsonObject, changed: dict[str, Json], omitted: set[str]) -> JsonObject:
    """Apply the members that a test changes or leaves out in one home or Point."""
    return {name: value for name, value in (body | changed).items() if name not in omitted}
