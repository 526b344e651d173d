"""The demo's settings with mail that lands in files, where the run reads the one-time links."""

import os

from config.settings.development import *  # noqa: F403

EMAIL_BACKEND = "tests.chaos.post.Post"
EMAIL_FILE_PATH = os.environ["CHAOS_MAIL"]
