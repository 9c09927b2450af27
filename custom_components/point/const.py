"""Names that more than one room uses."""

from typing import Final

DOMAIN: Final = "point"

# On the entry, beside what core's own `point` keeps there.
CONF_HOOK_ID: Final = "hook_id"
CONF_HOOK_URL: Final = "hook_url"
CONF_HOOK_SECRET: Final = "hook_secret"
CONF_HOOK_TOKEN: Final = "hook_token"

CONF_API_URL: Final = "api_url"

# Options
CONF_HISTORY: Final = "history"

EVENT_RECEIVED: Final = "point_webhook_received"
