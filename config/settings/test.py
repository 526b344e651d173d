"""The test suite: like development, on a database that the owner's role makes."""

from .base import DATABASE_OWNER_URL, DATABASE_URL, database
from .development import *  # noqa: F403

# Only the owner may make databases; tests of the roles connect as the application themselves.
DATABASES = {"default": database(DATABASE_OWNER_URL or DATABASE_URL)}
CELERY_BROKER_URL = ""
# The suite looks at what production has; the tests of the samples deploy them themselves.
DEMONSTRATION_PROCESSES_DIR = None
# Every test client makes its own handler: files are looked for when asked for, not listed each time.
WHITENOISE_AUTOREFRESH = True
SECRET_KEY = "test-only"  # noqa: S105
# The mail of a demonstration that was started in this folder is not the suite's.
EMAIL_FILE_PATH = VAR_DIR / "no-mail"  # noqa: F405
