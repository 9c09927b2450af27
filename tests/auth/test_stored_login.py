"""A stored login of any shape: the user is asked to sign in again, and nothing else happens."""

import logging
from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
import pytest

from ..helpers.person import Person, anybody, arriving, somebody_with_client  # noqa: F401 # fixtures among them

TOKEN: dict[str, Any] = {"access_token": "a", "refresh_token": "b", "expires_at": 0}


def in_token(key: str, *values: object) -> list[dict[str, Any]]:
    return [{"token": {**TOKEN, key: value}} for value in values]


NO_TOKENS: list[object] = [None, "text", 5, [], {}, ["access_token"]]
NO_CLIENTS: list[object] = [None, 5, ["point"], "of another client"]
ODD: list[dict[str, Any]] = [
    *({"token": token} for token in NO_TOKENS),
    *in_token("access_token", None, 5, ["a"], {}),
    *in_token("expires_at", None, "soon", [1]),
    *in_token("refresh_token", None, 5, ["b"]),
    *({"auth_implementation": client} for client in NO_CLIENTS),
]


def state_of(entry: ConfigEntry) -> ConfigEntryState:
    return entry.state


def tracebacks(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Return what was logged with a traceback; Home Assistant itself does so when debugging."""
    return [
        record
        for record in caplog.records
        if record.levelno > logging.DEBUG and (record.exc_info or "Traceback" in record.message)
    ]


@pytest.mark.parametrize("odd", ODD, ids=repr)
async def test_an_odd_login_asks_to_sign_in_again(
    with_client: Person, odd: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Such as after a backup was edited by hand. It was retried for ever, with a traceback."""
    await with_client.link(await with_client.begin())
    entry, entries = with_client.entry, with_client.house.hass.config_entries
    await entries.async_unload(entry.entry_id)
    entries.async_update_entry(entry, data={**entry.data, **odd})

    await entries.async_setup(entry.entry_id)
    await with_client.house.settle()

    assert state_of(entry) is ConfigEntryState.SETUP_ERROR
    [flow_id] = with_client.cards(SOURCE_REAUTH)
    assert (await with_client.look(flow_id))["step_id"] == "reauth_confirm"
    assert (await with_client.link(await with_client.submit(flow_id)))["reason"] == (
        "reauth_successful"
    )
    assert state_of(entry) is ConfigEntryState.LOADED
    assert not tracebacks(caplog)


@pytest.mark.parametrize("odd", ODD, ids=repr)
async def test_an_odd_login_can_be_removed(
    with_client: Person, odd: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    await with_client.link(await with_client.begin())
    entry, entries = with_client.entry, with_client.house.hass.config_entries
    await entries.async_unload(entry.entry_id)
    entries.async_update_entry(entry, data={**entry.data, **odd})
    await entries.async_remove(entry.entry_id)
    await with_client.house.settle()
    assert with_client.entries() == []
    assert not tracebacks(caplog)
