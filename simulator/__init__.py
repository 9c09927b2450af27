"""A simulated Minut cloud for development, tests and benchmarks.

It shares no code with the integration, so that a mistake in one shows in the other.
"""

from simulator.cloud import CLIENT_ID, CLIENT_SECRET
from simulator.device import Device
from simulator.events import Event
from simulator.faults import Fault
from simulator.hooks import Delivery, Hook
from simulator.server import Request
from simulator.simulator import Simulator
from simulator.switches import Switches
from simulator.weather import Quantity
from simulator.world import Account, Home

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
