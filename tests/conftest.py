"""What every test may use."""

from config.launcher.catalogues import compile_all


def pytest_configure() -> None:
    """Compile the translations, which are not committed in compiled form."""
    compile_all()
