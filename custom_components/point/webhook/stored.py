"""What an entry stores of its webhook, next to the data of core's own `point`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self

from homeassistant.components.webhook import async_generate_id
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback

from ..minut.models import ID, Hook
from ..minut.parsing import items, mapping, moment, text
from ..minut.proof import Proof

CONF_HOOK_ID: Final = "hook_id"
CONF_HOOK_URL: Final = "hook_url"
CONF_HOOK_SECRET: Final = "hook_secret"  # noqa: S105 # the name of a key
CONF_HOOK_TOKEN: Final = "hook_token"  # noqa: S105 # the name of a key
CONF_HOOK_SCHEME: Final = "hook_scheme"
CONF_HOOK_WAY: Final = "hook_way"
CONF_REQUESTED_URL: Final = "hook_asked_for"
CONF_HOOK_SHOWN: Final = "hook_shown"
CONF_FORMER_HOOKS: Final = "former_hooks"
CONF_FORMER_HOOKS_SINCE: Final = "former_hooks_since"
CONF_COPIES: Final = "hooks_of_copies"
CONF_CORE_URL: Final = "webhook_url"
"""URL that core's own `point` has registered. Only read here."""

NOT_GIVEN: Final = ""
"""Minut returned no secret with the webhook, or accepted no token, as opposed to a lost one."""

MIN_SECRET: Final = 8
"""Minimum length of a secret that is searched for in texts."""


class CreationWay(StrEnum):
    """Ways to register a webhook. Which of them Minut accepts is not certain (API notes 6.1)."""

    ALL_WITH_TOKEN = "all_with_token"  # noqa: S105 # not a secret
    ALL = "all"
    NAMES_WITH_TOKEN = "names_with_token"  # noqa: S105 # not a secret
    NAMES = "names"
    PROVEN = "proven"
    """As pypoint does: with the names that it uses."""

    @property
    def has_token(self) -> bool:
        """Return whether the webhook gets a token."""
        return self in {CreationWay.ALL_WITH_TOKEN, CreationWay.NAMES_WITH_TOKEN}


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredHook:
    """The webhook of an account. What is missing or malformed in the entry is None here."""

    id: str | None = None
    url: str | None = None
    secret: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    proof: Proof | None = None
    """How a delivery was proven first. Only this is accepted since."""
    way: CreationWay | None = None
    """How Minut accepted the registration last."""
    requested_url: str | None = None
    """URL of a webhook that Minut may have created although its answer did not arrive."""
    shown: Hook | None = None
    """The webhook as Minut listed it right after its creation: maybe not as it was registered."""
    former_ids: tuple[str, ...] = ()
    """Webhooks that could not be deleted yet."""
    former_since: datetime | None = None
    """Since when there have been such webhooks."""
    copy_ids: tuple[str, ...] = ()
    """Webhooks of copies of this Home Assistant, which have deleted ours. Never deleted here."""

    @classmethod
    def read[T](cls, entry: ConfigEntry[T]) -> Self:
        """Read the webhook from an entry."""
        data = entry.data
        hook_id = _id(data.get(CONF_HOOK_ID))
        return cls(
            id=hook_id,
            url=_text(data.get(CONF_HOOK_URL)),
            secret=_secret(data, CONF_HOOK_SECRET),
            token=_secret(data, CONF_HOOK_TOKEN),
            proof=_proof(data.get(CONF_HOOK_SCHEME)),
            way=_way(data.get(CONF_HOOK_WAY)),
            requested_url=_text(data.get(CONF_REQUESTED_URL)),
            shown=_shown(hook_id, data.get(CONF_HOOK_SHOWN)),
            former_ids=_ids(data.get(CONF_FORMER_HOOKS)),
            former_since=moment(_text(data.get(CONF_FORMER_HOOKS_SINCE))),
            copy_ids=_ids(data.get(CONF_COPIES)),
        )

    @callback
    def write[T](self, hass: HomeAssistant, entry: ConfigEntry[T]) -> None:
        """Write the webhook to an entry, in place of what the entry stores of it."""
        values: dict[str, object] = {
            CONF_HOOK_ID: self.id,
            CONF_HOOK_URL: self.url,
            CONF_HOOK_SECRET: self.secret,
            CONF_HOOK_TOKEN: self.token,
            CONF_HOOK_SCHEME: self.proof and str(self.proof),
            CONF_HOOK_WAY: self.way and self.way.value,
            CONF_REQUESTED_URL: self.requested_url,
            CONF_HOOK_SHOWN: self.shown
            and {"url": self.shown.url, "events": sorted(self.shown.events)},
            CONF_FORMER_HOOKS: list(self.former_ids) or None,
            CONF_COPIES: list(self.copy_ids) or None,
            CONF_FORMER_HOOKS_SINCE: self.former_since and self.former_since.isoformat(),
        }
        data = {key: value for key, value in entry.data.items() if key not in values}
        data |= {key: value for key, value in values.items() if value is not None}
        data |= dict.fromkeys((key for key, value in values.items() if value == NOT_GIVEN), None)
        if data != entry.data:
            hass.config_entries.async_update_entry(entry, data=data)

    @property
    def is_verifiable(self) -> bool:
        """Return whether the token and the secret of the webhook are known."""
        return self.token is not None and self.secret is not None

    @property
    def secrets(self) -> frozenset[str]:
        """Return what nobody but Minut may learn: token, secret and the secret parts of the URLs.

        A secret that is too short to be one is not part of it: it may occur in any text.
        """
        urls = (url.rpartition("/")[2] for url in (self.url, self.requested_url) if url)
        texts = (self.token, self.secret, *urls)
        return frozenset(text for text in texts if text and len(text) >= MIN_SECRET)

    @property
    def may_be_unlisted(self) -> bool:
        """Return whether Minut may have a webhook of ours whose id is not known."""
        return self.requested_url is not None or (self.id is None and self.is_verifiable)

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of all webhooks that the entry knows to be at Minut."""
        return (*([self.id] if self.id else []), *self.former_ids)


def registered_urls[T](entry: ConfigEntry[T]) -> set[str]:
    """Return the URLs that this entry has registered at Minut.

    That of core's own `point` counts until the first registration, which deletes its webhook: what
    is registered there later is of another Home Assistant, of which this one is a copy.
    """
    own = {_text(entry.data.get(key)) for key in (CONF_HOOK_URL, CONF_REQUESTED_URL)}
    urls = own if any(own) else {_text(entry.data.get(CONF_CORE_URL))}
    return {url for url in urls if url is not None}


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


def _shown(hook_id: str | None, value: Any) -> Hook | None:
    if hook_id is None or not isinstance(value, dict):
        return None
    data = mapping(value)
    events = frozenset(filter(None, map(text, items(data.get("events")))))
    return Hook(id=hook_id, url=text(data.get("url")), events=events)


def _proof(value: object) -> Proof | None:
    return Proof.from_text(value) if isinstance(value, str) else None


def _way(value: object) -> CreationWay | None:
    return CreationWay(value) if isinstance(value, str) and value in CreationWay else None


def _secret(data: Mapping[str, Any], key: str) -> str | None:
    if key in data and data[key] is None:
        return NOT_GIVEN
    return _text(data.get(key))
