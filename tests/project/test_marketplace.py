"""Home Assistant's own Marketplace installs the archive that scripts/release builds.

All of its code runs but what talks to GitHub, for which the working copy answers.
"""

from pathlib import Path
import subprocess
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from scripts.lib.release import INTEGRATION, ROOT, archive_name, manifest_version, tracked

REPOSITORY = "minut-point/home-assistant-point"
RAW = f"https://raw.githubusercontent.com/{REPOSITORY}"
ASSET = f"https://github.com/{REPOSITORY}/releases/download"

base = pytest.importorskip("homeassistant.components.marketplace.base", reason="not before 2026.11")
integration = pytest.importorskip("homeassistant.components.marketplace.repositories.integration")
exceptions = pytest.importorskip("homeassistant.components.marketplace.exceptions")


@pytest.fixture
def archive(tmp_path: Path) -> bytes:
    """Return the release as scripts/release makes it."""
    subprocess.run([ROOT / "scripts/release", "--to", tmp_path], check=True)  # noqa: S603 # ours
    return (tmp_path / archive_name()).read_bytes()


@pytest.fixture
async def repository(
    hass: HomeAssistant,
    tmp_path: Path,
    aioclient_mock: AiohttpClientMocker,
    archive: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """Return this repository as the Marketplace knows it, whose files are those here."""
    hass.config.config_dir = str(tmp_path / "config")
    assert await async_setup_component(hass, "lovelace", {})
    version = manifest_version()
    for file in ("hacs.json", "custom_components/point/manifest.json"):
        aioclient_mock.get(f"{RAW}/{version}/{file}", content=(ROOT / file).read_bytes())
    aioclient_mock.get(f"{ASSET}/{version}/{archive_name()}", content=archive)

    entry = MockConfigEntry(domain="marketplace")
    entry.add_to_hass(hass)
    marketplace = base.MarketplaceManager(hass, entry)
    found = integration.IntegrationRepository(marketplace, REPOSITORY)
    found.data.id = "1"
    found.data.domain = "point"
    found.data.last_version = version
    # A catalogued repository is installed without GitHub's API, by the same steps.
    monkeypatch.setattr(marketplace.repositories, "is_default", lambda _id: True)
    return found


def installed(hass: HomeAssistant) -> Path:
    return Path(hass.config.config_dir) / "custom_components" / "point"


async def test_takes_the_place_of_core_only_when_confirmed(
    hass: HomeAssistant, repository: Any
) -> None:
    with pytest.raises(exceptions.ReplacesBuiltInNotConfirmedError):
        await repository.async_install_repository()
    assert not installed(hass).exists()


async def test_installs_every_file(hass: HomeAssistant, repository: Any) -> None:
    await repository.async_install_repository(confirm_replace_built_in=True)
    assert repository.data.installed
    assert repository.data.installed_version == manifest_version()
    there = {
        str(path.relative_to(installed(hass))): path.read_bytes()
        for path in installed(hass).rglob("*")
        if path.is_file()
    }
    here = {file.removeprefix(f"{INTEGRATION}/"): (ROOT / file).read_bytes() for file in tracked()}
    assert there == here
    assert here.keys() >= {"manifest.json", "translations/en.json", "brand/dark_icon@2x.png"}


async def test_what_it_reads_of_us_is_what_we_say(repository: Any) -> None:
    await repository.async_install_repository(confirm_replace_built_in=True)
    manifest = repository.repository_manifest
    assert manifest.name == "Minut Point"
    assert manifest.zip_release
    assert manifest.filename == archive_name()
    assert str(manifest.homeassistant) == "2026.10.0"
    assert repository.data.config_flow
    assert repository.display_name == "Minut Point"
    assert not repository.validate.errors


async def test_refuses_an_older_home_assistant_than_we_run_on(repository: Any) -> None:
    repository.marketplace.version = type(repository.marketplace.version)("2026.9.0")
    with pytest.raises(exceptions.MarketplaceError):
        await repository.async_install_repository(confirm_replace_built_in=True)
