"""What the fuzz tests need."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from custom_components.point.minut import budget


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Coroutine[Any, Any, Any]], Any]]:
    """Return what runs a coroutine; no budget holds up its requests."""
    monkeypatch.setattr(budget, "BURST", 10_000)
    monkeypatch.setattr(budget, "PER_MINUTE", 10_000)
    with asyncio.Runner() as runner:
        yield runner.run
