"""Which assumptions about Minut hold for an account, judged by the fingerprints of its answers.

The ids are those of the table in section 12 of the API notes. Assumptions that no answer can show,
such as the effect of a command, are not listed here.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any, Final

from .contract import DELIVERY, STATUS, TOKEN, Fact


class Verdict(StrEnum):
    """What the answers say of an assumption."""

    HELD = "held"
    OTHER_WAY = "other way"
    BOTH_WAYS = "both ways"
    NEVER_SEEN = "never seen"


@dataclass(frozen=True, slots=True)
class Sign:
    """A pattern of facts. A member that starts with `/` is only that of the answer itself."""

    endpoint: str
    member: str
    kind: str = "*"

    def matches(self, fact: Fact) -> bool:
        """Return whether a fact is of this kind."""
        if not (fnmatchcase(fact.endpoint, self.endpoint) and fnmatchcase(fact.kind, self.kind)):
            return False
        member, path = _plain(self.member), _plain(fact.member)
        if member.startswith("/"):
            return fnmatchcase(path, member[1:])
        return fnmatchcase(path, member) or fnmatchcase(path, f"*.{member}")


def _plain(path: str) -> str:
    return path.replace("[]", "#")  # brackets have a meaning in patterns


@dataclass(frozen=True, kw_only=True, slots=True)
class Assumption:
    """An assumption. `section`: of the API notes. `others`: other ways, by name.

    `lacking`: what shows that the answer has been seen, if the member of `held` may be missing.
    """

    id: str
    section: str
    held: tuple[Sign, ...]
    others: Mapping[str, tuple[Sign, ...]] = field(default_factory=dict)
    lacking: Sign | None = None

    def judge(self, facts: Collection[Fact]) -> tuple[Verdict, list[str]]:
        """Return the verdict and the other ways that were seen."""
        is_held = any(sign.matches(fact) for fact in facts for sign in self.held)
        ways = [
            way
            for way, signs in self.others.items()
            if any(
                sign.matches(fact) and not any(own.matches(fact) for own in self.held)
                for fact in facts
                for sign in signs
            )
        ]
        if not is_held and not ways and self.lacking and any(map(self.lacking.matches, facts)):
            ways = ["missing"]
        if is_held:
            return Verdict.BOTH_WAYS if ways else Verdict.HELD, ways
        return Verdict.OTHER_WAY if ways else Verdict.NEVER_SEEN, ways


OK: Final = "2??"
REFUSED: Final = "4??"
DEVICES: Final = "GET devices*"
HOMES: Final = "GET homes*"
SERIES: Final = "GET devices/{id}/*"
STATUS_TEXTS: Final = ("mount_status", "charge_status", "mould_risk_level")
WRAPPERS: Final = ("/data", "/items", "/results", "/result", "/payload", "/response")


def _answered(assumption_id: str, *, section: str, endpoint: str) -> Assumption:
    """Return the assumption that Minut offers an endpoint."""
    return Assumption(
        id=assumption_id,
        section=section,
        held=(Sign(endpoint, STATUS, OK),),
        others={"refused": (Sign(endpoint, STATUS, REFUSED),)},
    )


ASSUMPTIONS: Final = (
    Assumption(
        id="12.1",
        section="3.2",
        held=(Sign(DEVICES, "latest_sensor_values.sound"),),
        others={"sound_level": (Sign(DEVICES, "latest_sensor_values.sound_level"),)},
    ),
    Assumption(
        id="12.2",
        section="3.2",
        held=(Sign("GET devices", "home", "text*"),),
        others={
            "home_id": (Sign("GET devices", "home_id"),),
            "an object": (Sign("GET devices", "home", "object"),),
            "another type": (Sign("GET devices", "home", "integer*"),),
        },
        lacking=Sign("GET devices", "device_id"),
    ),
    Assumption(
        id="12.4",
        section="4.2",
        held=(Sign("PATCH homes/{id}/alarm", STATUS, OK),),
        others={
            "PUT homes/{id}": (Sign("PUT homes/{id}", STATUS, OK),),
            "PUT homes/{id}/alarm": (Sign("PUT homes/{id}/alarm", STATUS, OK),),
        },
    ),
    Assumption(
        id="12.5",
        section="4.1",
        held=(Sign(HOMES, "alarm_status", 'text: "*"'),),
        others={
            "alarm.alarm_status": (Sign(HOMES, "alarm.*status"),),
            "alarm_info": (Sign(HOMES, "alarm_info.alarm_info_type"),),
            "another text": (Sign(HOMES, "alarm_status", "text*"),),
        },
    ),
    Assumption(
        id="12.7",
        section="1",
        held=(Sign("*", "*_at", "text: time"), Sign("*", "*time", "text: time")),
        others={
            "Unix seconds": (Sign("*", "*_at", "integer of 10 digits"),),
            "Unix milliseconds": (Sign("*", "*_at", "integer of 13 digits"),),
            "without a zone": (Sign("*", "*_at", "text: time without zone"),),
        },
    ),
    Assumption(
        id="12.9",
        section="6.3",
        held=(Sign(DELIVERY, "/header authorization"), Sign(DELIVERY, "/header x-minut-signature")),
        others={"another header": (Sign(DELIVERY, "/header *"),)},
        lacking=Sign(DELIVERY, "/*"),
    ),
    Assumption(
        id="12.10",
        section="6.3",
        held=(Sign(DELIVERY, "type", "text*"),),
        others={"event_type": (Sign(DELIVERY, "event_type"),)},
        lacking=Sign(DELIVERY, "/*"),
    ),
    Assumption(
        id="12.11",
        section="2.3",
        held=(Sign(TOKEN, "/refresh_token", "text*"),),
        lacking=Sign(TOKEN, "/access_token"),
    ),
    Assumption(
        id="12.13",
        section="2.3",
        held=(Sign(TOKEN, "/access_token"),),
        others={"HTTP Basic or JSON": (Sign(TOKEN, "/request_format"),)},
    ),
    Assumption(
        id="12.14",
        section="3.4",
        held=tuple(
            Sign("*", "unit", f'text: "{unit}"') for unit in ("celsius", "% rH", "Pa", "db*", "dB*")
        ),
        others={
            "Fahrenheit": (Sign("*", "unit", 'text: "[fF]ahrenheit"'),),
            "hPa": (Sign("*", "unit", 'text: "[hH][pP]a"'),),
        },
    ),
    Assumption(
        id="12.15",
        section="3.2",
        held=(Sign("GET devices", "next_heartbeat_at", "text*"),),
        others={"another type": (Sign("GET devices", "next_heartbeat_at", "integer*"),)},
        lacking=Sign("GET devices", "device_id"),
    ),
    Assumption(
        id="12.17",
        section="1",
        held=tuple(
            Sign(f"GET {path}", f"/{name}", "*list")
            for path, name in (
                ("devices", "devices"),
                ("homes", "homes"),
                ("webhooks", "hooks"),
                ("events", "events"),
                ("homes/{id}/events", "home_events"),
            )
        ),
        others={
            "without a wrapper": (Sign("GET *", "/", "*list"),),
            "another name": tuple(Sign("GET *", name, "*list") for name in WRAPPERS),
            "in another object": tuple(Sign("GET *", name, "object") for name in WRAPPERS),
        },
    ),
    Assumption(
        id="12.18",
        section="4.1",
        held=(Sign("GET homes", "alarm_status"),),
        others={"nested": (Sign("GET homes", "alarm"),)},
        lacking=Sign("GET homes", "/homes[]"),
    ),
    Assumption(
        id="12.19",
        section="1",
        held=(Sign("GET *", "paging.total_count"),),
        others={
            "total": (Sign("GET *", "total"),),
            "has_more": (Sign("GET *", "has_more"),),
            "next": (Sign("GET *", "next"),),
        },
        lacking=Sign("GET homes/{id}/events", STATUS, OK),
    ),
    _answered("12.20", section="6.1", endpoint="POST webhooks"),
    Assumption(
        id="12.21",
        section="6.3",
        held=(Sign(DELIVERY, "/event", "object"),),
        others={
            "the event itself": (Sign(DELIVERY, "/type"), Sign(DELIVERY, "/event_type")),
            "a list": (Sign(DELIVERY, "/events", "list"), Sign(DELIVERY, "/", "list")),
            "in another object": (Sign(DELIVERY, "/*.event", "object"),),
        },
        lacking=Sign(DELIVERY, "/*"),
    ),
    Assumption(
        id="12.22",
        section="6.3",
        held=(Sign(DELIVERY, "sensor_value"),),
        others={"value": (Sign(DELIVERY, "*value"),)},
    ),
    Assumption(
        id="12.23",
        section="3.4",
        held=(Sign(SERIES, "values[].min"),),
        others={"another name": (Sign(SERIES, "values[].*min*"),)},
        lacking=Sign(SERIES, "values[].value"),
    ),
    Assumption(
        id="12.24",
        section="3.4",
        held=(Sign(SERIES, "values[]", "object"),),
        others={"pairs": (Sign(SERIES, "values[]", "list"),)},
    ),
    Assumption(
        id="12.27",
        section="4.1",
        held=(Sign(HOMES, "disturbance_monitoring_active", "boolean"),),
        lacking=Sign("GET homes/{id}", "/*"),
    ),
    Assumption(
        id="12.28",
        section="9",
        held=(Sign("GET homes/{id}/guests", "guest_id"),),
        lacking=Sign("GET homes/{id}/guests", "/*[]", "object"),
    ),
    _answered("12.29", section="7.2", endpoint="GET events"),
    _answered("12.30", section="6.2", endpoint="POST webhooks/{id}/ping"),
    Assumption(
        id="12.31",
        section="3.2",
        held=tuple(Sign(DEVICES, name, "text*") for name in STATUS_TEXTS),
        others={
            "another type": tuple(
                Sign(DEVICES, name, kind)
                for name in STATUS_TEXTS
                for kind in ("integer*", "number", "object", "boolean")
            )
        },
    ),
    Assumption(id="12.32", section="1", held=(Sign("*", STATUS, "401"),)),
    _answered("12.33", section="3.1", endpoint="GET users/me"),
)


def judged(facts: Iterable[Fact]) -> dict[str, Any]:
    """Return the verdict on each assumption as JSON, by its id."""
    seen = tuple(facts)
    result: dict[str, Any] = {}
    for assumption in ASSUMPTIONS:
        verdict, ways = assumption.judge(seen)
        result[assumption.id] = {"section": assumption.section, "verdict": verdict}
        if ways:
            result[assumption.id]["seen"] = ways
    return result
