"""What can keep the product from starting; every message is one sentence that says what to do."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# What runs leave behind: database, logs, secret key; the tests use a folder of their own.
VAR = Path(os.environ.get("VIIS_VAR") or ROOT / "var")
NETWORK_SIGNS = (
    "name resolution",
    "failed to resolve",
    "dns error",
    "network is unreachable",
    "connection refused",
    "connecterror",
    "max retries exceeded",
    "connection timed out",
    "operation timed out",
    "tunnel error",
    "proxyerror",
    "error sending request",
    "no matching distribution found",
)
FULL = "The disk is full (`df -h` shows which): free about 1 GB and run the command again."
WHOSE = "run the command as the user who owns the folder, or clone the repository into a folder of your own."


class CannotStart(Exception):
    """The product cannot start; the message says why and what to do."""


def explain(error: OSError) -> str:
    """The sentence for an error of the operating system."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FULL
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{error.filename or ROOT} may not be written by you: {WHOSE}"
    return f"{error.strerror or error} ({error.filename or ROOT}): mend that and run the command again."


def check_space(folder: Path, needed: int) -> None:
    """Raise CannotStart when the disk that holds the folder has fewer bytes left than are needed."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise CannotStart(
            f"The disk that holds {folder} has {free // 1_000_000} MB left and about "
            f"{needed // 1_000_000} MB are needed: free some and run the command again."
        )


def is_network(output: str) -> bool:
    """Whether what a program printed says that it did not reach the network."""
    return any(sign in output.lower() for sign in NETWORK_SIGNS)


def explain_output(output: str, *, what: str) -> str:
    """The sentence for a failed installer or server, read from what it printed."""
    text = output.lower()
    if "no space left" in text or "disk quota" in text:
        return FULL
    if "permission denied" in text:
        return f"{what} was refused a file in {ROOT}: {WHOSE}"
    if "hashes" in text and ("mismatch" in text or "do not match" in text):
        return f"{what} met a package that differs from its recorded hash: do not go on, and report it."
    if is_network(output):
        return (
            f"{what} needs the network once and did not reach the package registry: "
            "connect, or set your proxy (HTTPS_PROXY) or mirror, and run the command again."
        )
    last = next(
        (line.strip() for line in reversed(output.splitlines()) if line.strip()), "it printed nothing"
    )
    return f"{what} failed ({last[:300]}): mend that and run the command again."
