from pathlib import Path
import zipfile

import pytest

from scripts.lib import release


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with one file, whose git knows it and two tags."""
    folder = tmp_path / release.INTEGRATION
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text('{"version": "1.2.0"}', encoding="utf-8")
    (tmp_path / "hacs.json").write_text('{"filename": "point.zip"}', encoding="utf-8")
    answers = {
        "ls-files": [f"{release.INTEGRATION}/manifest.json"],
        "tag": ["1.2.0", "1.1.0", "1.0.0"],
        "log": ["Second", "First"],
    }

    def git(command: str, *arguments: str) -> list[str]:
        if command == "log":
            assert "1.1.0..HEAD" in arguments
        return answers[command]

    monkeypatch.setattr(release, "ROOT", tmp_path)
    monkeypatch.setattr(release, "git", git)
    return tmp_path


def test_builds_the_archive_and_the_changelog(project: Path) -> None:
    assert release.main(["1.2.0"]) == 0
    with zipfile.ZipFile(project / "dist" / "point.zip") as archive:
        assert archive.namelist() == ["manifest.json"]
        assert archive.read("manifest.json") == b'{"version": "1.2.0"}'
    text = (project / "dist" / "changelog.md").read_text(encoding="utf-8")
    assert text == "Changes since 1.1.0:\n\n* Second\n* First\n"


def test_the_same_files_make_the_same_archive(project: Path) -> None:
    release.main([])
    first = (project / "dist" / "point.zip").read_bytes()
    (project / release.INTEGRATION / "manifest.json").touch()
    release.main([])
    assert (project / "dist" / "point.zip").read_bytes() == first


def test_refuses_a_tag_that_is_not_the_version(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert release.main(["1.3.0"]) == 1
    assert "The manifest says 1.2.0" in capsys.readouterr().err
    assert not (project / "dist").exists()


def test_the_first_release_tells_everything() -> None:
    assert release.changelog("1.0.0", ["1.0.0"], ["First"]) == "Changes:\n\n* First\n"


def test_knows_what_git_has() -> None:
    assert f"{release.INTEGRATION}/manifest.json" in release.git("ls-files", release.INTEGRATION)
