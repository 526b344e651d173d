"""The demo's settings with mail that lands in files, where the run reads the one-time links, and errands."""

import os

from config.settings.development import *  # noqa: F403
from config.settings.development import INSTALLED_APPS as PRODUCT

INSTALLED_APPS = [*PRODUCT, "tests.chaos.errands"]
EMAIL_BACKEND = "tests.chaos.post.Post"
EMAIL_FILE_PATH = os.environ["CHAOS_MAIL"]
