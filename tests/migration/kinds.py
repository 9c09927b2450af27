"""Kinds of entries: what they are for some users of core's `point`."""

from collections.abc import Callable
from typing import Any

from custom_components.point.const import DOMAIN

type Kind = Callable[[dict[str, Any], dict[str, Any]], None]
"""Makes an entry and its client what they are for some of core's users."""


def imported_from_yaml(entry: dict[str, Any], client: dict[str, Any]) -> None:
    """2024.10 stored the client of YAML under the name of the integration."""
    client["auth_domain"] = entry["data"]["auth_implementation"] = DOMAIN


def signed_in_again(entry: dict[str, Any], client: dict[str, Any]) -> None:
    """From before 2024.10, and linked once more since: everything old is still there."""
    entry["title"] = "alex@example.org"
    entry["data"]["refresh_args"] = {key: client[key] for key in ("client_id", "client_secret")}
    entry["data"]["webhook_url"] = "https://home.example.org/api/webhook/0123456789"


def without_unique_id(entry: dict[str, Any], _client: dict[str, Any]) -> None:
    entry["unique_id"] = None


def without_webhook(entry: dict[str, Any], _client: dict[str, Any]) -> None:
    """Core made the webhook when it set the entry up, where the dialog had not."""
    del entry["data"]["webhook_id"]


def from_a_storage_of_2024(entry: dict[str, Any], _client: dict[str, Any]) -> None:
    """What Home Assistant has added to entries since; it brings older files up itself."""
    for key in ("created_at", "modified_at", "discovery_keys", "subentries"):
        del entry[key]


KINDS = [
    imported_from_yaml,
    signed_in_again,
    without_unique_id,
    without_webhook,
    from_a_storage_of_2024,
]
