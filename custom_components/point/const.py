"""Constants that several folders use."""

from enum import StrEnum
from typing import Final

DOMAIN: Final = "point"

DOCUMENTATION: Final = "https://github.com/minut-point/home-assistant-point/blob/main/docs"

MINOR_VERSION: Final = 2
"""Minor version of entries. Core's own `point` writes 1 and loads any minor version."""

CONF_AUTH_IMPLEMENTATION: Final = "auth_implementation"

CONF_API_URL: Final = "api_url"

CONF_HISTORY: Final = "history"
CONF_STAYS: Final = "stays"
CONF_GUEST_NAMES: Final = "guest_names"
OPTIONS: Final = {CONF_HISTORY: True, CONF_STAYS: False, CONF_GUEST_NAMES: False}
"""Options of an account that are on or off, with their defaults."""
CONF_ENTITIES: Final = "entities"
"""The option that holds an EntityChoice. Entry data hold the choice that was applied last."""


class EntityChoice(StrEnum):
    """Which entities are enabled at first. `USUAL`: what suits the size of the account."""

    FEW = "few"
    USUAL = "usual"
    ALL = "all"


CONF_EXCLUDED_HOMES: Final = "excluded_homes"
"""Option with the ids of homes that Home Assistant ignores."""

EVENT_RECEIVED: Final = "point_webhook_received"
