"""Finds the process folders and loads their handlers; nothing lists them."""

import importlib
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings

import processes.bpmn


class ProcessesConfig(AppConfig):
    """The application `processes`."""

    name = "processes"

    def ready(self) -> None:
        """Register the handlers of `processes/shared.py` and of every folder."""
        if (Path(__file__).parent / "shared.py").exists():
            importlib.import_module("processes.shared")
        discover(Path(settings.PROCESSES_DIR))
        if settings.DEMONSTRATION_PROCESSES_DIR is not None:
            discover(Path(settings.DEMONSTRATION_PROCESSES_DIR))


def discover(directory: Path) -> tuple[str, ...]:
    """Import `handlers.py` of every process folder in a directory; the names of the folders found."""
    if str(directory) not in processes.bpmn.__path__:
        processes.bpmn.__path__.append(str(directory))
    importlib.invalidate_caches()
    folders = sorted({diagram.parent for diagram in directory.glob("*/*.bpmn")})
    for folder in folders:
        if (folder / "handlers.py").exists():
            importlib.import_module(f"processes.bpmn.{folder.name}.handlers")
    return tuple(folder.name for folder in folders)
