"""Home Assistant with its own `point`, for a Minut at POINT_API_ROOT.

Core's integration and its library have a fixed address. It is replaced while the installed files
are loaded; nothing else is changed.
"""

from importlib import import_module
import os
import sys

from homeassistant.__main__ import main
from homeassistant.components.point import application_credentials, const

MINUT = "https://api.minut.com/v8"


def turn(root: str) -> None:
    """Replace Minut's API root in all constants."""
    library = import_module("pypoint"), import_module("pypoint.const")
    for module in (*library, const, application_credentials):
        for name, value in vars(module).items():
            if isinstance(value, str) and value.startswith(MINUT):
                setattr(module, name, root + value.removeprefix(MINUT))


if __name__ == "__main__":
    turn(os.environ["POINT_API_ROOT"])
    sys.exit(main())
