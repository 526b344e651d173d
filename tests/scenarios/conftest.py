"""The scenario plugin, for the tests in this folder."""

from tests.plugins.scenarios import drawings, pytest_generate_tests, seeded

__all__ = ["drawings", "pytest_generate_tests", "seeded"]
