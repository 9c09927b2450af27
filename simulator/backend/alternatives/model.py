"""What an alternative may change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from simulator.formats import Json, JsonObject

SINGULAR = {
    "devices": "device",
    "homes": "home",
    "hooks": "hook",
    "events": "event",
    "home_events": "home_event",
    "guests": "guest",
    "organizations": "organization",
}
"""Kinds of lists in answers, with the kind of their objects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRequest:
    """A request to the API, as far as alternatives depend on it."""

    method: str
    path: str
    """Path relative to the API root, such as `/devices`."""
    query: Mapping[str, str] = field(default_factory=dict)
    body: JsonObject = field(default_factory=dict)
    hook_urls: Sequence[str] = ()
    """URLs of the webhooks that the account has registered."""


type ObjectTransform = Callable[[JsonObject], JsonObject]
"""Changes one object, such as a device, an event of a delivery or a token response."""
type ListTransform = Callable[[JsonObject, ApiRequest], Json]
"""Changes an answer with a list and its `paging`."""
type SingleTransform = Callable[[str, JsonObject], Json]
"""Changes an answer with a single object; the first argument is its kind."""
type LeafTransform = Callable[[Json], Json]
"""Changes a value that is neither an object nor a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """An answer given in place of the endpoint, which does not process the request.

    `method` and `path` are globs; `when` is a further condition.
    """

    method: str = "*"
    path: str = "*"
    status: int
    when: Callable[[ApiRequest], bool] = lambda _request: True
    body: Callable[[ApiRequest], Json] = lambda _request: {}
    """Body of an answer without error."""
    headers: Mapping[str, str] = field(default_factory=dict)

    def matches(self, request: ApiRequest) -> bool:
        """Return whether the request is answered by this replacement."""
        return (
            fnmatchcase(request.method, self.method)
            and fnmatchcase(request.path, self.path)
            and self.when(request)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One way in which Minut may behave differently. Unset fields change nothing."""

    meaning: str
    """Description for the page and the command line."""
    objects: Mapping[str, ObjectTransform] = field(default_factory=dict)
    """By kind: transforms of objects wherever they occur."""
    listed: Mapping[str, ObjectTransform] = field(default_factory=dict)
    """By kind: transforms of objects in lists only."""
    lists: ListTransform | None = None
    single: SingleTransform | None = None
    delivery: Callable[[JsonObject], Json] | None = None
    """Changes the body of a delivery: an object with `hook_id` and `event`."""
    leaf: LeafTransform | None = None
    statuses: Mapping[int, int] = field(default_factory=dict)
    """Replaced statuses of errors, those of OAuth endpoints excepted."""
    ignored_query: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the query that are ignored, with a glob of the paths."""
    replacements: Sequence[Replacement] = ()
