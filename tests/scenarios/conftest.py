"""The scenario plugin, for the tests in this folder."""

from tests.plugins.scenarios import drawings, pytest_generate_tests, pytest_terminal_summary, seeded

__all__ = ["drawings", "pytest_generate_tests", "pytest_terminal_summary", "seeded"]
