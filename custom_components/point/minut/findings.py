"""Findings of the check of an account, and their texts. Pure.

Each finding has a result and a reason; both are keys of texts, which `lines` puts together. No
finding contains a name, an id or an address.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from .exceptions import MinutError


class Check(StrEnum):
    """What is checked, in this order."""

    TOKEN = "token"  # noqa: S105 # the name of a check
    RIGHTS = "rights"
    HOMES = "homes"
    POINTS = "points"
    VALUES = "values"
    EVENTS = "events"
    WEBHOOK = "webhook"
    SAMPLE = "sample"
    CLOCK = "clock"
    STATISTICS = "statistics"


class Result(StrEnum):
    """Whether something works."""

    WORKS = "works"
    FAILS = "fails"
    UNKNOWN = "unknown"


MARKS: Final[Mapping[Result, str]] = MappingProxyType(
    {Result.WORKS: "✓", Result.FAILS: "✗", Result.UNKNOWN: "?"}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a check. `reason`: key of the text that explains it, with placeholders.

    `error`: the error whose message is the placeholder `reason` of that text.
    """

    result: Result
    reason: str
    placeholders: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    error: MinutError | None = None


type Findings = Mapping[Check, Finding]


def works(reason_key: str, **placeholders: object) -> Finding:
    """Return the finding that something works."""
    return Finding(Result.WORKS, reason_key, _as_text(placeholders))


def fails(reason_key: str, **placeholders: object) -> Finding:
    """Return the finding that something does not work."""
    return Finding(Result.FAILS, reason_key, _as_text(placeholders))


def unknown(reason_key: str) -> Finding:
    """Return the finding that something could not be determined."""
    return Finding(Result.UNKNOWN, reason_key)


def _as_text(placeholders: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in placeholders.items()}


def lines(findings: Findings, texts: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return one line of text for each finding.

    `texts`: by the names `check`, `check_result`, `check_reason` and `reason`, each by key.
    """
    return [
        f"{MARKS[finding.result]} {texts['check'][check]}: "
        f"{texts['check_result'][finding.result]}. {reason(finding, texts)}"
        for check, finding in findings.items()
    ]


def reason(finding: Finding, texts: Mapping[str, Mapping[str, str]]) -> str:
    """Return the text that explains a finding."""
    values = dict(finding.placeholders)
    if finding.error is not None:
        values["reason"] = finding.error.text(texts["reason"])
    return texts["check_reason"][finding.reason].format(**values)


def worst(findings: Iterable[Finding]) -> Finding:
    """Return the finding that matters most."""
    order = [Result.FAILS, Result.UNKNOWN, Result.WORKS]
    return min(findings, key=lambda finding: order.index(finding.result))
