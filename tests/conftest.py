"""What every test may use."""

from pathlib import Path

import pytest

from tests.plugins.catalogues import see_catalogues
from tests.plugins.database import django_db_setup
from tests.plugins.summary import pytest_sessionfinish, pytest_terminal_summary, pytest_testnodedown

__all__ = ["django_db_setup", "pytest_sessionfinish", "pytest_terminal_summary", "pytest_testnodedown"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the drawings of what the scenarios cover go, if anywhere."""
    told = "write the diagram of each process, coloured by what its scenarios cover, as SVG into this folder"
    parser.addoption("--scenario-drawings", type=Path, metavar="FOLDER", help=told)


def pytest_configure() -> None:
    """Compile the translations, which are not committed in compiled form."""
    see_catalogues()
