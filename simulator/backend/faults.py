"""Ways in which an answer can go wrong, on demand (API notes 1, "upstream flakiness")."""

from asyncio import Event
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
import json

from simulator.wire import Json


@dataclass(slots=True, kw_only=True, eq=False)
class Fault:
    """What happens to requests whose method and path match."""

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
    turn: bool
    times: int | None
    """How many requests it still concerns; None: all."""
    hits: int = 0
    met: Event = field(default_factory=Event)
    """Set when a request has met it; where it is swallowed, when what it asked for is done."""
    released: Event = field(default_factory=Event)

    @property
    def is_silent(self) -> bool:
        """Say whether no answer is sent."""
        return self.hang or self.swallow or self.disconnect

    def concerns(self, method: str, path: str) -> bool:
        """Say whether a request meets this fault."""
        return self.times != 0 and fnmatchcase(method, self.method) and fnmatchcase(path, self.path)


class Faults:
    """The faults in wait; the first that matches a request takes it."""

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
        turn: bool = False,
    ) -> Fault:
        """Spoil the next `times` requests (None: all) whose method and path match the globs.

        The path is the one below the API root, such as `/devices*` or `/oauth/token`. A `body`
        that is no text is sent as JSON. `hang` answers nothing until `release()`, `swallow` does
        what is asked for and then answers as little, `disconnect` closes the connection, `truncate`
        sends half of the answer, `turn` makes the first home and the first Point the last ones
        before it answers; else `status` is the answer. Without it, `content_type` is that of the
        right answer.
        """
        spoils = hang or swallow or disconnect or truncate or turn
        if status is None and not (spoils or content_type):
            raise ValueError("a fault needs a status, or to say what else goes wrong")
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
            turn=turn,
            times=times,
        )
        self.active.append(fault)
        return fault

    def take(self, method: str, path: str) -> Fault | None:
        """Give the fault that a request meets, and count it."""
        for fault in self.active:
            if fault.concerns(method, path):
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
        """Let all hanging requests end; their connections are closed."""
        for fault in self._hanging:
            fault.released.set()
        self._hanging.clear()

    def clear(self) -> None:
        """Forget all faults and end what hangs."""
        self.active.clear()
        self.release()
