"""Finds Chromium for the browser tests; as root on Debian it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BUNDLES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
ADVICE = "sudo apt-get install -y --no-install-recommends chromium"
LOCK_SECONDS = 300


def find() -> str:
    """The path of Chromium, or nothing; VIIS_CHROMIUM names another one."""
    if chosen := os.environ.get("VIIS_CHROMIUM"):
        return chosen if os.access(chosen, os.X_OK) else ""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return next((path for path in BUNDLES if os.access(path, os.X_OK)), "")


def install() -> str:
    """Install Chromium as root on Debian; the path of it, or nothing where that does not work."""
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists() or not shutil.which("apt-get"):
        return ""
    apt = ["apt-get", "-o", f"DPkg::Lock::Timeout={LOCK_SECONDS}"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run(
            [*apt, *arguments], stdin=subprocess.DEVNULL, capture_output=True, check=False, env=environment
        )
    return find()
