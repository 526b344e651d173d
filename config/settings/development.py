"""The demo and a developer's machine: plain http on this machine only."""

import os

from .base import *  # noqa: F403

DEBUG = False
# Demo people may sign in with the passwords that the demo prints.
DEMO = True
CLOCK_MAY_MOVE = True
SECRET_KEY = os.environ.get("SECRET_KEY", "development-only")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
METRICS_TOKEN = ""
# Mail is read in the demo's outbox, which shows the rows; nothing leaves the machine.
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
