from collections.abc import Sequence
import json
import os
from pathlib import Path
import socket
import sys
from typing import Any

from homeassistant.components.automation.helpers import async_get_blueprints
from homeassistant.components.blueprint import Blueprint
from homeassistant.const import RESTART_EXIT_CODE
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
import pytest

from scripts.lib.develop import configuration
from scripts.lib.develop.__main__ import keep_running, summary
from scripts.lib.develop.options import HOST, parse
from scripts.lib.develop.processes import GiveUpError, Process, require_free_port
from simulator import CLIENT_ID, CLIENT_SECRET

from ..helpers.documents import ROOT


def test_default_options() -> None:
    options = parse([])
    assert (options.homes, options.points, options.fresh) == (2, 2, False)
    assert options.links_account
    assert options.home_assistant_url == "http://127.0.0.1:8123"
    assert options.api_url == "http://127.0.0.1:8765/v8"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--homes", "0"],
        ["--points", "two"],
        ["--port", "80"],
        ["--simulator-port", "65536"],
        ["--port", "9000", "--simulator-port", "9000"],
        ["--unlinked", "--yaml"],
    ],
)
def test_invalid_options_are_rejected(
    arguments: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse(arguments)
    assert arguments[0] in capsys.readouterr().err


def configured(folder: Path, *arguments: str) -> dict[str, Any]:
    """Return Home Assistant's configuration."""
    options = parse(arguments)
    text = configuration.configuration_yaml(options, "an id", 'a "secret"')
    configuration.prepare(folder / "config", ROOT, options, text)
    return load_yaml_dict(str(folder / "config" / "configuration.yaml"))


@pytest.mark.parametrize("choice", [[], ["--yaml"]])
def test_configuration_reflects_the_options(tmp_path: Path, choice: list[str]) -> None:
    content = configured(tmp_path, "--port", "9123", "--simulator-port", "9765", *choice)
    assert content["point"] == {
        "client_id": "an id",
        "client_secret": 'a "secret"',
        "api_url": "http://127.0.0.1:9765/v8",
    }
    assert content["homeassistant"]["internal_url"] == "http://127.0.0.1:9123"
    # It loads `my`, which takes the OAuth redirect elsewhere.
    assert "default_config" not in content


def test_unlinked_configuration_has_no_client(tmp_path: Path) -> None:
    assert configured(tmp_path, "--unlinked")["point"] == {"api_url": "http://127.0.0.1:8765/v8"}


def test_automations_scripts_and_scenes_can_be_edited(tmp_path: Path) -> None:
    content = configured(tmp_path)
    assert (content["automation"], content["script"], content["scene"]) == ([], {}, [])
    automations = tmp_path / "config" / "automations.yaml"
    automations.write_text("- alias: Doorbell\n", encoding="utf-8")
    assert configured(tmp_path)["automation"] == [{"alias": "Doorbell"}]


def test_folder_links_the_integration_and_keeps_what_is_there(tmp_path: Path) -> None:
    integrations = tmp_path / "custom_components"
    integrations.mkdir()
    (tmp_path / "blueprints").mkdir()
    folder = tmp_path / ".develop" / "config"
    configuration.prepare(folder, tmp_path, parse([]), "first")
    assert (folder / "custom_components").resolve() == integrations
    onboarding = folder / ".storage" / "onboarding"
    onboarding.write_text("all done", encoding="utf-8")

    configuration.prepare(folder, tmp_path, parse(["--port", "9123"]), "second")
    assert (folder / "configuration.yaml").read_text(encoding="utf-8") == "second"
    assert onboarding.read_text(encoding="utf-8") == "all done"
    http = json.loads((folder / ".storage" / "http").read_text(encoding="utf-8"))
    assert http["data"] == {"server_host": [HOST], "server_port": 9123}


async def test_blueprints_of_the_project_can_be_chosen(hass: HomeAssistant, tmp_path: Path) -> None:
    hass.config.config_dir = str(tmp_path / "config")
    configured(tmp_path)
    outdated = tmp_path / "config/blueprints/automation/point/who_came.yaml"
    outdated.write_text("", encoding="utf-8")
    configured(tmp_path)
    assert await async_setup_component(hass, "automation", {})
    offered = await async_get_blueprints(hass).async_get_blueprints()
    ours = {path.name for path in (ROOT / "blueprints/automation/point").iterdir()}
    assert {Path(path).name for path in offered} == ours
    assert all(isinstance(blueprint, Blueprint) for blueprint in offered.values())


def test_summary_says_where_to_go_and_how_to_log_in() -> None:
    text = summary(parse(["--homes", "3", "--port", "9123"]), is_linked=True)
    assert "http://127.0.0.1:9123" in text
    assert "http://127.0.0.1:8765" in text
    assert "user dev, password dev" in text
    assert "6 Points in 3 homes are linked" in text
    assert "Discovered" in summary(parse(["--yaml"]), is_linked=False)
    unlinked = summary(parse(["--unlinked"]), is_linked=False)
    assert "Add integration → Minut Point" in unlinked
    assert CLIENT_ID in unlinked
    assert CLIENT_SECRET in unlinked
    assert "--fresh" in summary(parse(["--unlinked"]), is_linked=True)


@pytest.mark.usefixtures("socket_enabled")
def test_a_port_in_use_is_named() -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(GiveUpError, match=rf"Port {port} for us is already in use.*--port"):
            require_free_port(HOST, port, "us", "--port")
    require_free_port(HOST, port, "us", "--port")


async def started(code: str, folder: Path) -> Process:
    return await Process.start("the program", [sys.executable, "-c", code], folder / "log", {})


async def test_a_program_that_ends_early_shows_its_last_output(tmp_path: Path) -> None:
    process = await started("raise SystemExit('no disk')", tmp_path)

    async def never() -> None:
        """Have no answer, as a server that is not up yet."""

    with pytest.raises(GiveUpError, match=r"(?s)The program ended unexpectedly.*no disk"):
        await process.until(never, "its page", seconds=30)
    with pytest.raises(GiveUpError, match="no disk"):
        await process.watch()
    await process.stop()


async def test_home_assistant_starts_again_when_it_is_restarted(tmp_path: Path) -> None:
    restarts = [await started(f"raise SystemExit({RESTART_EXIT_CODE})", tmp_path) for _ in "123"]
    restarts.insert(0, await started("raise SystemExit('no disk')", tmp_path))

    async def start_again() -> Process:
        return restarts.pop()

    with pytest.raises(GiveUpError, match="ended unexpectedly"):
        await keep_running(restarts.pop(), start_again)
    assert not restarts


async def test_stopping_leaves_no_process(tmp_path: Path) -> None:
    process = await started(
        "import os, time; print(os.getpid(), flush=True); time.sleep(60)", tmp_path
    )

    async def its_id() -> int | None:
        return int((tmp_path / "log").read_text(encoding="utf-8") or 0) or None

    number = await process.until(its_id, "its number", seconds=30)
    os.kill(number, 0)
    await process.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
