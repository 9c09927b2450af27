"""Diagnostics: counts, types and states.

They are built from these instead of being redacted, so that they never contain names, addresses,
ids, places and secrets. Homes and Points are numbered within the account.
"""

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
from yarl import URL

from .auth.implementation import is_client_credentials
from .const import CONF_EXCLUDED_HOMES, OPTIONS
from .data import PointConfigEntry, PointData
from .minut.assumptions import judged
from .minut.event_types import Lasting, Momentary
from .presence.tracker import PresenceTracker
from .registry.devices import keys_of
from .registry.unique_ids import split_unique_id
from .state.device import DeviceState
from .state.home import HomeState
from .webhook.stored import StoredHook

CLOUDHOOKS_HOST = "hooks.nabu.casa"


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: PointConfigEntry
) -> dict[str, Any]:
    """Return the diagnostics of an account, without its state while it is not loaded."""
    registry = er.async_get(hass)
    entities = er.async_entries_for_config_entry(registry, entry.entry_id)
    return {
        "entry": _entry(entry),
        "entities": {
            "enabled": Counter(entity.domain for entity in entities if not entity.disabled),
            "disabled": Counter(entity.domain for entity in entities if entity.disabled),
        },
        **(_account(entry.runtime_data) if entry.state is ConfigEntryState.LOADED else {}),
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: PointConfigEntry, device: dr.AnyDeviceEntry
) -> dict[str, Any]:
    """Return the diagnostics of a home or a Point, with the states of its entities."""
    described: dict[str, Any] = {"entities": _entities(hass, device)}
    if entry.state is not ConfigEntryState.LOADED:
        return described
    data, now = entry.runtime_data, dt_util.utcnow()
    state = data.coordinator.data
    keys = keys_of(device)
    homes = [_home(home, now, data.presence) for key, home in state.homes.items() if key in keys]
    points = [_point(point, now) for key, point in state.devices.items() if key in keys]
    return {**described, "homes": homes, "points": points}


def _entry(entry: PointConfigEntry) -> dict[str, Any]:
    hook = StoredHook.read(entry)
    return {
        "version": f"{entry.version}.{entry.minor_version}",
        "state": entry.state.value,
        "source": entry.source,
        "options": {key: entry.options.get(key, default) for key, default in OPTIONS.items()},
        "excluded_homes": len(entry.options.get(CONF_EXCLUDED_HOMES, ())),
        "by_client": is_client_credentials(entry.data.get(CONF_TOKEN, {})),
        "hook": _address_type(hook.url) if hook.id else None,
        "hook_scheme": str(hook.proof) if hook.proof else None,
        "hook_way": hook.way,
    }


def _address_type(url: str | None) -> str:
    """Return how events arrive, without the address."""
    return "cloudhook" if URL(url or "").host == CLOUDHOOKS_HOST else "own address"


def _account(data: PointData) -> dict[str, Any]:
    coordinator = data.coordinator
    state, now = coordinator.data, dt_util.utcnow()
    numbers = {key: number for number, key in enumerate(state.homes, 1)}
    return {
        "polling": {
            "works": coordinator.last_update_success,
            "next_in_seconds": _age(now, coordinator.next_poll_at),
            "last_error": type(error).__name__ if (error := coordinator.last_exception) else None,
        },
        "clock_offset_seconds": round(data.client.clock.value.total_seconds()),
        "contract": {
            "assumptions": judged(data.client.contract.facts()),
            "endpoints": data.client.contract.report(),
            "left_out": dict(data.client.unreadable),
        },
        "lists": {
            "incomplete": data.client.incomplete,
            "forbidden": sorted(coordinator.forbidden),
            "of_organization": data.client.is_in_organization,
        },
        "push": _push(data, now),
        "history": data.history.progress.summary(),
        "homes": [_home(home, now, data.presence) for home in state.homes.values()],
        "points": [
            {"home": numbers.get(point.polled.home_id or ""), **_point(point, now)}
            for point in state.devices.values()
        ],
    }


def _push(data: PointData, now: datetime) -> dict[str, Any]:
    push, state = data.coordinator.push, data.coordinator.data
    return {
        "state": push.state,
        "unverified_deliveries": push.unverified,
        "refusals_in_a_row": push.refusals_in_a_row,
        "answers": {str(status): count for status, count in data.webhook.answers.items()},
        "not_understood": dict(data.webhook.not_understood),
        "unknown_types": push.unknown_types,
        "known_type_has_arrived": push.has_understood,
        "sample_has_arrived": push.has_sampled,
        "last_delivery_seconds_ago": _age(push.last_delivery_at, now),
        "caught_up": state.is_caught_up,
        "complete_until_seconds_ago": _age(state.events.complete_until, now),
    }


def _home(state: HomeState, now: datetime, presence: PresenceTracker) -> dict[str, Any]:
    is_tracked = presence.tracks(state.polled.id)
    return {
        "presence": asdict(presence.conclusion(state.polled.id)) if is_tracked else None,
        "alarm_status": state.alarm_status,
        "in_grace_period": state.grace_period_ends is not None,
        "disturbance": state.disturbance.stage,
        "members": len(state.polled.members),
        "asked_seconds_ago": _age(state.asked_at, now),
    }


def _point(state: DeviceState, now: datetime) -> dict[str, Any]:
    device = state.polled
    return {
        "hardware_version": device.hardware_version,
        "firmware": device.firmware,
        "has_mac": device.mac is not None,
        "active": device.active,
        "online": state.online,
        "missed_heartbeats": state.missed,
        "heard_seconds_ago": _age(device.last_heard_from_at, now),
        "heartbeat_in_seconds": _age(now, device.next_heartbeat_at),
        "battery_percent": device.battery_percent,
        "battery_low": state.battery_low,
        "mount_status": device.mount_status,
        "charge_status": device.charge_status,
        "readings": {name: state.reading(name) for name in sorted(device.readings)},
        "momentary": {
            kind: {
                "on": state.momentary.is_on(kind, now),
                "seconds_ago": _age(state.momentary.last(kind), now),
            }
            for kind in Momentary
        },
        "lasting": [
            kind
            for kind in Lasting
            if kind not in {Lasting.BATTERY_LOW, Lasting.OFFLINE} and state.is_lasting(kind)
        ],
        "ongoing_events": sorted(device.ongoing_events),
    }


def _entities(hass: HomeAssistant, device: dr.AnyDeviceEntry) -> dict[str, Any]:
    """Return states by platform and key. Attributes are left out: they may contain names.

    Times are left out: they show when somebody pressed a button, or when a guest leaves.
    """
    registry = er.async_get(hass)
    found: dict[str, Any] = {}
    for entity in er.async_entries_for_device(registry, device.id, include_disabled_entities=True):
        state = hass.states.get(entity.entity_id)
        shown = state.state if state else None
        if shown and dt_util.parse_datetime(shown):
            shown = "a time"
        found[f"{entity.domain}.{split_unique_id(entity)[1]}"] = entity.disabled_by or shown
    return dict(sorted(found.items()))


def _age(since: datetime | None, now: datetime | None) -> int | None:
    return round((now - since).total_seconds()) if since and now else None
