"""`manage.py test`: the whole suite on a throw-away PostgreSQL, browser tests included."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from config.launcher import chromium
from config.launcher.database import check_given, database, is_given
from config.launcher.errors import ROOT
from config.launcher.stages import stage

# The suite `servers` needs the servers of a machine and is run by .ci/run; `--full` adds the long searches.
WITHOUT_SERVERS = "not servers"
WITHOUT_SLOW = f"{WITHOUT_SERVERS} and not slow"
FULL = "--full"
# A file of tests stays together, and tests of the database come before those that need none, as pytest-django
# sorts them; no more processes than the server has connections for. `-n 0` runs all in one.
TOGETHER = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder"]


def main(arguments: list[str]) -> int:
    """Run pytest with the arguments and return its status; 1 when the browser tests could not run.

    `--full` runs the long random searches too: some twenty minutes more on two processors.
    """
    suite = WITHOUT_SERVERS if FULL in arguments else WITHOUT_SLOW
    arguments = [argument for argument in arguments if argument != FULL]
    with stage("browser"):
        browser = chromium.find() or chromium.install()
    if browser:
        os.environ["VIIS_CHROMIUM"] = browser
    selection = suite if browser else f"{suite} and not browser"
    status = _on_a_database(["-m", selection, *arguments])
    if not browser:
        print(
            f"\nThe browser tests did not run: there is no Chromium. Type: {chromium.ADVICE}", file=sys.stderr
        )
        return 1
    return status


def _on_a_database(arguments: list[str]) -> int:
    if is_given():
        check_given()
        return _pytest(arguments)
    folder = Path(tempfile.mkdtemp(prefix="viis-test-"))
    try:
        with ExitStack() as opened:
            with stage("throw-away database"):
                opened.enter_context(database(folder))
            return _pytest(arguments)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pytest(arguments: list[str]) -> int:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    command = [sys.executable, "-m", "pytest", *TOGETHER, *arguments]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        # The terminal sends Ctrl-C to pytest as well, which reports and ends; a polite kill is passed on.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: process.send_signal(signal.SIGINT))
        return process.wait()
