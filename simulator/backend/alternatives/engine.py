"""Applies the active alternatives to requests, answers and deliveries."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from simulator.backend.alternatives.leaves import Ids, map_leaves
from simulator.backend.alternatives.lists import name_of_list
from simulator.backend.alternatives.model import SINGULAR, Alternative, ApiRequest, Replacement
from simulator.backend.alternatives.objects import as_list, as_object
from simulator.backend.alternatives.table import ALTERNATIVES
from simulator.backend.switches import Switches
from simulator.formats import Json, JsonObject


class Alternatives:
    """The alternatives named in `switches.alternatives`, applied in the order of the table."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._ids = Ids()

    def use(self, *names: str) -> None:
        """Switch alternatives on. Raise KeyError for an unknown name."""
        if unknown := set(names) - ALTERNATIVES.keys():
            raise KeyError(f"unknown alternatives: {', '.join(sorted(unknown))}")
        self._switches.alternatives.update(names)

    def set(self, name: str, *, active: bool) -> None:
        """Switch one alternative on or off. Raise KeyError for an unknown name."""
        self.use(name)
        if not active:
            self._switches.alternatives.discard(name)

    @property
    def _active(self) -> list[Alternative]:
        names = self._switches.alternatives
        return [each for name, each in ALTERNATIVES.items() if name in names] if names else []

    def replacement(self, request: ApiRequest) -> Replacement | None:
        """Return the answer to give in place of the endpoint, if any."""
        return next(
            (
                replacement
                for alternative in self._active
                for replacement in alternative.replacements
                if replacement.matches(request)
            ),
            None,
        )

    def query(self, path: str, query: Mapping[str, str]) -> dict[str, str]:
        """Return the query without the parameters that are ignored."""
        ignored = {
            name
            for alternative in self._active
            for name, paths in alternative.ignored_query.items()
            if fnmatchcase(path, paths)
        }
        return {name: value for name, value in query.items() if name not in ignored}

    def original(self, value: Json) -> Json:
        """Return a value of a request with the original form of all ids."""
        return map_leaves(value, self._ids.original)

    def original_texts(self, values: Mapping[str, str]) -> dict[str, str]:
        """Return texts of a path or query with the original form of ids."""
        return {name: str(self._ids.original(value)) for name, value in values.items()}

    def answer(self, kind: str | None, request: ApiRequest, body: Json) -> Json:
        """Return the body of an answer; `kind` is that of its object or list."""
        if not (isinstance(body, dict) and self._switches.alternatives):
            return body
        answer = self._list(kind, request, body) if kind in SINGULAR else self._single(kind, body)
        return self._leaves(answer)

    def delivery(self, payload: JsonObject) -> Json:
        """Return the body of a delivery."""
        event = self._object("event", as_object(payload["event"]))
        body: Json = payload | {"event": event}
        for alternative in self._active:
            if alternative.delivery and isinstance(body, dict) and "event" in body:
                body = alternative.delivery(body)
        return self._leaves(body)

    def status(self, status: int) -> int:
        """Return the status of an error."""
        for alternative in self._active:
            status = alternative.statuses.get(status, status)
        return status

    def _list(self, kind: str, request: ApiRequest, body: JsonObject) -> Json:
        name, singular = name_of_list(body), SINGULAR[kind]
        items = [as_object(item) for item in as_list(body[name])]
        for alternative in self._active:
            if change := alternative.listed.get(singular):
                items = [change(item) for item in items]
        answer: Json = body | {name: [self._object(singular, item) for item in items]}
        for alternative in self._active:
            if alternative.lists and isinstance(answer, dict):
                answer = alternative.lists(answer, request)
        return answer

    def _single(self, kind: str | None, body: JsonObject) -> Json:
        if kind is None:
            return body
        answer: Json = self._object(kind, body)
        for alternative in self._active:
            if alternative.single and isinstance(answer, dict):
                answer = alternative.single(kind, answer)
        return answer

    def _object(self, kind: str, body: JsonObject) -> JsonObject:
        for alternative in self._active:
            if change := alternative.objects.get(kind):
                body = change(body)
        return body

    def _leaves(self, body: Json) -> Json:
        for alternative in self._active:
            if alternative.leaf:
                body = map_leaves(body, self._ids.remembering(alternative.leaf))
        return body
