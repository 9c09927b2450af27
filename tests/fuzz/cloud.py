"""A cloud that gives the same answer to all requests, without a network."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from aiohttp import ClientSession
from hypothesis import strategies as st

from custom_components.point.minut.client import MinutClient

from .anything import ODD_TIMES, Json, odd

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
POINT: Final = "5f0c0ffee0123456789abcde"
HOME: Final = "5f0dec0de0123456789abcde"

WORDS: Final = (POINT, HOME, "temperature", "on", "off", "deep", *ODD_TIMES[:6])

DEVICE: Final[Json] = {
    "device_id": POINT,
    "home": HOME,
    "description": "Hallway",
    "device_mac": "0123456789ab",
    "active": True,
    "offline": False,
    "last_heard_from_at": "2026-11-20T11:30:00.000Z",
    "next_heartbeat_at": "2026-11-20T12:30:00.000Z",
    "firmware": {"installed": "1.2.3"},
    "hardware_version": 4,
    "battery": {"percent": 80},
    "mount_status": "mounted",
    "charge_status": "none",
    "mould_risk_level": "low",
    "ongoing_events": ["temperature_high", "device_offline"],
    "configuration": {
        "updated_at": "2026-11-20T11:00:00Z",
        "installed_on_device_at": "2026-11-20T11:30:00Z",
        "reactions": [
            {"type": "temperature_low", "value": 16, "notifications": []},
            {"type": "sound_level_high", "value": 75, "duration_seconds": 600},
        ],
        "quiet_hours": {"enabled": True, "start": "22:00", "end": "07:00"},
    },
    "latest_sensor_values": {
        "temperature": {"value": 21.5, "time": "2026-11-20T11:30:00Z"},
        "humidity": {"value": 40.0},
        "sound": {"value": 35.0},
        "pressure": {"value": 100_000.0},
        "part_als": {"value": 3},
    },
}
HOME_ANSWER: Final[Json] = {
    "home_id": HOME,
    "name": "Lakeside 4",
    "timezone": "Europe/Stockholm",
    "alarm_status": "on",
    "detailed_alarm_status": "on_grace_period",
    "disturbance_monitoring_active": True,
    "alarm_info": {"grace_period_expires_at": "2026-11-20T12:01:00Z"},
    "members": [{"user_id": "5f0ab", "fullname": "Robin"}],
}
EVENT: Final[Json] = {
    "id": "66bb00112233445566778899",
    "type": "temperature_high",
    "event_type": "disturbance_first_notice",
    "created_at": "2026-11-20T12:00:00Z",
    "user_id": "5f0ab",
    "home_id": HOME,
    "device_id": POINT,
    "sensor_value": 27.5,
    "sensor_threshold": 26,
}
GUEST: Final[Json] = {
    "guest_id": "5f0a1",
    "name": "Kim",
    "check_in_at": "2026-11-20",
    "check_out_at": "2026-11-22T10:00:00Z",
    "email": "kim@example.org",
    "phone_number": "+46700000000",
    "guest": {},
}
HOOK: Final[Json] = {
    "hook_id": "5f0b1",
    "url": "https://example.org/api/webhook/1",
    "events": ["*"],
    "hook_secret": "secret",
}
USER: Final[Json] = {"user_id": "5f0ab", "fullname": "Robin", "nick": "R"}
SERIES: Final[Json] = {
    "time_resolution": 3600,
    "values": [
        {"datetime": "2026-11-20T10:00:00Z", "value": 21, "min": 20, "max": 22},
        ["2026-11-20T11:00:00Z", 21.5, 3],
    ],
}

PAGING: Final[Json] = {"total_count": 1, "limit": 100, "offset": 0}

ANSWERS: Final[Mapping[str, Json]] = {
    "users/me": USER,
    "devices": {"devices": [DEVICE], "paging": PAGING},
    f"devices/{POINT}": DEVICE,
    "homes": {"homes": [HOME_ANSWER], "paging": PAGING},
    f"homes/{HOME}": HOME_ANSWER,
    "events": {"events": [EVENT], "paging": PAGING},
    f"homes/{HOME}/events": {"home_events": [EVENT], "paging": PAGING},
    f"homes/{HOME}/guests": {"guests": [GUEST]},
    "webhooks": {"hooks": [HOOK]},
    f"devices/{POINT}/temperature": SERIES,
}
"""A correct answer of each endpoint that has one."""


def odd_answers(path: str) -> st.SearchStrategy[Json]:
    """Return variations of the answer of an endpoint."""
    return odd(ANSWERS[path], *WORDS)


class Answer:
    """An answer whose body is read in chunks."""

    def __init__(self, body: bytes, *, status: int, headers: Mapping[str, str]) -> None:
        self.status = status
        self.headers = headers
        self.content = self
        self._body = body

    async def iter_any(self) -> AsyncIterator[bytes]:
        """Yield the body in two chunks."""
        half = len(self._body) // 2
        for piece in (self._body[:half], self._body[half:]):
            yield piece


class Network:
    """Answers all requests in the same way, and records them."""

    def __init__(
        self, body: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        self._answer = {"status": status, "headers": headers or {}}
        self._body = body
        self.sent: list[tuple[str, str, Any]] = []

    @asynccontextmanager
    async def request(self, method: str, url: object, **options: Any) -> AsyncIterator[Answer]:
        """Answer."""
        assert options["allow_redirects"] is False
        self.sent.append((method, str(url), options["json"]))
        yield Answer(self._body, **cast("Any", self._answer))

    def client(self) -> MinutClient:
        """Return a client with an unused rate limit."""

        async def token() -> str:
            return "token"

        return MinutClient(cast("ClientSession", self), token)


DAY: Final = timedelta(days=1)
