"""The table of alternatives names what the simulator can do and what the code accepts."""

from collections.abc import Iterable
from dataclasses import fields
import re

import pytest

from custom_components.point.minut.alarm import ALARM_WAYS, NESTED_STATUS_KEYS, UNSUPPORTED
from custom_components.point.minut.assumptions import ASSUMPTIONS
from custom_components.point.minut.guests import FIELD_NAMES, LIST_KEYS, WRAPPER_KEYS
from custom_components.point.minut.lists import LIST_NAMES, MORE, NEXT, TOTALS, WRAPPERS
from custom_components.point.minut.paging import PAGE_SIZES
from custom_components.point.minut.parsing import PASCAL
from custom_components.point.minut.proof import SIZES
from custom_components.point.minut.token_request import RequestFormat
from custom_components.point.minut.webhook import ENVELOPES
from simulator.backend.alternatives import ALTERNATIVES
from simulator.backend.switches import Switches

from ..helpers.documents import ROOT, read, rows

SECTIONS = re.findall(r"^### (16\.\d .+)$", read(ROOT / "docs" / "minut-api.md"), re.MULTILINE)
TABLE = [row for section in SECTIONS for row in rows("minut-api.md", section)]
NAMED = {name for row in TABLE for name in re.findall(r"`(\w+)`", row[0])}

# Switches of the simulator that are no other way in which Minut may behave.
OF_THE_SIMULATOR = {
    *("alternatives", "auto_consent", "token_lifetime", "real_delays", "heartbeat_jitter"),
    *("offline_after", "exit_delay", "arm_at_check_in", "hold_deliveries", "lose_deliveries"),
}
FAULTS = {
    *("refuse_refresh", "enforce_limits", "retry_after", "html_errors", "refuse_api"),
    *("forbidden_homes", "delivery_attempts", "duplicate_deliveries", "reorder_deliveries"),
}
# Alternatives that the rows of section 12 or the sections about them describe.
ELSEWHERE = {
    *("default_page_size", "max_page_size", "paging_info", "date", "scope_in_token"),
    *("device_milliseconds", "home_milliseconds", "device_home", "home_devices"),
    *("latest_sensor_values", "battery", "ongoing_events", "quiet_hours_readable"),
    *("unknown_enum_values", "motion_rows", "series_extremes", "merge_reactions"),
    *("null_removes_reaction", "grace_period_in", "patch_alarm", "put_alarm", "put_home_alarm"),
    *("alarm_change_events", "secret_in_hook_lists"),
}


def test_every_alternative_of_the_simulator_has_a_row() -> None:
    switches = {field.name for field in fields(Switches)}
    others = switches - OF_THE_SIMULATOR - FAULTS - ELSEWHERE
    assert {*ALTERNATIVES, *others} == NAMED


def test_every_row_says_what_comes_of_it() -> None:
    assert TABLE
    for row in TABLE:
        assert len(row) == 4
        assert row[3].startswith(("**read**", "**reported**")), row


def plain(words: Iterable[object]) -> set[str]:
    return {re.sub(r"[\W_]", "", str(word)).lower() for word in words}


ACCEPTED: dict[str, Iterable[object]] = {
    "formats of a token request": ["form", "HTTP Basic", "JSON"],
    "names of lists": LIST_NAMES,
    "objects around a list": WRAPPERS,
    "totals": TOTALS,
    "whether there is more": MORE,
    "next page": NEXT,
    "sizes of a page": [size for size in PAGE_SIZES if size],
    "statuses of the alarm": NESTED_STATUS_KEYS,
    "statuses after which another way is tried": UNSUPPORTED,
    "ways to arm": {way.method for way in ALARM_WAYS.values()},
    "units of pressure": PASCAL,
    "hashes": SIZES,
    "envelopes of an event": ENVELOPES,
    "lists of stays": LIST_KEYS,
    "objects around a stay": WRAPPER_KEYS,
    "fields of a stay": [name for names in FIELD_NAMES.values() for name in names],
}


@pytest.mark.parametrize("kind", ACCEPTED)
def test_every_accepted_shape_is_in_the_table(kind: str) -> None:
    text = " ".join(cell for row in TABLE for cell in row)
    written = plain(re.findall(r"`[^`]+`|[\w-]+", text)) | plain(["HTTP Basic"])
    assert plain(ACCEPTED[kind]) <= written


def test_the_formats_of_a_token_request_are_these() -> None:
    assert list(RequestFormat) == ["form", "basic", "json"]


def test_every_assumption_is_a_row_of_section_12() -> None:
    ids = {row[0] for row in rows("minut-api.md", "12. Assumptions and alternatives")}
    assert {assumption.id for assumption in ASSUMPTIONS} <= ids
