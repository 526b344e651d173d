"""Makes `.venv` from the hashed locks and continues in it; standard library alone."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from config.launcher.errors import ROOT, VAR, WHOSE, CannotStart, check_space, explain_output, is_network

Kind = Literal["local", "test"]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "viis-lock.json"
REQUIREMENTS = ROOT / "requirements"
NEEDED_BYTES = 700_000_000
# Handed to the re-executed process, so that the demo can report the first stage's time.
SECONDS = "VIIS_ENVIRONMENT_SECONDS"


def enter(wanted: Kind) -> None:
    """Continue in an environment that holds the lock; returns only inside it."""
    if os.environ.get("VIIS_NO_BOOTSTRAP") == "1" or _is_made_by_hand():
        return
    started = time.monotonic()
    kind: Kind = "test" if "test" in (wanted, _stamp().get("kind")) else "local"
    if _stamp() != _wish(kind):
        check_folder()
        with _one_at_a_time():
            if _stamp() != _wish(kind):
                _install(kind)
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.environ[SECONDS] = f"{time.monotonic() - started:.1f}"
        sys.stdout.flush()
        os.execv(PYTHON, [str(PYTHON), *sys.argv])


def check_folder() -> None:
    """Raise CannotStart when the folder is another user's, or nearly full."""
    for place in (ROOT, VENV, VAR):
        if place.exists() and not os.access(place, os.W_OK | os.X_OK):
            raise CannotStart(f"{place} belongs to {_owner(place)} and you may not write there: {WHOSE}")
    check_space(ROOT, NEEDED_BYTES)


def _owner(place: Path) -> str:
    try:
        return f"the user {place.owner()}"
    except KeyError:
        return f"the user number {place.stat().st_uid}"


def _is_made_by_hand() -> bool:
    """Whether this already runs in a `.venv` that no run of this launcher has made."""
    return Path(sys.prefix).resolve() == VENV.resolve() and not STAMP.exists()


def _stamp() -> dict[str, str]:
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text()) if PYTHON.exists() else {}
    except (OSError, ValueError):
        return {}
    return stamp


def _wish(kind: Kind) -> dict[str, str]:
    locks = (REQUIREMENTS / f"{kind}.txt").read_bytes() + (REQUIREMENTS / "bootstrap.txt").read_bytes()
    return {"kind": kind, "digest": hashlib.sha256(locks).hexdigest(), "place": str(VENV)}


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Hold the lock of this folder's environment; it falls with the process, however that ends."""
    with (VENV.parent / ".venv.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another start is making the environment; waiting for it.", flush=True)
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _install(kind: Kind) -> None:
    print(
        f"Making the environment in {VENV.name} from requirements/{kind}.txt (needs the network).", flush=True
    )
    # Gone first: a run that is killed from here on starts over instead of trusting half an environment.
    STAMP.unlink(missing_ok=True)
    uv = _make_venv()
    lock = REQUIREMENTS / f"{kind}.txt"
    quick = [*uv, "pip", "sync", "--require-hashes", "--python", str(PYTHON), "--system-certs", str(lock)]
    done = _run(quick) if uv else None
    if done is None or done.returncode != 0:
        plain = _run([str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps", "-r", str(lock)])
        if plain.returncode != 0:
            raise CannotStart(explain_output(plain.stdout, what="Installing the packages"))
    STAMP.write_text(json.dumps(_wish(kind)))


def _make_venv() -> list[str]:
    """Make `.venv` where it is missing or broken, and return the command that calls uv (empty: only pip)."""
    base = getattr(sys, "_base_executable", "") or sys.executable
    if (
        not PYTHON.exists()
        or _run([str(PYTHON), "-c", "import sys; assert sys.version_info >= (3, 11)"]).returncode
    ):
        made = _run([base, "-m", "venv", "--clear", str(VENV)])
        if made.returncode != 0:
            return _make_venv_without_pip(base, made.stdout)
    tools = VENV / "tools"
    if not (tools / "bin" / "uv").exists():
        lock = str(REQUIREMENTS / "bootstrap.txt")
        pip = [
            str(PYTHON),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--retries",
            "2",
            "--require-hashes",
            "--upgrade",
        ]
        done = _run([*pip, "--target", str(tools), "-r", lock])
        if done.returncode != 0 and is_network(done.stdout):
            raise CannotStart(explain_output(done.stdout, what="Installing the packages"))
        if done.returncode != 0:
            return []
    return [str(tools / "bin" / "uv")]


def _make_venv_without_pip(base: str, output: str) -> list[str]:
    """Debian's bare python3 has no pip to put into a new environment; a uv on the machine will do."""
    uv = shutil.which("uv")
    if uv and _run([base, "-m", "venv", "--clear", "--without-pip", str(VENV)]).returncode == 0:
        return [uv]
    if "ensurepip" in output or "No module named venv" in output:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise CannotStart(
            f"This Python cannot make environments: install its venv module (Debian and Ubuntu: "
            f"`apt-get install {package}`) and run the command again."
        )
    raise CannotStart(explain_output(output, what=f"Making {VENV}"))


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONHOME", "PYTHONPATH")}
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        cwd=ROOT,
        env=environment,
    )
