"""Real Home Assistants."""

import pytest
from pytest_socket import socket_allow_hosts

from scripts.lib.develop.options import HOST


@pytest.fixture(autouse=True)
def _forks_are_reached(socket_enabled: None) -> None:
    """Allow connections to the process that forks."""
    socket_allow_hosts([HOST], allow_unix_socket=True)
