"""The demo and a developer's machine: plain http on this machine only."""

import os

from .base import *  # noqa: F403

DEBUG = False
# Demo people may sign in with the passwords that the demo prints.
DEMO = True
# Invented people with known passwords: never where real ones work.
SEED_ALLOWED = True
DEMONSTRATION_PROCESSES_DIR = BASE_DIR / "processes" / "demonstration"  # noqa: F405
CLOCK_MAY_MOVE = True
WEBHOOKS_TO_THIS_MACHINE = True
SECRET_KEY = os.environ.get("SECRET_KEY", "development-only")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
METRICS_TOKEN = ""
AUDIT_SEAL_KEY = AUDIT_SEAL_KEY or VAR_DIR / "audit-seal.pem"  # noqa: F405
AUDIT_SEAL_KEY_MADE = True
# Mail is read on the demo's outbox page; nothing leaves the machine.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"  # noqa: F405
# Static files come from where they are written; nothing is collected.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
