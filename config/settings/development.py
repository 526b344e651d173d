"""The demo and a developer's machine: plain http on this machine only."""

from .base import *  # noqa: F403

DEBUG = False
SECRET_KEY = "development-only"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
