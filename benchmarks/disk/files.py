"""What Home Assistant has written: its storage files, and its recorder's database."""

from contextlib import closing
from pathlib import Path
import sqlite3

from custom_components.point.const import DOMAIN

DATABASE = "home-assistant_v2.db"
TABLES = {
    "states": ("states",),
    "events": ("events",),
    "statistics": ("statistics", "statistics_short_term"),
}


class StorageFiles:
    """Counts the writes of the files in `.storage`, each of which replaces the whole file.

    It has to look more often than a file is written: of two writes it sees only the second.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / ".storage"
        self._seen = self._versions()
        self.writes = self.store_bytes = self.other_bytes = 0

    def look(self) -> None:
        """Count the files that were written since the last look."""
        versions = self._versions()
        for name, version in versions.items():
            if self._seen.get(name) == version:
                continue
            if name.startswith(f"{DOMAIN}."):
                self.writes += 1
                self.store_bytes += version[2]
            else:
                self.other_bytes += version[2]
        self._seen = versions

    def _versions(self) -> dict[str, tuple[int, int, int]]:
        """Return inode, time of change and size of each file."""
        found = {}
        for file in self._folder.iterdir():
            try:
                status = file.stat()
            except FileNotFoundError:  # a temporary file that has replaced another one meanwhile
                continue
            if not file.name.startswith("tmp"):
                found[file.name] = (status.st_ino, status.st_mtime_ns, status.st_size)
        return found


def database(folder: Path) -> dict[str, int]:
    """Return the number of rows by kind, and the size of the database in bytes.

    Committed transactions count, whether or not they have reached the main file.
    """
    address = f"file:{folder / DATABASE}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as connection:

        def number(query: str) -> int:
            value: int = connection.execute(query).fetchone()[0]
            return value

        rows = {
            kind: sum(number(f"SELECT COUNT(*) FROM {table}") for table in tables)  # noqa: S608 # ours
            for kind, tables in TABLES.items()
        }
        return rows | {"size": number("PRAGMA page_count") * number("PRAGMA page_size")}
