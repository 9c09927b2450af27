"""A simulated Minut cloud for development, tests and benchmarks.

It shares no code with the integration, so that a mistake in one is exposed by the other.
"""

from simulator.backend.faults import Fault
from simulator.backend.hooks import Delivery, Hook
from simulator.backend.switches import Switches
from simulator.cloud import CLIENT_ID, CLIENT_SECRET
from simulator.server import Request
from simulator.simulator import Simulator
from simulator.world.device import Device
from simulator.world.events import Event
from simulator.world.weather import Quantity
from simulator.world.world import Account, Home

__all__ = [
    "CLIENT_ID",
    "CLIENT_SECRET",
    "Account",
    "Delivery",
    "Device",
    "Event",
    "Fault",
    "Home",
    "Hook",
    "Quantity",
    "Request",
    "Simulator",
    "Switches",
]
