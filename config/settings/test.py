"""The test suite: fast hashing off the table only where a test does not look at it."""

from .development import *  # noqa: F403
