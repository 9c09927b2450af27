# Under Home Assistant, voluptuous is an alias of probatio.
from probatio import *  # noqa: F403 # a stub for all of its names
