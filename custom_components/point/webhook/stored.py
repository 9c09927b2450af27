"""What an entry stores of its webhook, next to the data of core's own `point`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from homeassistant.components.webhook import async_generate_id
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback

from ..minut.models import ID
from ..minut.webhook import Scheme

CONF_HOOK_ID: Final = "hook_id"
CONF_HOOK_URL: Final = "hook_url"
CONF_HOOK_SECRET: Final = "hook_secret"  # noqa: S105 # the name of a key
CONF_HOOK_TOKEN: Final = "hook_token"  # noqa: S105 # the name of a key
CONF_HOOK_SCHEME: Final = "hook_scheme"
CONF_REQUESTED_URL: Final = "hook_asked_for"
CONF_FORMER_HOOKS: Final = "former_hooks"

NO_SECRET: Final = ""
"""Minut returned no secret with the webhook, as opposed to a secret that is lost."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredHook:
    """The webhook of an account. What is missing or malformed in the entry is None here."""

    id: str | None = None
    url: str | None = None
    secret: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    scheme: Scheme | None = None
    """The scheme by which a delivery was proven first. Only this one is accepted since."""
    requested_url: str | None = None
    """URL of a webhook that Minut may have created although its answer did not arrive."""
    former_ids: tuple[str, ...] = ()
    """Webhooks that could not be deleted yet."""

    @classmethod
    def read[T](cls, entry: ConfigEntry[T]) -> Self:
        """Read the webhook from an entry."""
        data = entry.data
        return cls(
            id=_id(data.get(CONF_HOOK_ID)),
            url=_text(data.get(CONF_HOOK_URL)),
            secret=_secret(data),
            token=_text(data.get(CONF_HOOK_TOKEN)),
            scheme=_scheme(data.get(CONF_HOOK_SCHEME)),
            requested_url=_text(data.get(CONF_REQUESTED_URL)),
            former_ids=_ids(data.get(CONF_FORMER_HOOKS)),
        )

    @callback
    def write[T](self, hass: HomeAssistant, entry: ConfigEntry[T]) -> None:
        """Write the webhook to an entry, in place of what the entry stores of it."""
        values: dict[str, object] = {
            CONF_HOOK_ID: self.id,
            CONF_HOOK_URL: self.url,
            CONF_HOOK_SECRET: self.secret,
            CONF_HOOK_TOKEN: self.token,
            CONF_HOOK_SCHEME: self.scheme and self.scheme.value,
            CONF_REQUESTED_URL: self.requested_url,
            CONF_FORMER_HOOKS: list(self.former_ids) or None,
        }
        data = {key: value for key, value in entry.data.items() if key not in values}
        data |= {key: value for key, value in values.items() if value is not None}
        if self.secret == NO_SECRET:
            data[CONF_HOOK_SECRET] = None
        if data != entry.data:
            hass.config_entries.async_update_entry(entry, data=data)

    @property
    def is_verifiable(self) -> bool:
        """Return whether the token and the secret of the webhook are known."""
        return self.token is not None and self.secret is not None


def webhook_id_of[T](entry: ConfigEntry[T]) -> str | None:
    """Return the secret part of the local address, None if the entry has no valid one."""
    return _text(entry.data.get(CONF_WEBHOOK_ID))


@callback
def async_ensure_webhook_id[T](hass: HomeAssistant, entry: ConfigEntry[T]) -> str:
    """Return the secret part of the local address. Generate it if the entry has no valid one."""
    if (webhook_id := webhook_id_of(entry)) is None:
        webhook_id = async_generate_id()
        data = {**entry.data, CONF_WEBHOOK_ID: webhook_id}
        hass.config_entries.async_update_entry(entry, data=data)
    return webhook_id


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _id(value: object) -> str | None:
    return value if isinstance(value, str) and ID.fullmatch(value) else None


def _ids(value: object) -> tuple[str, ...]:
    return tuple(filter(None, map(_id, value))) if isinstance(value, list) else ()


def _scheme(value: object) -> Scheme | None:
    return Scheme(value) if isinstance(value, str) and value in Scheme else None


def _secret(data: Mapping[str, Any]) -> str | None:
    value = data.get(CONF_HOOK_SECRET, Ellipsis)
    return NO_SECRET if value is None else _text(value)
