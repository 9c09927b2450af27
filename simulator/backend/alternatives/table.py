"""The table of all alternatives, by group and by name."""

from simulator.backend.alternatives.answer_table import LISTS, OBJECTS
from simulator.backend.alternatives.model import Alternative
from simulator.backend.alternatives.request_table import ALARM, ERRORS, EVENTS, HOOKS

GROUPS = {
    "Lists and paging": LISTS,
    "Objects and values": OBJECTS,
    "Alarm": ALARM,
    "Errors and permissions": ERRORS,
    "Webhooks": HOOKS,
    "Events and deliveries": EVENTS,
}
"""All alternatives by group, as the page shows them."""
ALTERNATIVES: dict[str, Alternative] = {
    name: alternative for group in GROUPS.values() for name, alternative in group.items()
}
