"""Delivers mail into a folder: each mail a file of its own that is there whole or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Post(BaseEmailBackend):
    """What a mail server has accepted stays accepted, whoever is killed next."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Put every mail into the folder."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = uuid.uuid4().hex
            half = folder / f"{name}.half"
            half.write_bytes(message.message().as_bytes())
            half.rename(folder / f"{name}.eml")
        return len(email_messages)
