"""Home Assistant with its own `point`, whose Minut is at POINT_API_ROOT.

Core's integration and its library know one address only. They are Home Assistant's own files, as
installed: nothing but that address is changed, while they are being loaded.
"""

from importlib import import_module
import os
import sys

from homeassistant.__main__ import main
from homeassistant.components.point import application_credentials, const

MINUT = "https://api.minut.com/v8"


def turn(root: str) -> None:
    """Put another API root into every constant that has Minut's."""
    library = import_module("pypoint"), import_module("pypoint.const")
    for module in (*library, const, application_credentials):
        for name, value in vars(module).items():
            if isinstance(value, str) and value.startswith(MINUT):
                setattr(module, name, root + value.removeprefix(MINUT))


if __name__ == "__main__":
    turn(os.environ["POINT_API_ROOT"])
    sys.exit(main())
