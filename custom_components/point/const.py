"""Names that more than one room uses."""

from typing import Final

DOMAIN: Final = "point"

# Where core's own `point` keeps them on the entry, so that it can take the entry back.
CONF_WEBHOOK_URL: Final = "webhook_url"

# Ours, beside core's.
CONF_HOOK_ID: Final = "hook_id"
CONF_HOOK_URL: Final = "hook_url"
CONF_HOOK_SECRET: Final = "hook_secret"
CONF_HOOK_TOKEN: Final = "hook_token"

CONF_API_URL: Final = "api_url"

EVENT_RECEIVED: Final = "point_webhook_received"
