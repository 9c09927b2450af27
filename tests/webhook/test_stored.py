"""What an entry stores of its webhook, whatever else is in the entry."""

from datetime import UTC, datetime
import json
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.point.const import DOMAIN
from custom_components.point.minut.models import Hook
from custom_components.point.minut.proof import Proof
from custom_components.point.webhook.stored import (
    NOT_GIVEN,
    CreationWay,
    StoredHook,
    async_ensure_webhook_id,
    webhook_id_of,
)

CORE = {"auth_implementation": DOMAIN, "token": {"access_token": "t"}, "webhook_id": "f" * 64}
"""Data that core's own `point` reads and writes."""
WHOLE = StoredHook(
    id="hook",
    url="https://home.example.org/api/webhook/f",
    secret="secret",
    token="token",
    proof=Proof("token", "authorization"),
    way=CreationWay.NAMES,
    requested_url="https://new.example.org/api/webhook/f",
    shown=Hook(id="hook", url="https://HOME.example.org/", events=frozenset({"b", "a"})),
    former_ids=("first", "second"),
    former_since=datetime(2026, 11, 20, 12, tzinfo=UTC),
)


def entry_with(hass: HomeAssistant, data: dict[str, Any]) -> MockConfigEntry:
    entry = MockConfigEntry(domain=DOMAIN, data=data)
    entry.add_to_hass(hass)
    return entry


@pytest.mark.parametrize(
    "hook",
    [WHOLE, StoredHook(), StoredHook(id="hook", token="token", secret=NOT_GIVEN)],
    ids=["whole", "empty", "without a secret"],
)
def test_what_is_written_is_read(hass: HomeAssistant, hook: StoredHook) -> None:
    entry = entry_with(hass, CORE)
    hook.write(hass, entry)
    assert StoredHook.read(entry) == hook
    assert json.loads(json.dumps(dict(entry.data))) == entry.data
    assert {key: entry.data[key] for key in CORE} == CORE
    StoredHook().write(hass, entry)
    assert entry.data == CORE


def test_secret_that_minut_did_not_return_is_not_lost(hass: HomeAssistant) -> None:
    entry = entry_with(hass, {**CORE, "hook_token": "token"})
    assert not StoredHook.read(entry).is_verifiable
    StoredHook(id="hook", token="token", secret=NOT_GIVEN).write(hass, entry)
    assert entry.data["hook_secret"] is None
    assert StoredHook.read(entry).is_verifiable


@pytest.mark.parametrize("odd", [None, 5, True, "", "../..?a=b", ["../.."], [1], {}, {"a": 1}])
def test_odd_data_counts_as_missing(hass: HomeAssistant, odd: object) -> None:
    entry = entry_with(
        hass,
        {
            **CORE,
            "hook_id": odd,
            "hook_scheme": odd,
            "hook_shown": odd,
            "former_hooks": odd,
            "former_hooks_since": odd,
            "webhook_id": odd,
        },
    )
    assert StoredHook.read(entry) == StoredHook()
    webhook_id = async_ensure_webhook_id(hass, entry)
    assert webhook_id == webhook_id_of(entry) == entry.data["webhook_id"]
    assert webhook_id == (odd if odd == "../..?a=b" else webhook_id)


def test_secrets_are_not_part_of_the_text(hass: HomeAssistant) -> None:
    assert "secret='" not in repr(WHOLE)
    assert "token='" not in repr(WHOLE)
