"""The demo's outbox: the mail that people would have received."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.demo_codes import code_tails
from web.demo import is_demo
from web.mail_text import Piece, pieces_of
from web.pages import render

SHOWN = 100
# Django's file backend closes each mail with a line of hyphens.
_END_OF_MAIL = re.compile(rb"^-{79}\r?\n", re.MULTILINE)
_TOKEN = re.compile(r"/saite/([\w-]{20,})/?\Z")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that was sent; `code_tail` is what the demo's visitor types after its one-time link."""

    to: str
    subject: str
    at: datetime | None
    pieces: tuple[Piece, ...]
    attachments: tuple[str, ...]
    code_tail: str = ""

    @property
    def token(self) -> str:
        """Of the one-time link in it, if there is one."""
        found = (_TOKEN.search(piece.address) for piece in self.pieces)
        return next((match[1] for match in found if match), "")


@never_cache
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """The mail that the demo would have sent, newest first; it stays on this machine."""
    if not is_demo():
        raise Http404
    mails = sent_mail(SHOWN)
    tails = code_tails(mail.token for mail in mails if mail.token)
    told = [replace(mail, code_tail=tails.get(mail.token, "")) for mail in mails]
    return render(request, "outbox.html", {"mails": told})


def sent_mail(limit: int) -> list[Mail]:
    """The newest mails in the folder that the file backend writes to; none where mail goes elsewhere."""
    if not settings.EMAIL_FILE_PATH:
        return []
    folder = Path(settings.EMAIL_FILE_PATH)
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    mails: list[Mail] = []
    for file in files[:limit]:
        # What was sent over one connection stands in one file, the oldest first.
        sent = [part for part in _END_OF_MAIL.split(file.read_bytes()) if part.strip()]
        mails += [_mail(message_from_bytes(part, policy=modern)) for part in reversed(sent)]
    return mails[:limit]


def _mail(message: EmailMessage) -> Mail:
    body = message.get_body(("plain",))
    text = body.get_content().strip() if body else ""
    attachments = tuple(part.get_filename() or "" for part in message.iter_attachments())
    date = message["date"]
    return Mail(
        to=str(message["to"] or ""),
        subject=str(message["subject"] or ""),
        at=_moment(str(date)) if date else None,
        pieces=pieces_of(text),
        attachments=attachments,
    )


def _moment(text: str) -> datetime:
    moment = parsedate_to_datetime(text)
    # `-0000` is UTC whose place nobody knows; Python then leaves the zone out.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
