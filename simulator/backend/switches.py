"""What can be set differently from one run or moment to the next.

Most switches stand for a point on which API notes 12 found sources to differ, or to be silent.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal


@dataclass(slots=True, kw_only=True)
class Switches:
    """All switches, with the value believed likeliest as the default. Change them at any time."""

    # Signing in (API notes 2)
    auto_consent: bool = False
    """Answer GET /oauth/authorize with the redirect at once, as if allowed."""
    token_lifetime: timedelta = timedelta(hours=1)
    rotate_refresh_tokens: bool = True
    keep_old_refresh_tokens: bool = False
    """After a rotation the former refresh token still works."""
    refuse_refresh: int | None = None
    """Status (400 or 401) with which every refresh is refused."""
    token_requests: set[Literal["form", "basic", "json"]] = field(
        default_factory=lambda: {"form", "basic", "json"}
    )
    """Formats in which POST /oauth/token is accepted; others are refused as an unknown client."""
    expires_in_as_text: bool = False
    expires_in_token: bool = True
    refresh_token_in_token: bool = True
    jwt: bool = True
    """Access tokens are JWTs; off: they are opaque."""
    token_wrapper: str | None = None
    """Name of an object around the token, such as `token`."""
    expired_token_status: Literal[400, 401, 403] = 401
    """Status for an unknown or expired access token."""
    user_id_in_token: bool = True
    scope_in_token: str | None = None

    # Limits and paging (API notes 1)
    enforce_limits: bool = False
    retry_after: int | None = None
    """Seconds named in `Retry-After` on a 429; None sends no such header."""
    real_delays: bool = False
    """Really wait where Minut would: throttled requests, retries of deliveries."""
    default_page_size: int | None = None
    """Page size of /homes and /devices when the request names none; None gives everything."""
    max_page_size: int | None = None
    paging_info: bool = True
    """Lists of homes and devices carry `paging`."""
    html_errors: bool = False
    """Errors carry a page of HTML instead of JSON."""
    refuse_api: bool = False
    """Every request with a token answers 403, as without a plan that has API access."""
    forbidden_homes: set[str] = field(default_factory=set)
    """Ids of homes that answer 403."""

    # Shapes (API notes 3.2, 4.1)
    device_milliseconds: bool = True
    home_milliseconds: bool = False
    device_home: Literal["id", "object", "home_id"] = "id"
    home_devices: Literal["objects", "ids"] = "objects"
    latest_sensor_values: bool = True
    battery: bool = True
    alarm_status: bool = True
    ongoing_events: bool = True
    quiet_hours_readable: bool = True
    unknown_enum_values: bool = False
    motion_rows: Literal["tuples", "objects"] = "tuples"
    series_extremes: bool = True
    """Series have `min` and `max` where they are asked for (the names are inferred)."""

    # Configuration (API notes 5)
    merge_reactions: bool = True
    """PUT of reactions merges by type; off: it replaces the whole list."""
    null_removes_reaction: bool = True
    """A reaction whose value is null is removed; off: it is refused."""

    # Alarm (API notes 4)
    exit_delay: timedelta = timedelta(seconds=45)
    """How long arming takes; zero arms straight away."""
    arm_at_check_in: bool = False
    """Arming lasts until all online Points of the home have checked in."""
    grace_period_in: Literal["detailed", "both", "coarse"] = "detailed"
    """Whether `detailed_alarm_status`, `alarm_status` or both name a grace period."""
    patch_alarm: int | None = None
    """Status (404 or 405) with which PATCH /homes/{id}/alarm is refused; None: it works."""
    put_alarm: int | None = None
    put_home_alarm: int | None = None
    """The same for PUT or PATCH /homes/{id} with `alarm_status`."""
    alarm_change_events: bool = False
    """Arming and disarming emit events (their names are ours, API notes 8)."""

    # Stays (API notes 9)
    guest_spelling: dict[str, str] = field(default_factory=dict)
    """Other names for members of a guest, or for the list `guests`."""
    patch_guest: int | None = None
    """Status (404 or 405) with which PATCH of a guest is refused; None: it works."""

    # Events (API notes 7)
    user_events: bool = True
    """GET /events exists."""
    newest_first: bool = True
    """Order of events when the request names none."""
    ignore_order: bool = False
    """Whatever order the request names, it is not followed."""

    # Hooks (API notes 6)
    delivery_token: Literal["plain", "bearer", "none"] = "plain"
    signature: Literal["sha256", "sha1", "none"] = "sha256"
    signature_header: str = "X-Minut-Signature"
    signature_prefix: str = ""
    """For example `sha256=`."""
    delivery_attempts: int = 3
    duplicate_deliveries: bool = False
    reorder_deliveries: bool = False
    """Each second event of a hook overtakes the one before it."""
    lose_deliveries: bool = False
    hold_deliveries: bool = False
    """Keep deliveries until `release_deliveries()`."""
    webhook_ping: bool = True
    """POST /webhooks/{id}/ping exists."""
    delete_hook_status: Literal[200, 204] = 200
    secret_in_hook_lists: bool = False

    # Time
    heartbeat_jitter: timedelta = timedelta(0)
    """Heartbeats come up to this much late."""
    offline_after: timedelta = timedelta(hours=2)
    """How long after a missed heartbeat Minut says that a Point is offline."""
