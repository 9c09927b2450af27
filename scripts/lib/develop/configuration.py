"""Home Assistant's configuration folder for development."""

import json
from pathlib import Path
import shutil
from typing import Any

from .options import HOST, Options

# Steps of onboarding after the user has been created. They are skipped: "core_config" would set up
# integrations that need the internet, such as a weather service.
SKIPPED_ONBOARDING = ["core_config", "analytics", "integration"]

EDITED_FILES = {"automations.yaml": "[]\n", "scripts.yaml": "{}\n", "scenes.yaml": "[]\n"}
"""Files into which Home Assistant writes what a person creates in its editors, when empty."""


def configuration_yaml(options: Options, client_id: str, client_secret: str) -> str:
    """Return the text of configuration.yaml.

    It lists integrations instead of `default_config`, whose `my` would send the OAuth redirect
    through a public site. Both URLs are on loopback, where the simulator delivers its events.
    With `--unlinked` it does not contain the API client, which the person enters in the dialog.
    """
    client = f"""\
  client_id: {json.dumps(client_id)}
  client_secret: {json.dumps(client_secret)}
"""
    return f"""\
# Written by scripts/develop at every start.
homeassistant:
  name: Development
  latitude: 59.3293
  longitude: 18.0686
  elevation: 28
  unit_system: metric
  time_zone: Europe/Stockholm
  country: SE
  currency: SEK
  language: en
  internal_url: {options.home_assistant_url}
  external_url: {options.home_assistant_url}

logger:
  default: warning
  logs:
    custom_components.point: info
    # These log that libraries and programs for cameras are missing.
    homeassistant.components.camera.img_util: critical
    haffmpeg: critical

frontend:
config:
history:
logbook:
recorder:
automation: !include automations.yaml
script: !include scripts.yaml
scene: !include scenes.yaml
person:
system_health:

point:
  api_url: {options.api_url}
{"" if options.unlinked else client}"""


def prepare(folder: Path, root: Path, options: Options, text: str) -> None:
    """Create or update the folder for the project at `root`.

    It gets the configuration, a link to the integration, the blueprints and a shorter onboarding.
    """
    storage = folder / ".storage"
    storage.mkdir(parents=True, exist_ok=True)
    (folder / "configuration.yaml").write_text(text, encoding="utf-8")
    for name, empty in EDITED_FILES.items():
        if not (path := folder / name).exists():
            path.write_text(empty, encoding="utf-8")

    link = folder / "custom_components"
    if not link.is_symlink():
        link.symlink_to(Path("../../custom_components"), target_is_directory=True)
    # Copies: Home Assistant finds no blueprints in a linked folder, and adds what is imported.
    shutil.copytree(root / "blueprints", folder / "blueprints", dirs_exist_ok=True)

    # Home Assistant stores its port here. A port from YAML is only tried: after five minutes Home
    # Assistant restarts on the previous port. Version 1 is the simplest format that it migrates.
    http = {"server_host": [HOST], "server_port": options.port}
    _store(storage / "http", 1, http)
    if not (onboarding := storage / "onboarding").exists():
        _store(onboarding, 4, {"done": SKIPPED_ONBOARDING})


def _store(path: Path, version: int, data: dict[str, Any]) -> None:
    content = {"version": version, "key": path.name, "data": data}
    path.write_text(json.dumps(content), encoding="utf-8")
