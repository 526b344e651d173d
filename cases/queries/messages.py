"""A person's own messages: the archive with search, how many are unread, one as it was sent."""

from collections.abc import Iterable
from uuid import UUID

from accounts.scope import Scope
from cases import audit, permissions
from cases.errors import NotFound
from cases.models import Message, MessageDigest
from cases.notifications.kinds import MESSAGE_KINDS, kinds_in, render
from cases.notifications.mailing import language_of
from engine.models import Task
from registries.text import search_words

from .cursors import turned
from .queues import CAP
from .views.messages import DigestView, MessageFilters, MessagePage, MessageRow, MessageView

MOST_UNREAD = 100
_LISTED = (
    "public_id", "kind", "subject", "delivery", "created_at", "sent_at", "read_at",
    "case__public_id", "case__number",
)  # fmt: skip


def unread_count(scope: Scope) -> int:
    """How many messages this person has not read; counting stops at 100."""
    if scope.person_id is None or scope.actor.channel == "link":
        return 0
    return Message.objects.filter(recipient_id=scope.person_id, read_at=None)[:MOST_UNREAD].count()


def messages_list(
    scope: Scope, filters: MessageFilters | None = None, cursor: str | None = None, limit: int = 25
) -> MessagePage:
    """A page of one's own messages, newest first; a search is recorded with what it found."""
    filters = filters or MessageFilters()
    chosen = Message.objects.visible_to(scope).filter(recipient_id=scope.person_id)
    if filters.unread:
        chosen = chosen.filter(read_at=None)
    if filters.group:
        chosen = chosen.filter(kind__in=kinds_in(filters.group))
    if filters.case:
        chosen = chosen.filter(case__public_id=filters.case)
    for word in search_words(filters.q):
        chosen = chosen.filter(search_key__contains=word)
    page = turned(chosen.select_related("case").only(*_LISTED), cursor, limit)
    found = [str(row.public_id) for row in page.rows]
    audit.record_list(scope.actor, "messages", filters.q, found, persons=[scope.person_id] if found else [])
    return MessagePage(
        items=tuple(_rows(page.rows)),
        next_cursor=page.next_cursor,
        previous_cursor=page.previous_cursor,
        count=chosen.order_by()[:CAP].count(),
    )


def _rows(messages: Iterable[Message]) -> Iterable[MessageRow]:
    return [_row(message) for message in messages]


def _row(message: Message) -> MessageRow:
    kind = MESSAGE_KINDS.get(message.kind)
    title_lv, title_en = (kind.title_lv, kind.title_en) if kind else (message.kind, message.kind)
    return MessageRow(
        public_id=message.public_id,
        kind=message.kind,
        group=str(kind.group) if kind else "",
        title_lv=title_lv,
        title_en=title_en,
        subject=message.subject,
        delivery=message.delivery,
        created_at=message.created_at,
        sent_at=message.sent_at,
        read_at=message.read_at,
        case_public_id=message.case.public_id if message.case else None,
        case_number=message.case.number if message.case else "",
    )


def own_message(scope: Scope, public_id: UUID) -> Message:
    """The message to this person; NotFound for another's as for none, and that is recorded."""
    found = (
        Message.objects.visible_to(scope)
        .filter(recipient_id=scope.person_id, public_id=public_id)
        .select_related(
            "recipient", "case__organisation", "case__instance", "case__applicant", "task", "digest"
        )
        .defer("case__instance__state", "case__instance__state_sha256")
        .first()
    )
    if found is None:
        audit.record_refusal(scope.actor, "message.read", f"message:{public_id}", NotFound())
        raise NotFound
    return found


def message_detail(scope: Scope, public_id: UUID) -> MessageView:
    """One message in the words that were sent; before it is sent, in those that would be."""
    message = own_message(scope, public_id)
    concerned = permissions.concerned(message.case) if message.case else ()
    about = {"case": str(message.case.public_id)} if message.case else {}
    persons = [message.recipient_id, *concerned]
    audit.record_read(scope.actor, f"message:{message.public_id}", about, persons=persons)
    subject, text = message.subject, message.text
    if not message.delivery:
        subject, text = render(message, language_of(message.recipient))
    task = message.task
    is_open = task is not None and task.status == Task.Status.OPEN
    return MessageView(
        row=_row(message),
        subject=subject,
        text=text,
        language=message.language,
        is_erased=bool(message.delivery) and not message.text,
        task_public_id=task.public_id if task is not None and is_open else None,
        digest_public_id=message.digest.public_id if message.digest else None,
        has_address=bool(message.recipient.email),
    )


def digest_detail(scope: Scope, public_id: UUID) -> DigestView:
    """A digest to this person as it was sent; NotFound for another's."""
    found = MessageDigest.objects.filter(recipient_id=scope.person_id, public_id=public_id).first()
    if found is None or scope.actor.channel == "link" or not found.text:
        audit.record_refusal(scope.actor, "message.read", f"digest:{public_id}", NotFound())
        raise NotFound
    return DigestView(found.public_id, found.day, found.subject, found.text, found.language, found.sent_at)
