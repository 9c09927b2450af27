"""Database servers in a temporary folder, started as an unprivileged user, on a socket only."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
import os
from pathlib import Path
import pwd
import shutil
import subprocess
from tempfile import TemporaryDirectory
import time
from typing import Any, Protocol
from urllib.parse import quote

import sqlalchemy
from sqlalchemy.exc import SQLAlchemyError

SECONDS_TO_START = 60
SECONDS_TO_STOP = 30
USER = "nobody"
"""Runs the servers if the benchmark is run by root, as PostgreSQL refuses to be run by root."""
PROGRAMS = ("/usr/lib/postgresql/*/bin", "/usr/sbin", "/usr/bin")


class UnavailableError(Exception):
    """A database is not available on this machine. The message is the reason."""


class Database(Protocol):
    """A kind of database."""

    name: str

    def url(self, name: str) -> str:
        """Return the URL of a new, empty database."""


class Sqlite:
    """SQLite, in files of a folder."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def url(self, name: str) -> str:
        """Return the URL of a new, empty database."""
        return f"sqlite:///{self._folder / name}.db"


class Server:
    """A running database server. `root`: URL of its first database."""

    def __init__(self, name: str, root: str, new: str) -> None:
        self.name = name
        self._root = root
        self._new = new
        self._engine = sqlalchemy.create_engine(root, isolation_level="AUTOCOMMIT")

    def version(self) -> str:
        """Return the version of the server. Raises SQLAlchemyError while it starts."""
        with self._engine.connect() as connection:
            return str(connection.execute(sqlalchemy.text("SELECT version()")).scalar())

    def url(self, name: str) -> str:
        """Return the URL of a new, empty database."""
        with self._engine.connect() as connection:
            connection.execute(sqlalchemy.text(self._new.format(name)))
        url = sqlalchemy.make_url(self._root).set(database=name)
        return url.render_as_string(hide_password=False)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


@contextmanager
def postgresql() -> Iterator[Server]:
    """Run PostgreSQL. Raises UnavailableError."""
    with ExitStack() as stack:
        folder = stack.enter_context(_folder())
        data = folder / "data"
        _run([_program("initdb"), "-D", data, "-U", "ha", "-A", "trust", "-E", "UTF8"], folder)
        # The socket's folder; no address.
        command: list[str | Path] = [
            _program("postgres"),
            "-D",
            data,
            "-k",
            folder,
            "-c",
            "listen_addresses=",
        ]
        root = f"postgresql://ha@/postgres?host={quote(str(folder), safe='')}"
        yield stack.enter_context(
            _running("PostgreSQL", command, folder, root, "CREATE DATABASE {}")
        )


@contextmanager
def mariadb() -> Iterator[Server]:
    """Run MariaDB. Raises UnavailableError."""
    with ExitStack() as stack:
        folder = stack.enter_context(_folder())
        data, socket = f"--datadir={folder / 'data'}", folder / "mariadb.sock"
        install = [_program("mariadb-install-db"), "--no-defaults", data, "--skip-test-db"]
        _run([*install, "--auth-root-authentication-method=normal"], folder)
        command = [_program("mariadbd"), "--no-defaults", data, "--skip-networking"]
        command += [f"--socket={socket}", f"--pid-file={folder / 'mariadb.pid'}"]
        root = f"mysql+pymysql://root@localhost/mysql?unix_socket={socket}&charset=utf8mb4"
        yield stack.enter_context(
            _running("MariaDB", command, folder, root, "CREATE DATABASE {} CHARACTER SET utf8mb4")
        )


@contextmanager
def _folder() -> Iterator[Path]:
    """Create a folder that belongs to the user who runs the servers."""
    with TemporaryDirectory(prefix="point-") as name:
        if os.geteuid() == 0:
            shutil.chown(name, USER)
        yield Path(name)


@contextmanager
def _running(
    name: str, command: Sequence[str | Path], folder: Path, root: str, new: str
) -> Iterator[Server]:
    """Start a server, and wait until it accepts connections."""
    try:
        server = Server(name, root, new)
    except ModuleNotFoundError as error:
        raise UnavailableError(f"the Python driver {error.name} is missing") from error
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, **_unprivileged(folder))  # noqa: S603 # ours
    try:
        end = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                server.version()
            except SQLAlchemyError as error:
                if process.poll() is not None or time.monotonic() > end:
                    last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-1:]
                    raise UnavailableError(f"the server does not start: {last}") from error
                time.sleep(0.2)
            else:
                break
        yield server
    finally:
        server.close()
        process.terminate()
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _run(command: Sequence[str | Path], folder: Path) -> None:
    """Run a program to its end. Raises UnavailableError."""
    result = subprocess.run(  # noqa: S603 # ours
        command, capture_output=True, check=False, text=True, **_unprivileged(folder)
    )
    if result.returncode:
        last = (result.stderr or result.stdout).strip().splitlines()[-1:]
        raise UnavailableError(f"{Path(command[0]).name} failed: {last}")


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Return options of `subprocess` that run a program in a folder, not as root."""
    options: dict[str, Any] = {"cwd": folder}
    if os.geteuid() == 0:
        user = pwd.getpwnam(USER)
        options |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return options


def _program(name: str) -> str:
    """Return the path of a program, newest version first. Raises UnavailableError."""
    folders = [
        str(folder)
        for pattern in PROGRAMS
        for folder in sorted(Path("/").glob(pattern.removeprefix("/")), reverse=True)
    ]
    if found := shutil.which(name, path=os.pathsep.join(folders)):
        return found
    raise UnavailableError(f"the program {name} is missing")
