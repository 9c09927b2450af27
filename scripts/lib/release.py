"""Builds the archive of a release from the files in git, and its text from CHANGELOG.md."""

from argparse import ArgumentParser
from collections.abc import Iterable
import json
from pathlib import Path
import re
import subprocess
import sys
import zipfile

ROOT = Path(__file__).parents[2]
INTEGRATION = "custom_components/point"
# The earliest time of the format: the same commit always gives the same archive.
NO_TIME = (1980, 1, 1, 0, 0, 0)
FILE = 0o100644 << 16


def tracked() -> list[str]:
    """Return the files of the integration in git."""
    command = ["git", "-C", str(ROOT), "ls-files", INTEGRATION]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return text.splitlines()


def manifest_version() -> str:
    """Return the version in the manifest."""
    text = (ROOT / INTEGRATION / "manifest.json").read_text(encoding="utf-8")
    version: str = json.loads(text)["version"]
    return version


def archive_name() -> str:
    """Return the name of the archive that HACS expects."""
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


def changes(version: str, changelog: str) -> str | None:
    """Return the section of CHANGELOG.md about a version; None if there is none."""
    heading = re.escape(version)
    found = re.search(rf"^## {heading}\n+(.+?)\s*(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    return f"{found[1]}\n" if found else None


def main(arguments: list[str]) -> int:
    """Build both; return 1 if the version is not the manifest's or has no changelog."""
    parser = ArgumentParser(prog="scripts/release")
    parser.add_argument("version", nargs="?", default=manifest_version())
    parser.add_argument("--to", type=Path, default=ROOT / "dist")
    wanted = parser.parse_args(arguments)
    version: str = wanted.version
    if version != manifest_version():
        print(f"✗ The manifest says {manifest_version()}, not {version}", file=sys.stderr)
        return 1
    text = changes(version, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    if text is None:
        print(f"✗ CHANGELOG.md has no section ## {version}", file=sys.stderr)
        return 1
    folder: Path = wanted.to
    folder.mkdir(parents=True, exist_ok=True)
    build(folder / archive_name(), tracked())
    (folder / "changelog.md").write_text(text, encoding="utf-8")
    print(f"✓ {archive_name()} and changelog.md in {folder} are release {version}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
