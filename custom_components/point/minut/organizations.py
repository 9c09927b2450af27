"""Lists of an account whose homes and Points belong to an organization (API notes 11)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
import logging
from typing import Self

from .exceptions import MinutError, MinutUnauthorizedError, is_gone
from .models import object_id
from .paging import Identified, Listing, ListReader, ListRequest
from .parsing import JsonObject

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization."""

    id: str

    @classmethod
    def from_json(cls, data: JsonObject) -> Self:
        """Parse an element of `GET /organizations`. Raises ValueError without an id."""
        return cls(object_id(data, "organization_id", "id"))


class AccountLists:
    """Reads the lists of an account, or those of its organizations where its own are empty.

    `organizations`: ids of the organizations. They are requested only if a list is empty.
    """

    def __init__(self, lists: ListReader) -> None:
        self._lists = lists
        self.organizations: tuple[str, ...] = ()

    async def read_all[T: Identified](self, wanted: ListRequest[T]) -> Listing[T]:
        """Return the list of homes or devices. Raises MinutError."""
        own = await self._lists.read_all(wanted)
        if own.items or own.unreadable or not own.is_complete:
            return own
        self.organizations = self.organizations or await self._find()
        return _joined(
            [
                await self._read_part(replace(wanted, path=f"organizations/{key}/{wanted.path}"))
                for key in self.organizations
            ]
        )

    async def _find(self) -> tuple[str, ...]:
        """Return the ids of the organizations; empty if Minut does not answer that."""
        wanted = ListRequest(
            path="organizations", names=("organizations",), read=Organization.from_json
        )
        try:
            found = await self._lists.read_all(wanted)
        except MinutUnauthorizedError:
            raise
        except MinutError as error:
            _LOGGER.debug("Cannot read the organizations of the account: %s", error)
            return ()
        return tuple(organization.id for organization in found.items)

    async def _read_part[T: Identified](self, wanted: ListRequest[T]) -> Listing[T]:
        try:
            return await self._lists.read_all(wanted)
        except MinutError as error:
            if not is_gone(error):
                raise
            return Listing(())


def _joined[T: Identified](parts: Iterable[Listing[T]]) -> Listing[T]:
    """Return one list. An object of several organizations is in it once."""
    parts = tuple(parts)
    return Listing(
        tuple({item.id: item for part in parts for item in part.items}.values()),
        is_complete=all(part.is_complete for part in parts),
        unreadable=sum(part.unreadable for part in parts),
    )
