"""What HACS's action checks of a repository, offline."""

from awesomeversion import AwesomeVersion

from custom_components.point.const import DOMAIN

from .shipped import MANIFEST, ROOT, read


def test_hacs_json_has_only_known_keys() -> None:
    known = {"name", "content_in_root", "country", "filename", "hacs", "hide_default_branch"}
    known |= {"homeassistant", "persistent_directory", "render_readme", "zip_release"}
    hacs = read(ROOT / "hacs.json")
    assert hacs.keys() <= known
    assert hacs["name"] == MANIFEST["name"]
    assert hacs["zip_release"] is True
    assert hacs["filename"] == "point.zip"
    assert AwesomeVersion(hacs["homeassistant"]).valid


def test_repository_holds_one_integration_and_a_readme() -> None:
    folders = [path.name for path in (ROOT / "custom_components").iterdir() if path.is_dir()]
    assert [name for name in folders if name != "__pycache__"] == [DOMAIN]
    assert (ROOT / "README.md").stat().st_size > 1000
    assert "MIT License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
