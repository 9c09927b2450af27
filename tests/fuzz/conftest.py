"""Fixtures of the fuzz tests."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from custom_components.point.minut import rate_limit


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Coroutine[Any, Any, Any]], Any]]:
    """Return a function that runs a coroutine without a rate limit."""
    monkeypatch.setattr(rate_limit, "BURST", 10_000)
    monkeypatch.setattr(rate_limit, "PER_MINUTE", 10_000)
    with asyncio.Runner() as runner:
        yield runner.run
