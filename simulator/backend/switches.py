"""Settings of the simulated cloud, which can be changed at any time.

Most switches stand for a point on which API notes 12 found sources to differ or to be silent. The
defaults are what is believed most likely.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal


@dataclass(slots=True, kw_only=True)
class Switches:
    """All switches of the simulator."""

    alternatives: set[str] = field(default_factory=set)
    """Names of the active alternatives (see `simulator.backend.alternatives`)."""

    # Signing in (API notes 2)
    auto_consent: bool = False
    """GET /oauth/authorize redirects at once, as if access had been allowed."""
    token_lifetime: timedelta = timedelta(hours=1)
    """Lifetime of an access token."""
    rotate_refresh_tokens: bool = True
    """Each refresh returns a new refresh token."""
    keep_old_refresh_tokens: bool = False
    """After a rotation the previous refresh token still works."""
    refuse_refresh: int | None = None
    """Status (400 or 401) with which every refresh is rejected."""
    token_requests: set[Literal["form", "basic", "json"]] = field(
        default_factory=lambda: {"form", "basic", "json"}
    )
    """Formats in which POST /oauth/token is accepted; others are rejected: unknown client."""
    expires_in_as_text: bool = False
    """`expires_in` is a string."""
    expires_in_token: bool = True
    """Token responses have `expires_in`."""
    refresh_token_in_token: bool = True
    """Token responses have a refresh token."""
    jwt: bool = True
    """Access tokens are JWTs; off: they are opaque."""
    token_wrapper: str | None = None
    """Name of an object around the token, such as `token`."""
    expired_token_status: Literal[400, 401, 403] = 401
    """Status for an unknown or expired access token."""
    user_id_in_token: bool = True
    """Token responses name the user."""
    scope_in_token: str | None = None
    """`scope` in token responses."""

    # Limits and paging (API notes 1)
    enforce_limits: bool = False
    """Requests above Minut's rate limits are answered with 429."""
    retry_after: int | None = None
    """Seconds in the `Retry-After` header of a 429; None: no such header."""
    real_delays: bool = False
    """Really wait where Minut would: throttled requests, retries of deliveries."""
    default_page_size: int | None = None
    """Page size of /homes and /devices when the request names none; None: everything."""
    max_page_size: int | None = None
    """Maximum page size of /homes and /devices."""
    paging_info: bool = True
    """Lists of homes and devices carry `paging`."""
    date: bool = True
    """Answers carry a `Date` by the clock of the cloud; off: none that can be read."""
    html_errors: bool = False
    """Errors carry an HTML page instead of JSON."""
    refuse_api: bool = False
    """Every request with a token is answered with 403, as without API access in the plan."""
    forbidden_homes: set[str] = field(default_factory=set)
    """Ids of homes whose requests are answered with 403."""
    account_in_organization: bool = False
    """Homes and Points belong to an organization: the account's own lists are empty."""

    # Shapes (API notes 3.2, 4.1)
    device_milliseconds: bool = True
    """Times of Points carry milliseconds."""
    home_milliseconds: bool = False
    """Times of homes carry milliseconds."""
    device_home: Literal["id", "object", "home_id"] = "id"
    """How a Point refers to its home."""
    home_devices: Literal["objects", "ids"] = "objects"
    """How a home lists its Points."""
    latest_sensor_values: bool = True
    """Points have `latest_sensor_values`."""
    battery: bool = True
    """Points have `battery`."""
    alarm_status: bool = True
    """Homes have `alarm_status`."""
    ongoing_events: bool = True
    """Points have `ongoing_events`."""
    quiet_hours_readable: bool = True
    """The configuration of a Point has `quiet_hours`."""
    unknown_enum_values: bool = False
    """Enums have values that no client knows."""
    motion_rows: Literal["tuples", "objects"] = "tuples"
    """Rows of the series of motion events."""
    series_extremes: bool = True
    """Series have `min` and `max` on request (the names are inferred)."""

    # Configuration (API notes 5)
    merge_reactions: bool = True
    """PUT of reactions merges by type; off: it replaces the whole list."""
    null_removes_reaction: bool = True
    """A reaction whose value is null is removed; off: it is rejected."""

    # Alarm (API notes 4)
    exit_delay: timedelta = timedelta(seconds=45)
    """Time from arming to armed; zero arms at once."""
    arm_at_check_in: bool = False
    """Arming lasts until all online Points of the home have checked in."""
    grace_period_in: Literal["detailed", "both", "coarse"] = "detailed"
    """Whether `detailed_alarm_status`, `alarm_status` or both name a grace period."""
    patch_alarm: int | None = None
    """Status with which PATCH /homes/{id}/alarm is rejected; None: it works."""
    put_alarm: int | None = None
    """Status with which PUT /homes/{id}/alarm is rejected; None: it works."""
    put_home_alarm: int | None = None
    """Status with which PUT or PATCH /homes/{id} with `alarm_status` is rejected."""
    alarm_change_events: bool = False
    """Arming and disarming emit events, with names that the simulator made up."""

    # Stays (API notes 9)
    guest_spelling: dict[str, str] = field(default_factory=dict)
    """Other names for members of a guest, or for the list `guests`."""
    patch_guest: int | None = None
    """Status (404 or 405) with which PATCH of a guest is rejected; None: it works."""

    # Events (API notes 7)
    user_events: bool = True
    """GET /events exists."""
    newest_first: bool = True
    """Events are listed newest first by default; off: oldest first."""
    ignore_order: bool = False
    """`order` in a request is ignored."""

    # Webhooks (API notes 6)
    hook_url_check: Literal["none", "get", "post"] = "none"
    """Request to the URL during registration, which must be answered with 2xx."""
    delivery_method: Literal["POST", "PUT"] = "POST"
    """HTTP method of deliveries."""
    delivery_token: Literal["plain", "bearer", "header", "body", "unknown", "none"] = "plain"
    """Where a delivery carries the token: alone or as a bearer token in `Authorization`, in
    `X-Minut-Token`, as `token` in the body, or nowhere (unknown: with another `Authorization`)."""
    signature: Literal["sha256", "sha1", "sha512", "none"] = "sha256"
    """Hash of the HMAC signature of a delivery."""
    signature_encoding: Literal["hex", "base64"] = "hex"
    """Encoding of the signature."""
    signature_secret: Literal["text", "decoded"] = "text"
    """Whether the key of the signature is the text of the secret, or the bytes it encodes."""
    signature_header: str = "X-Minut-Signature"
    """Header that carries the signature."""
    signature_prefix: str = ""
    """Text before the signature, for example `sha256=`."""
    delivery_attempts: int = 3
    """Maximum number of attempts for each delivery."""
    duplicate_deliveries: bool = False
    """Each event is delivered twice."""
    reorder_deliveries: bool = False
    """Every second event overtakes the one before it."""
    lose_deliveries: bool = False
    """Deliveries are not sent."""
    hold_deliveries: bool = False
    """Deliveries are held back until "Release held deliveries" is pressed."""
    webhook_ping: bool = True
    """POST /webhooks/{id}/ping exists."""
    delete_hook_status: Literal[200, 204] = 200
    """Status of a successful DELETE /webhooks/{id}; 204 has no body."""
    secret_in_hook_lists: bool = False
    """Lists of webhooks carry `hook_secret`."""

    # Time
    heartbeat_jitter: timedelta = timedelta(0)
    """Maximum delay of heartbeats."""
    offline_after: timedelta = timedelta(hours=2)
    """Time from a missed heartbeat to the Point being reported as offline."""
