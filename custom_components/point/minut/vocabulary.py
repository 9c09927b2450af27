"""Names and texts of Minut's API that may be shown: words of closed lists, nothing else.

Whatever Minut sends may be personal, even the name of a member: an object can have ids or names of
people as keys. Only these words can get into a fingerprint, whatever an answer contains.
"""

from datetime import datetime
from functools import lru_cache
import re
from typing import Final

from .alarm import URGENT_STATUSES
from .event_types import EVENT_TYPES
from .series import SeriesName

HIDDEN: Final = "*"
"""Stands for words that are not in the vocabulary."""
MAX_LENGTH: Final = 64
"""Maximum length of a text or name that is examined."""


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


_API_WORDS: Final = """
    a about absolute accelerometer accepted access account accuracy action active activity actor
    added address admin after age air alarm alarms alert alerts algorithm all allowed als
    altitude ambient amount and api app area armed arming array arrival arrived at attributes
    auth authorization automatic available average avg away back basic battery bearer before
    begin body booking bookings boolean building button by calendar calibration can cancelled
    capacity category celsius changed channel charge charging check checkin checkout city class
    client clock closed cloud co co2 code color command comment config configuration confirmed
    connected connection connectivity contact content coordinates count country created
    credentials critical crowd current cursor custom daily data date datetime day days db dba
    decibel default delay deleted delivery departed departure description destination detail
    detailed details detected detection device devices digest disabled disarmed disarming
    dismissed display disturbance disturbances door down duration earliest element email empty
    enabled end ended ends entity error errors estimated event events expires expiry external
    fahrenheit failed features field fields fill filter firmware first flags floor format
    frequency from full fullname gateway geo glass glassbreak grace grant group guest guests hap
    hardware has header headers health heard heartbeat high history hmac home homes hook hooks
    host hour hours house hub humidity icon id ids image in inactive include index indoor info
    inside insights installed integration interface internal interval invalid invitation invited
    is issued item items json key kind label language last latest latitude led left level levels
    limit limits link links list listening local locale location locked login logs longitude low
    lux mac maintenance manual manufacturer mask max maxim maximum mean measured measurement
    member members message messages meta metadata method mfi min minimum minut minutes missing
    mode model modified moisture mold monitor monitoring monthly motion mould mount mounted
    moved movement multiple mute muted name names network new next nick nickname nightlight
    noise none normal note notice notification notifications null number object occupancy
    occupied occurred of off offline offset old on one ongoing online open operator optional
    options order org organisation organisations organization organizations origin original
    other out outdoor owner page pages pagination paging paired pairing parameters parent part
    password path payload peak pending per percent percentage period permission permissions
    phone photo ping pir place plan plans platform pm10 pm25 point points position postal
    postcode power presence present press pressed pressure previous primary priority product
    profile properties property provisioned push quality quiet quota range rate raw reaction
    reactions reading readings reason received recognition record records redirect reference
    refresh region registered relative removed report reported reports request required
    reservation reservations resolution resource response result results retry rgb rh risk role
    roles room rooms rotation rssi saving schedule scheduled scheme scope score second seconds
    secret secs security seen sensor sensors sent sequence serial series server service session
    setting settings setup severity sha sha1 sha256 sha512 shared short signal signature
    silenced silent since siren size sleep smoke smoking snoozed sort sound source ssid stage
    start started starts state states status stay stays stop street strength sub subject
    subscription success summary surname system tag tags tamper target team temperature test
    text threshold thresholds tier time timeout times timestamp timezone title to token tokens
    total trial triggered type types unauthorized unit units unix unknown until update updated
    updates uri url urls user username users utc uuid v1 valid value values version versions
    vibration voc voltage volume wanted warning weather webhook webhooks weekly wifi window with
    wlan x year z zip zone
"""
_EVENT_WORDS: Final = frozenset(word for kind in EVENT_TYPES for word in kind.split("_"))
WORDS: Final = words(_API_WORDS) | _EVENT_WORDS
"""Words that the name of a member may consist of."""

TEXTS: Final = (
    frozenset(EVENT_TYPES)
    | frozenset(URGENT_STATUSES)
    | frozenset(SeriesName)
    | words("""
        on off armed disarmed manual scheduled silent triggered pending elevated significant none
        low normal high unknown active inactive online offline mounted removed charging charged
        full not_charging empty celsius fahrenheit kelvin pa hpa kpa mbar db dba percent volt mv v
        push bearer ok error invalid_grant invalid_client unauthorized_client invalid_request
        """)
    | {"*", "°c", "°f", "%", "% rh", "db(a)"}
)
"""Texts that may be shown, in lower case: event types, alarm statuses, levels and units."""
TEXT_MEMBERS: Final = words("""
    charge error event events kind level mode mount notifications reason stage state status type
    types unit units
    """)
"""Words in the names of members whose text may be shown if it is one of `TEXTS`."""
PREFIX: Final = re.compile(r"(device|home|user|event|point)[:./](.+)")
"""Prefix of an event type that some APIs put before it."""

_NAME: Final = re.compile(rf"[A-Za-z][A-Za-z0-9_-]{{0,{MAX_LENGTH - 1}}}")
_PARTS: Final = re.compile(r"[_-]+|[A-Z]?[a-z0-9]+|[A-Z0-9]+")
_FORMATS: Final = (
    ("empty", re.compile(r"\s*")),
    ("24 hex digits", re.compile(r"[0-9a-fA-F]{24}")),
    ("UUID", re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    ("number", re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?")),
    ("time of day", re.compile(r"[0-2]?[0-9]:[0-5][0-9](:[0-5][0-9])?")),
    ("URL", re.compile(r"https?://\S+")),
)


_TYPES: Final = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    dict: "object",
    list: "list",
}


@lru_cache(maxsize=1024)
def shown_name(name: str) -> str:
    """Return the name of a member with `*` for each word that is not in the vocabulary."""
    if not _NAME.fullmatch(name):
        return HIDDEN
    parts = _PARTS.findall(name)
    masked = [part if part[0] in "_-" or part.lower() in WORDS else HIDDEN for part in parts]
    return "".join(masked) if any(part[0] not in "_-*" for part in masked) else HIDDEN


@lru_cache(maxsize=1024)
def may_show_text(name: str) -> bool:
    """Return whether a member of this name may hold one of the known texts."""
    return not TEXT_MEMBERS.isdisjoint(part.lower() for part in _PARTS.findall(name))


def kind_of(value: object, *, name: str) -> str:
    """Return the JSON type of a member, and the format of a text. Never a value.

    The text itself is only returned if it is in a closed list and the member is about such texts.
    """
    match value:
        case str():
            return f"text{_format(value, name)}"
        case int() if 10**9 <= value < 10**10:
            return "integer of 10 digits"  # Unix seconds have that many
        case int() if 10**12 <= value < 10**13:
            return "integer of 13 digits"  # Unix milliseconds
        case []:
            return "empty list"
        case _:
            return _TYPES.get(type(value), "unknown")


def _format(value: str, name: str) -> str:
    if len(value) > MAX_LENGTH:
        return ""
    if may_show_text(name) and (shown := _shown_text(value)):
        return f': "{shown}"'
    found = next((kind for kind, pattern in _FORMATS if pattern.fullmatch(value)), None)
    if found is None and value[:4].isdecimal():
        found = _time_format(value)
    return f": {found}" if found else ""


def _shown_text(value: str) -> str | None:
    plain = value.lower()
    if (found := PREFIX.fullmatch(plain)) and found[2] in TEXTS:
        return value if value.isascii() else plain
    return (value if value.isascii() else plain) if plain in TEXTS else None


def _time_format(value: str) -> str | None:
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    if len(value) <= len("2026-11-20"):
        return "date"
    return "time" if parsed.tzinfo else "time without zone"
