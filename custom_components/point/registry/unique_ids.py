"""Unique ids of entities, as core forms them."""

from homeassistant.const import Platform
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN


def unique_id(owner: str, key: str) -> str:
    """Return the unique id of an entity of a home, a Point or the account."""
    return f"{DOMAIN}.{owner}-{key}"


def split_unique_id(entity: er.RegistryEntry) -> tuple[str, str | None]:
    """Return the id of an entity's home, Point or account, and its key. A panel has no key."""
    own = entity.unique_id.removeprefix(f"{DOMAIN}.")
    if entity.domain == Platform.ALARM_CONTROL_PANEL:
        return own, None
    owner, _, key = own.rpartition("-")  # an id may be a UUID
    return owner, key
