"""What scripts/release makes: the archive and the text of a release."""

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from scripts.lib.release import INTEGRATION, ROOT, archive_name, changes, main, manifest_version

CHANGELOG = """\
# Changes

## 1.1.0

* New.

## 1.0.0

Old,

on two lines.
"""


@pytest.fixture
def cached() -> Iterator[str]:
    """Return the name of a file in the integration's folder that Python has left there."""
    cache = ROOT / INTEGRATION / "__pycache__" / "release_test.pyc"
    cache.parent.mkdir(exist_ok=True)
    cache.touch()
    yield cache.name
    cache.unlink()


def test_the_same_commit_gives_the_same_archive_without_caches(tmp_path: Path, cached: str) -> None:
    archives = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        assert main(["--to", str(folder)]) == 0
        archives.append((folder / archive_name()).read_bytes())
    assert archives[0] == archives[1]
    with ZipFile(tmp_path / "a" / archive_name()) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert {"manifest.json", "config_flow.py", "minut/client.py"} <= set(names)
    assert not [name for name in names if cached in name or name.startswith(("/", "."))]


def test_the_text_is_what_users_are_told_of_this_version(tmp_path: Path) -> None:
    assert main([manifest_version(), "--to", str(tmp_path)]) == 0
    text = (tmp_path / "changelog.md").read_text(encoding="utf-8")
    assert text
    assert text in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "\n## " not in text


@pytest.mark.parametrize(
    ("version", "text"),
    [("1.1.0", "* New.\n"), ("1.0.0", "Old,\n\non two lines.\n"), ("1.0", None)],
)
def test_a_version_has_its_own_part(version: str, text: str | None) -> None:
    assert changes(version, CHANGELOG) == text


def test_a_version_that_is_not_the_manifests_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["99.0.0", "--to", str(tmp_path)]) == 1
    assert manifest_version() in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_version_of_which_nothing_is_said_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.lib.release.changes", lambda _version, _changelog: None)
    assert main(["--to", str(tmp_path)]) == 1
    assert "CHANGELOG.md" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
