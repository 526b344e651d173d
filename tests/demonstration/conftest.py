"""The processes to practise on, loaded and deployed as the demo does it, and away again after the test."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.management import call_command

import processes.bpmn
from engine import catalog, handlers
from processes.apps import discover
from tests.web.conftest import seeded, visit

__all__ = ["seeded", "visit"]

FOLDER = Path(project.BASE_DIR) / "processes" / "demonstration"


@pytest.fixture
def practice(settings, tmp_path, seeded, db) -> Iterator[Path]:
    """The folder of the processes to practise on, deployed."""
    settings.DEMONSTRATION_PROCESSES_DIR = FOLDER
    settings.VAR_DIR = tmp_path
    settings.DEMO = True
    before, path = dict(handlers._handlers), list(processes.bpmn.__path__)
    discover(FOLDER)
    call_command("deploy_processes", verbosity=0, skip_checks=True)
    yield FOLDER
    handlers._handlers.clear()
    handlers._handlers.update(before)
    processes.bpmn.__path__[:] = path
    for name in [name for name in sys.modules if name.startswith("processes.bpmn.sample_")]:
        del sys.modules[name]
    catalog.forget()
