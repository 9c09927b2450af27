"""Names that more than one room uses."""

from typing import Final

DOMAIN: Final = "point"

DOCUMENTATION: Final = "https://github.com/minut-point/home-assistant-point/blob/main/docs"

MINOR_VERSION: Final = 2
"""Of entries. Core's own `point` writes 1, and loads whatever shares its major version."""

CONF_AUTH_IMPLEMENTATION: Final = "auth_implementation"

CONF_API_URL: Final = "api_url"

CONF_HISTORY: Final = "history"
CONF_STAYS: Final = "stays"
CONF_GUEST_NAMES: Final = "guest_names"
OPTIONS: Final = {CONF_HISTORY: True, CONF_STAYS: False, CONF_GUEST_NAMES: False}
"""What a person may switch on or off for an account, and what holds until then."""
CONF_EXCLUDED_HOMES: Final = "excluded_homes"
"""The option that lists the ids of homes that Home Assistant is to know nothing of."""

EVENT_RECEIVED: Final = "point_webhook_received"
