"""What every test may use."""

from tests.plugins.catalogues import see_catalogues
from tests.plugins.database import django_db_setup

__all__ = ["django_db_setup"]


def pytest_configure() -> None:
    """Compile the translations, which are not committed in compiled form."""
    see_catalogues()
