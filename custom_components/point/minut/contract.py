"""Fingerprints: what Minut's answers and deliveries look like, without what they say.

They consist of JSON types and of words of closed lists (`vocabulary`), so that they can be pasted
into an issue. `assumptions` judges by them which facts of the API notes hold for an account.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, NamedTuple

from .parsing import Json, JsonObject
from .vocabulary import HIDDEN, MAX_LENGTH, kind_of, shown_name, words

STATUS: Final = "(status)"
"""Stands for a member whose kinds are the HTTP statuses of an endpoint."""
ERROR: Final = "(error)"
"""Stands for the body of an answer with another status than 2xx."""
NOT_JSON: Final = "not JSON"
"""Stands for the kind of a body that cannot be parsed, such as a page of a proxy."""
DELIVERY: Final = "delivery"
"""The endpoint of deliveries: ours."""
TOKEN: Final = "POST oauth/token"  # noqa: S105 # the name of an endpoint

MAX_ENDPOINTS: Final = 60
MAX_MEMBERS: Final = 200
"""Maximum number of members of an endpoint that are kept."""
MAX_KINDS: Final = 40
"""Maximum number of kinds of a member that are kept."""
MAX_VALUES: Final = 400
"""Maximum number of values of an answer that are examined, so that it costs little."""
MAX_WIDTH: Final = 60
"""Maximum number of members of an object that are examined."""
MAX_EXAMINED: Final = 20
"""Maximum number of deliveries of the same shape that are examined."""
MAX_SHAPES: Final = 1_000
"""Maximum number of shapes of deliveries that are counted."""
MAX_DEPTH: Final = 6
"""Maximum nesting of a delivery that counts as its shape."""
EVENT_NAMES: Final = {"type", "event_type"}
"""Members whose values are part of the shape of a delivery."""
MAX_PATH: Final = 160
"""Maximum length of the path of a member."""

SEGMENTS: Final = words(
    """
    alarm battery devices disturbance events guests homes humidity me motion_events
    oauth occupancy_detection organizations part_als ping pressure sound_level temperature token
    users webhooks
    """
)
"""Segments of paths that are not ids."""
ORDINARY_HEADERS: Final = words(
    """
    accept accept-encoding accept-language cache-control cdn-loop connection content-encoding
    content-length content-type cookie forwarded host keep-alive origin pragma referer
    traceparent tracestate transfer-encoding upgrade user-agent via x-forwarded-for
    x-forwarded-host x-forwarded-port x-forwarded-proto x-forwarded-server x-real-ip x-request-id
    """
)
"""Headers of deliveries that cannot prove anything."""


class Fact(NamedTuple):
    """Something seen: a member of an answer of an endpoint, and its kind."""

    endpoint: str
    member: str
    kind: str


@dataclass(slots=True)
class Fingerprint:
    """What an endpoint has answered. `members`: their kinds by path, such as `devices[].home`."""

    statuses: Counter[int] = field(default_factory=Counter)
    members: dict[str, dict[str, None]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    """Paths with words that are not in the vocabulary."""

    def add(self, answer: Json, *, at: str = "") -> None:
        """Add the members of an answer."""
        for path, kind in _members(answer, at):
            self.note(path, kind)

    def note(self, path: str, kind: str) -> None:
        """Add a member, unless there are too many."""
        kinds = self.members.get(path)
        if kinds is None:
            if len(self.members) >= MAX_MEMBERS:
                return
            kinds = self.members[path] = {}
            if HIDDEN in path:
                self.hidden.add(path)
        if len(kinds) < MAX_KINDS:
            kinds[kind] = None


class Contract:
    """The fingerprints of one account since Home Assistant started."""

    def __init__(self) -> None:
        self._fingerprints: dict[str, Fingerprint] = {}
        self._examined: Counter[int] = Counter()
        """Number of examined deliveries by the hash of their shape."""

    def answered(
        self, method: str, path: str, status: int, answer: Json = None, *, is_json: bool = True
    ) -> None:
        """Add an answer. `path`: relative to the API root."""
        fingerprint = self._fingerprint(f"{method} {endpoint_of(path)}")
        fingerprint.statuses[status] += 1
        at = "" if 200 <= status < 300 else ERROR
        if not is_json:
            fingerprint.note(at, NOT_JSON)
        elif answer is not None:
            fingerprint.add(answer, at=at)

    def delivered(self, headers: Mapping[str, str], payload: Json) -> None:
        """Add a delivery, whether it is accepted or not, unless many were of the same shape."""
        shown = [
            (name, value)
            for name, value in islice(headers.items(), MAX_WIDTH)
            if name.lower() not in ORDINARY_HEADERS
        ]
        if not self._is_new(
            hash((*((name, len(value)) for name, value in shown), _shape(payload)))
        ):
            return
        fingerprint = self._fingerprint(DELIVERY)
        fingerprint.add(payload)
        for name, value in shown:
            fingerprint.note(f"header {shown_name(name[:MAX_LENGTH].lower())}", _proof(value))

    def _is_new(self, shape: int) -> bool:
        """Count a delivery of this shape. Return whether to examine it."""
        if self._examined[shape] >= MAX_EXAMINED:
            return False
        if shape in self._examined or len(self._examined) < MAX_SHAPES:
            self._examined[shape] += 1
        return True

    def granted(self, token: JsonObject) -> None:
        """Add the stored answer of the token endpoint."""
        self._fingerprint(TOKEN).add({**token})

    def facts(self) -> Iterator[Fact]:
        """Yield everything that has been seen."""
        for endpoint, fingerprint in self._fingerprints.items():
            for status in fingerprint.statuses:
                yield Fact(endpoint, STATUS, str(status))
            for path, kinds in fingerprint.members.items():
                yield from (Fact(endpoint, path, kind) for kind in kinds)

    def report(self) -> dict[str, Any]:
        """Return the fingerprints as JSON, by endpoint."""
        return {
            endpoint: _report(endpoint, self._fingerprints[endpoint])
            for endpoint in sorted(self._fingerprints)
        }

    def _fingerprint(self, endpoint: str) -> Fingerprint:
        if endpoint not in self._fingerprints and len(self._fingerprints) >= MAX_ENDPOINTS:
            endpoint = "others"
        return self._fingerprints.setdefault(endpoint, Fingerprint())


def endpoint_of(path: str) -> str:
    """Return a path with `{id}` for each segment that is not a word of the API."""
    segments = path.strip("/").split("/")
    return "/".join(segment if segment in SEGMENTS else "{id}" for segment in segments)


def _shape(value: Json, depth: int = MAX_DEPTH) -> Hashable:
    """Return the names of the members of a delivery, the types of their values, and its events."""
    if depth and isinstance(value, dict):
        shape: list[Hashable] = []
        for name, inner in islice(value.items(), MAX_WIDTH):
            is_event = name in EVENT_NAMES and isinstance(inner, str)
            kind: Hashable = str(inner) if is_event else _shape(inner, depth - 1)
            shape += (name, kind)
        return tuple(shape)
    if depth and isinstance(value, list):
        return ("list", *(_shape(inner, depth - 1) for inner in value[:MAX_WIDTH]))
    return type(value).__name__


def _members(answer: Json, at: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the kind of the values in an answer. Of a list, three elements count."""
    left: list[tuple[str, str, Json]] = [(at, "", answer)]
    for _ in range(MAX_VALUES):
        if not left:
            return
        path, name, value = left.pop()
        yield path, kind_of(value, name=name)
        if len(path) > MAX_PATH:
            continue
        match value:
            case dict():
                inner = islice(value.items(), MAX_WIDTH)
                named = [(shown_name(key[:MAX_LENGTH]), each) for key, each in inner]
                left += [(f"{path}.{key}".lstrip("."), key, each) for key, each in reversed(named)]
            case list():
                left += [(f"{path}[]", name, each) for each in (*value[:2], *value[2:][-1:])]


def _proof(value: str) -> str:
    """Return what a header of a delivery looks like, without its value."""
    prefix, _, rest = value.partition(" ")
    if rest:
        scheme = prefix.lower() if prefix.lower() in {"bearer", "basic"} else HIDDEN
        return f"{scheme} and a text"
    before, equals, after = value.partition("=")
    is_prefixed = bool(equals and after.strip("="))
    text = after if is_prefixed else value
    is_hex = all(digit in "0123456789abcdefABCDEF" for digit in text)
    kind = "hex digits" if is_hex and text else "characters"
    return f"{len(text)} {kind}{' after a prefix' if is_prefixed and len(before) < 16 else ''}"


_OF_DEVICE: Final = """
    device_id home description device_mac active offline last_heard_from_at next_heartbeat_at
    firmware hardware_version battery battery.percent mount_status charge_status mould_risk_level
    latest_sensor_values latest_sensor_values.temperature latest_sensor_values.humidity
    latest_sensor_values.sound ongoing_events configuration configuration.updated_at
    configuration.installed_on_device_at reactions reactions.type reactions.value quiet_hours
    quiet_hours.enabled quiet_hours.start quiet_hours.end
    """
_OF_HOME: Final = """
    home_id name timezone alarm_status detailed_alarm_status disturbance_monitoring_active members
    members.user_id members.fullname
    """
EXPECTED: Final[Mapping[str, frozenset[str]]] = {
    endpoint: words(names)
    for endpoint, names in {
        "GET users/me": "user_id fullname",
        "GET devices": _OF_DEVICE,
        "GET devices/{id}": _OF_DEVICE,
        "GET homes": _OF_HOME,
        "GET homes/{id}": _OF_HOME,
        "GET events": "id type created_at home_id",
        "GET homes/{id}/events": "event_id event_type event_time home_id",
        **{
            f"GET devices/{{id}}/{series}": "values.datetime values.value values.min values.max"
            for series in ("temperature", "humidity", "sound_level")
        },
        "GET webhooks": "hook_id url events",
        "POST webhooks": "hook_id hook_secret url events",
        DELIVERY: "hook_id event id type created_at user_id home_id",
        TOKEN: "access_token refresh_token expires_in token_type",
    }.items()
}
"""Members that are assumed to be in each answer, by name or by the end of their path (API notes 2
to 7).
"""
DOCUMENTED: Final = words("""
        access_token accelerometer_z alarm_info alarm_info_type alarm_mode
        alarm_off_grace_period_secs alarm_recognition charge_status created_at datetime
        detailed_alarm_status device_id devices
        disturbance_monitoring_active duration_seconds email enabled end events expires_at
        first_seen_at fullname grace_period_expires_at home_events home_id homes hooks humidity
        installed installed_on_device_at last_heartbeat_at limit listening_mode locale max min
        mould_risk_level mount_status network_interface nick nightlight_mode notifications offset
        paging percent power_saving_mode pressure quiet_hours report_interval scheduled_alarm_active
        scope sensor_threshold sensor_value silent_alarm sound start temperature time
        time_resolution token total_count type unit updated_at user_id value values voltage wanted
        guests guest_id request_format
        """) | frozenset(name.rpartition(".")[2] for names in EXPECTED.values() for name in names)
"""Names of all members in the API notes."""


def _report(endpoint: str, fingerprint: Fingerprint) -> dict[str, Any]:
    kinds_of = fingerprint.members.values()
    names = {path.removesuffix("[]").rpartition(".")[2]: path for path in fingerprint.members}
    ends = {end for path in fingerprint.members for end in _ends(path.replace("[]", ""))}
    has_elements = any(path.endswith("[]") for path in fingerprint.members)
    is_empty = not has_elements and any("list" in kind for kinds in kinds_of for kind in kinds)
    report = {
        "statuses": {str(status): count for status, count in fingerprint.statuses.items()},
        "members": {path or "(answer)": [*kinds] for path, kinds in fingerprint.members.items()},
        "unknown": sorted(
            path
            for name, path in names.items()
            if name and name not in DOCUMENTED and not path.startswith(("header ", ERROR))
        ),
        "missing": [] if is_empty else sorted(EXPECTED.get(endpoint, frozenset()) - ends),
        "with_hidden_words": len(fingerprint.hidden),
    }
    return {key: value for key, value in report.items() if value}


def _ends(path: str) -> Iterator[str]:
    """Yield the ends of a path: of `a.b.c` that is `a.b.c`, `b.c` and `c`."""
    while path:
        yield path
        path = path.partition(".")[2]
