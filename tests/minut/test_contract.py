"""Fingerprints of answers: they show how Minut answers, and nothing of what it says."""

import json
import re
from typing import Any

from hypothesis import assume, given, strategies as st
import pytest

from custom_components.point.minut.assumptions import ASSUMPTIONS, Verdict, judged
from custom_components.point.minut.contract import (
    DELIVERY,
    EXPECTED,
    MAX_ENDPOINTS,
    MAX_EXAMINED,
    MAX_KINDS,
    MAX_MEMBERS,
    MAX_VALUES,
    Contract,
    endpoint_of,
)
from custom_components.point.minut.vocabulary import (
    HIDDEN,
    TEXTS,
    WORDS,
    kind_of,
    shown_name,
    words,
)

from ..fuzz.anything import any_json, examples

ID = "64d2c0ffee11223344556677"


def members(contract: Contract, endpoint: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = contract.report()[endpoint]["members"]
    return found


def report_of(answer: Any, path: str = "devices") -> dict[str, Any]:
    contract = Contract()
    contract.answered("GET", path, 200, answer)
    report: dict[str, Any] = contract.report()[f"GET {endpoint_of(path)}"]
    return report


def test_an_answer_is_described_by_names_and_types() -> None:
    answer = {"devices": [{"device_id": ID, "offline": False, "battery": {"percent": 61.5}}]}
    assert report_of(answer)["members"] == {
        "(answer)": ["object"],
        "devices": ["list"],
        "devices[]": ["object"],
        "devices[].device_id": ["text: 24 hex digits"],
        "devices[].offline": ["boolean"],
        "devices[].battery": ["object"],
        "devices[].battery.percent": ["number"],
    }


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "boolean"),
        (7, "integer"),
        (1_795_000_000, "integer of 10 digits"),
        (1_795_000_000_000, "integer of 13 digits"),
        (10**400, "integer"),
        (7.5, "number"),
        ({}, "object"),
        ([], "empty list"),
        ([1], "list"),
        ("", "text: empty"),
        (ID, "text: 24 hex digits"),
        ("1b4e28ba-2fa1-11d2-883f-0016d3cca427", "text: UUID"),
        ("-7.25", "text: number"),
        ("2026-11-20T06:12:30.000Z", "text: time"),
        ("2026-11-20T06:12:30", "text: time without zone"),
        ("2026-11-20", "text: date"),
        ("2026 is a year", "text"),
        ("22:00", "text: time of day"),
        ("https://example.org/anna", "text: URL"),
        ("Anna", "text"),
        ("x" * 300, "text"),
        (object(), "unknown"),
    ],
)
def test_a_value_is_described_by_its_type_and_format(value: object, kind: str) -> None:
    assert kind_of(value, name="name") == kind


def test_a_text_is_shown_if_it_is_in_a_closed_list_and_the_member_is_about_such_texts() -> None:
    assert kind_of("on", name="alarm_status") == 'text: "on"'
    assert kind_of("ON", name="alarm_status") == 'text: "ON"'
    assert kind_of("device:pir_motion", name="type") == 'text: "device:pir_motion"'
    assert kind_of("% rH", name="unit") == 'text: "% rH"'
    assert kind_of("anna", name="type") == "text"
    assert kind_of("anna:pir_motion", name="type") == "text"
    assert kind_of("off", name="name") == "text"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("home_id", "home_id"),
        ("deviceId", "deviceId"),
        ("wifi_signal_strength", "wifi_signal_strength"),
        ("home_of_anna", "home_of_*"),
        ("anna", "*"),
        ("anna_andersson", "*"),
        ("Kim Guest", "*"),
        (ID, "*"),
        ("a" * 500, "*"),
        ("", "*"),
        ("kim@example.org", "*"),
        ("٣", "*"),
    ],
)
def test_the_name_of_a_member_is_shown_word_by_word(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def test_names_that_are_hidden_are_counted() -> None:
    answer = {"members": {"anna": {"role": 1}, "bob": {"role": 1}, ID: {"role": 1}}}
    report = report_of(answer, "homes/" + ID)
    assert report["members"]["members.*.role"] == ["integer"]
    assert report["with_hidden_words"] == 2


def test_ids_in_paths_are_hidden() -> None:
    assert endpoint_of(f"homes/{ID}/guests/anna") == "homes/{id}/guests/{id}"
    assert endpoint_of("users/me") == "users/me"


def test_a_page_instead_of_an_answer_is_shown_as_such() -> None:
    contract = Contract()
    contract.answered("GET", "homes", 200, {"homes": []})
    contract.answered("GET", "homes", 200, is_json=False)
    contract.answered("GET", "homes", 502, is_json=False)
    members = contract.report()["GET homes"]["members"]
    assert members["(answer)"] == ["object", "not JSON"]
    assert members["(error)"] == ["not JSON"]


def test_what_is_unknown_and_what_is_missing_is_named() -> None:
    report = report_of({"hooks": [{"hook_id": ID, "url": "https://example.org", "retry": 3}]})
    assert "hooks[].retry" in report["unknown"]
    report = report_of({"hooks": [{"hook_id": ID, "retries": []}]}, "webhooks")
    assert report["missing"] == ["events", "url"]
    assert report_of({"hooks": []}, "webhooks").get("missing") is None


def test_errors_are_described_apart() -> None:
    contract = Contract()
    contract.answered("GET", "homes", 403, {"error": "anna", "message": "no"})
    contract.answered("GET", "homes", 502)
    report = contract.report()["GET homes"]
    assert report["statuses"] == {"403": 1, "502": 1}
    assert report["members"]["(error).message"] == ["text"]


def test_a_delivery_is_described_with_the_headers_that_may_prove_it() -> None:
    contract = Contract()
    headers = {
        "Host": "anna.example.org",
        "Authorization": "Bearer secret",
        "X-Anna": "anna",
        "X-Minut-Signature": "sha256=" + "0f" * 32,
        "X-Signature-Ed": "Custom secret",
        "X-Empty": "",
    }
    contract.delivered(headers, {"hook_id": ID, "event": {"type": "pir_motion"}})
    found = members(contract, DELIVERY)
    assert found["event.type"] == ['text: "pir_motion"']
    assert found["header authorization"] == ["bearer and a text"]
    assert found["header x-minut-signature"] == ["64 hex digits after a prefix"]
    assert found["header x-*"] == ["4 characters"]
    assert found["header x-signature-*"] == ["* and a text"]
    assert found["header x-empty"] == ["0 characters"]
    assert not any("host" in path for path in found)


def test_fingerprints_are_bounded() -> None:
    contract = Contract()
    wide: dict[str, Any] = {
        f"{first}_{second}": 1 for first in sorted(WORDS)[:60] for second in sorted(WORDS)[:60]
    }
    for _ in range(60):
        part: Any = dict([wide.popitem() for _ in range(50)])
        contract.answered("GET", "homes", 200, {"homes": [part] * 10_000})
    assert len(members(contract, "GET homes")) == MAX_MEMBERS
    for number in range(500):
        contract.answered("GET", "homes", number)
        contract.answered(f"M{number}", "homes", 200, {"type": 1})
    assert len(contract.report()) == MAX_ENDPOINTS + 1
    for kind in sorted(TEXTS):
        contract.delivered({}, {"type": kind})
    assert len(members(contract, "others")["type"]) == MAX_KINDS


def test_deliveries_of_a_known_shape_are_not_examined_again() -> None:
    contract = Contract()

    def deliver(kind: str, signature: str, **members: object) -> None:
        event: Any = {"type": kind, "home_id": ID, **members}
        contract.delivered({"X-Signature": signature}, {"hook_id": ID, "event": event})

    for _ in range(MAX_EXAMINED):
        deliver("pir_motion", "a" * 64, user="text")
    deliver("pir_motion", "a" * 64, user=ID)
    known = members(contract, DELIVERY)
    assert "text: 24 hex digits" not in known["event.user"]
    deliver("tamper", "a" * 64, user="text")
    deliver("pir_motion", "a" * 40, user="text")
    deliver("pir_motion", "a" * 64, user=None)
    deliver("pir_motion", "a" * 64, user="text", percent=1)
    known = members(contract, DELIVERY)
    assert 'text: "tamper"' in known["event.type"]
    assert "40 hex digits" in known["header x-signature"]
    assert "null" in known["event.user"]
    assert known["event.percent"] == ["integer"]


def test_a_large_answer_is_not_examined_as_a_whole() -> None:
    deep: Any = 1
    for _ in range(5_000):
        deep = {"data": [deep] * 2}
    report = report_of({"values": [{"value": number} for number in range(100_000)], "data": deep})
    assert sum(map(len, report["members"].values())) <= MAX_VALUES


SECRETS = st.text(min_size=5, max_size=30).filter(
    lambda text: HIDDEN in shown_name(text) and len(set(text)) > 3
)


def usual() -> str:
    """Return what a report says in any account. Hypothesis tries words of the source code too."""
    contract = Contract()
    contract.answered("GET", "homes", 400, {})
    contract.delivered({}, {})
    contract.granted({})
    words = [*EXPECTED, *TEXTS, *WORDS, "(answer) (error) 24 hex digits text: object"]
    return json.dumps([contract.report(), judged([]), *words]).casefold()


USUAL = usual()


def is_usual(secret: str) -> bool:
    """Return whether a secret is a part of a usual report, or consists of its words."""
    words = set(re.findall(r"\w+", secret.casefold()))
    return secret.casefold() in USUAL or (bool(words) and words <= set(re.findall(r"\w+", USUAL)))


@examples(300)
@given(any_json("homes", "home_id", "type", "data", "alarm_status"), st.lists(SECRETS, min_size=3))
def test_no_key_and_no_value_gets_into_a_fingerprint(answer: Any, secrets: list[str]) -> None:
    assume(not any(map(is_usual, secrets)))
    first, second, third, *_ = secrets
    personal: Any = {
        first: {second: third, "type": first, "home_id": second},
        f"home_{third}": [first],
    }
    contract = Contract()
    contract.answered("GET", f"homes/{first}/{second}", 200, [answer, personal])
    contract.answered("GET", "homes", 400, {"error": third, "data": answer})
    contract.delivered({first: second, "X-Signature": third}, {"event": personal, first: answer})
    contract.granted({"access_token": first, second: third})
    shown = json.dumps([contract.report(), judged(contract.facts())], ensure_ascii=False)
    assert [secret for secret in secrets if secret.casefold() in shown.casefold()] == []


FORMATS = words("""
    answer answers object list empty text null boolean integer number of and a digits hex uuid time
    without zone date day url characters after prefix bearer basic status statuses members unknown
    missing with hidden words error header homes delivery id others access token get post oauth
""")


@examples(300)
@given(any_json("homes", "home_id", "type", "data", "alarm_status", "Anna", "anna_home", ID))
def test_a_fingerprint_consists_of_known_words(answer: Any) -> None:
    contract = Contract()
    contract.answered("GET", "homes", 200, answer)
    contract.delivered({}, answer)
    found = set(re.findall("[a-z]+", json.dumps(contract.report()).lower()))
    texts = {part for text in TEXTS for part in re.findall("[a-z]+", text)}
    assert found <= {*WORDS, *texts, *FORMATS}


def verdicts(*answers: tuple[str, Any]) -> dict[str, str]:
    contract = Contract()
    for path, answer in answers:
        contract.answered("GET", path, 200, answer)
    return {name: each["verdict"] for name, each in judged(contract.facts()).items()}


def test_an_assumption_is_held_seen_another_way_both_ways_or_never_seen() -> None:
    usual = {"devices": [{"device_id": ID, "home": ID}]}
    other = {"devices": [{"device_id": ID, "home_id": ID}]}
    assert verdicts()["12.2"] == Verdict.NEVER_SEEN
    assert verdicts(("devices", usual))["12.2"] == Verdict.HELD
    assert verdicts(("devices", other))["12.2"] == Verdict.OTHER_WAY
    assert verdicts(("devices", usual), ("devices", other))["12.2"] == Verdict.BOTH_WAYS


def test_a_member_that_is_missing_is_another_way() -> None:
    contract = Contract()
    contract.answered("GET", "homes", 200, {"homes": [{"home_id": ID, "name": "Anna"}]})
    found = judged(contract.facts())["12.18"]
    assert found == {"section": "4.1", "verdict": Verdict.OTHER_WAY, "seen": ["missing"]}


def test_every_assumption_has_its_own_id() -> None:
    ids = [assumption.id for assumption in ASSUMPTIONS]
    assert len(set(ids)) == len(ids)
