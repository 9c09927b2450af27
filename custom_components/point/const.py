"""Names that more than one room uses."""

from enum import StrEnum
from typing import Final

DOMAIN: Final = "point"

DOCUMENTATION: Final = "https://github.com/minut-point/home-assistant-point/blob/main/docs"

MINOR_VERSION: Final = 2
"""Of entries. Core's own `point` writes 1, and loads whatever shares its major version."""

CONF_AUTH_IMPLEMENTATION: Final = "auth_implementation"

# On the entry, beside what core's own `point` keeps there.
CONF_HOOK_ID: Final = "hook_id"
CONF_HOOK_URL: Final = "hook_url"
CONF_HOOK_SECRET: Final = "hook_secret"
CONF_HOOK_TOKEN: Final = "hook_token"
CONF_HOOK_SCHEME: Final = "hook_scheme"
CONF_HOOK_ASKED_FOR: Final = "hook_asked_for"
"""The address of a hook that Minut may have made without our knowing its id."""
CONF_FORMER_HOOKS: Final = "former_hooks"
"""Ids of hooks that could not be deleted yet."""

CONF_API_URL: Final = "api_url"

CONF_HISTORY: Final = "history"
CONF_STAYS: Final = "stays"
CONF_GUEST_NAMES: Final = "guest_names"
OPTIONS: Final = {CONF_HISTORY: True, CONF_STAYS: False, CONF_GUEST_NAMES: False}
"""What a person may switch on or off for an account, and what holds until then."""
CONF_ENTITIES: Final = "entities"
"""The option that holds an EntityChoice. Entry data hold the choice that was applied last."""


class EntityChoice(StrEnum):
    """Which entities are enabled at first. `USUAL`: what suits the size of the account."""

    FEW = "few"
    USUAL = "usual"
    ALL = "all"


CONF_EXCLUDED_HOMES: Final = "excluded_homes"
"""The option that lists the ids of homes that Home Assistant is to know nothing of."""

EVENT_RECEIVED: Final = "point_webhook_received"
