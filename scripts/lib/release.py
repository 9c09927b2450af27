"""Builds the archive and the changelog of a release from what git has."""

from collections.abc import Iterable
import json
from pathlib import Path
import subprocess
import sys
import zipfile

ROOT = Path(__file__).parents[2]
INTEGRATION = "custom_components/point"
# The earliest that the format knows. The same commit always gives the same archive.
NO_TIME = (1980, 1, 1, 0, 0, 0)
FILE = 0o100644 << 16


def git(*arguments: str) -> list[str]:
    """Return the lines that git prints."""
    command = ["git", "-C", str(ROOT), *arguments]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return text.splitlines()


def manifest_version() -> str:
    """Return the version that Home Assistant shows."""
    text = (ROOT / INTEGRATION / "manifest.json").read_text(encoding="utf-8")
    version: str = json.loads(text)["version"]
    return version


def archive_name() -> str:
    """Return the name under which the archive is looked for."""
    name: str = json.loads((ROOT / "hacs.json").read_text(encoding="utf-8"))["filename"]
    return name


def build(archive: Path, files: Iterable[str]) -> None:
    """Write the archive; the integration's own folder is its root."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as content:
        for file in sorted(files):
            member = zipfile.ZipInfo(file.removeprefix(f"{INTEGRATION}/"), NO_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = FILE
            content.writestr(member, (ROOT / file).read_bytes())


def changelog(version: str, tags: Iterable[str], subjects: Iterable[str]) -> str:
    """Return the release's text: what was done since the release before it."""
    former = next((tag for tag in tags if tag != version), None)
    since = f" since {former}" if former else ""
    return "\n".join([f"Changes{since}:", "", *(f"* {subject}" for subject in subjects), ""])


def main(arguments: list[str]) -> int:
    """Build both; 1 when the wanted version is not the manifest's."""
    version = manifest_version()
    if arguments and arguments[0] != version:
        print(f"✗ The manifest says {version}, not {arguments[0]}", file=sys.stderr)
        return 1
    folder = ROOT / "dist"
    folder.mkdir(exist_ok=True)
    build(folder / archive_name(), git("ls-files", INTEGRATION))
    tags = git("tag", "--merged", "HEAD", "--sort=-version:refname")
    former = [f"{tag}..HEAD" for tag in tags if tag != version][:1] or ["HEAD"]
    subjects = git("log", "--no-merges", "--format=%s", *former)
    (folder / "changelog.md").write_text(changelog(version, tags, subjects), encoding="utf-8")
    print(f"✓ dist/{archive_name()} and dist/changelog.md are release {version}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
