"""Faults of the API, injected on demand (API notes 1, "upstream flakiness")."""

from asyncio import Event
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
import json

from simulator.formats import Json


@dataclass(slots=True, kw_only=True, eq=False)
class Fault:
    """A fault that affects requests whose method and path match."""

    method: str
    path: str
    status: int | None
    body: str
    headers: dict[str, str]
    content_type: str | None
    hang: bool
    swallow: bool
    disconnect: bool
    truncate: bool
    rotate: bool
    times: int | None
    """Number of requests that it still affects; None: all."""
    hits: int = 0
    met: Event = field(default_factory=Event)
    """Set when a request has met the fault; with `swallow`, after the request was processed."""
    released: Event = field(default_factory=Event)

    @property
    def is_silent(self) -> bool:
        """Return whether no answer is sent."""
        return self.hang or self.swallow or self.disconnect

    def matches(self, method: str, path: str) -> bool:
        """Return whether the fault affects a request."""
        return self.times != 0 and fnmatchcase(method, self.method) and fnmatchcase(path, self.path)


class Faults:
    """The active faults. The first one that matches a request is applied."""

    def __init__(self) -> None:
        self.active: list[Fault] = []
        self._hanging: list[Fault] = []

    def add(
        self,
        *,
        method: str = "*",
        path: str = "*",
        status: int | None = None,
        body: Json = "",
        headers: Mapping[str, str] | None = None,
        content_type: str | None = None,
        times: int | None = 1,
        hang: bool = False,
        swallow: bool = False,
        disconnect: bool = False,
        truncate: bool = False,
        rotate: bool = False,
    ) -> Fault:
        """Make the next `times` requests (None: all) fail whose method and path match the globs.

        The path is relative to the API root, such as `/devices*` or `/oauth/token`. A `body` that
        is not a string is sent as JSON.

        * `hang`: send no answer until `release()`.
        * `swallow`: process the request, then hang.
        * `disconnect`: close the connection without an answer.
        * `truncate`: send half of the answer.
        * `rotate`: move the first home and the first Point to the end of their lists, then answer.
        * `status`: answer with this status and `body`.
        * `content_type` alone: answer as usual with this content type.
        """
        has_effect = hang or swallow or disconnect or truncate or rotate
        if status is None and not (has_effect or content_type):
            raise ValueError("a fault needs a status, or another effect")
        text = body if isinstance(body, str) else json.dumps(body)
        if status is not None and content_type is None:
            is_html = isinstance(body, str) and body.lstrip().startswith("<")
            content_type = "text/html" if is_html else "application/json"
        fault = Fault(
            method=method,
            path=path,
            status=status,
            body=text,
            headers=dict(headers or {}),
            content_type=content_type,
            hang=hang,
            swallow=swallow,
            disconnect=disconnect,
            truncate=truncate,
            rotate=rotate,
            times=times,
        )
        self.active.append(fault)
        return fault

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that affects a request, and count the request."""
        for fault in self.active:
            if fault.matches(method, path):
                fault.hits += 1
                if fault.times is not None:
                    fault.times -= 1
                    if not fault.times:
                        self.active.remove(fault)
                if fault.hang or fault.swallow:
                    self._hanging.append(fault)
                return fault
        return None

    def release(self) -> None:
        """Close the connections of all hanging requests."""
        for fault in self._hanging:
            fault.released.set()
        self._hanging.clear()

    def clear(self) -> None:
        """Remove all faults and release hanging requests."""
        self.active.clear()
        self.release()
