"""What cases hold of a person: of the cases about them everything, of others only what they did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote_plus

from django.db.models import Model, Q

from cases.models import (
    Answer,
    AuditEntry,
    Blob,
    BulkAction,
    BulkItem,
    Case,
    ClockExtension,
    ClockSegment,
    DeadlineRule,
    DefaultView,
    Document,
    Draft,
    FieldComment,
    KeptText,
    LegalHold,
    Message,
    MessageDigest,
    MessagePreference,
    RetentionRun,
    SavedView,
    Signature,
    TaskLink,
)
from engine.models import Completion, Incident, Task

from .people import ERASED
from .sources import Row, Subject, source, stays

# Where rows keep the username of whoever acted: it is made of a name, so it goes with the name.
ACTED: Final[Mapping[type[Model], tuple[str, ...]]] = {
    Task: ("assignee", "completed_by"),
    Completion: ("actor",),
    Incident: ("resolved_by",),
    Answer: ("author",),
    Draft: ("author",),
    FieldComment: ("author",),
    Document: ("author",),
    ClockSegment: ("by",),
    ClockExtension: ("by",),
    DeadlineRule: ("entered_by", "withdrawn_by"),
    LegalHold: ("placed_by", "released_by"),
    SavedView: ("made_by",),
}


def _tell_cases(subject: Subject) -> Iterable[Row]:
    mine = Case.objects.filter(subject=subject.person)
    if subject.user:
        mine = mine | Case.objects.filter(applicant=subject.user)
    for case in mine.order_by("id"):
        yield {
            "number": case.number,
            "process": case.process_key,
            "status": str(case.status),
            "outcome": case.outcome,
            "about_this_person": case.subject_id == subject.person.pk,
            "created_at": case.created_at,
            "submitted_at": case.submitted_at,
            "decided_at": case.decided_at,
            "closed_at": case.closed_at,
        }


def _tell_answers(subject: Subject) -> Iterable[Row]:
    for answer in Answer.objects.filter(case__in=subject.about).select_related("case").order_by("id"):
        yield {
            "case": answer.case.number,
            "form": answer.form_key,
            "given_at": answer.given_at,
            "content": answer.content,
        }
    # Answers in cases about others are those persons' data: only that they were given is told.
    given = Answer.objects.filter(author__in=subject.names).exclude(case__in=subject.about)
    yield from given.order_by("id").values("case__number", "form_key", "given_at")


def _erase_answers(subject: Subject) -> int:
    return Answer.objects.filter(case__in=subject.erased).update(content={}, result={})


def _tell_drafts(subject: Subject) -> Iterable[Row]:
    drafts = Draft.objects.filter(task__instance__case__in=subject.about).order_by("id")
    return drafts.values("task__instance__case__number", "saved_at", "content")


def _erase_drafts(subject: Subject) -> int:
    return Draft.objects.filter(task__instance__case__in=subject.erased).delete()[0]


def _tell_kept(subject: Subject) -> Iterable[Row]:
    kept = KeptText.objects.filter(task__instance__case__in=subject.about).order_by("id")
    return kept.values("task__instance__case__number", "kept_at", "fields")


def _erase_kept(subject: Subject) -> int:
    of_cases = KeptText.objects.filter(task__instance__case__in=subject.erased).delete()[0]
    if not subject.is_erased:
        return of_cases
    return of_cases + KeptText.objects.filter(owner__in=subject.names).delete()[0]


def _tell_comments(subject: Subject) -> Iterable[Row]:
    comments = FieldComment.objects.filter(case__in=subject.about).order_by("id")
    return comments.values("case__number", "field", "text", "written_at")


def _erase_comments(subject: Subject) -> int:
    return FieldComment.objects.filter(case__in=subject.erased).update(text=ERASED)


def _tell_documents(subject: Subject) -> Iterable[Row]:
    documents = Document.objects.filter(case__in=subject.about).order_by("id")
    return documents.values("case__number", "public_id", "title_lv", "file_name", "given_at", "blob_id")


def _erase_documents(subject: Subject) -> int:
    documents = Document.objects.filter(case__in=subject.erased)
    blobs = set(documents.values_list("blob_id", flat=True))
    gone = documents.delete()[0]
    # The same bytes may be another case's file.
    still = set(Document.objects.filter(blob_id__in=blobs).values_list("blob_id", flat=True))
    Blob.objects.filter(pk__in=blobs - still).delete()
    return gone


def _tell_messages(subject: Subject) -> Iterable[Row]:
    about = {case.pk for case in subject.about}
    for message in Message.objects.filter(recipient=subject.person).select_related("case").order_by("id"):
        told = {
            "case": message.case.number if message.case else "",
            "kind": message.kind,
            "created_at": message.created_at,
            "sent_at": message.sent_at,
            "read_at": message.read_at,
        }
        # The words of a message about somebody else's case are about them.
        own = message.case_id is None or message.case_id in about
        yield {**told, "subject": message.subject, "text": message.text} if own else told


def _erase_messages(subject: Subject) -> int:
    emptied = {"subject": "", "text": "", "search_key": ""}
    of_cases = Message.objects.filter(case__in=subject.erased).update(**emptied)
    own = Message.objects.filter(recipient=subject.person) if subject.is_erased else Message.objects.none()
    return of_cases + own.update(**emptied)


def _tell_digests(subject: Subject) -> Iterable[Row]:
    digests = MessageDigest.objects.filter(recipient=subject.person).order_by("id")
    return digests.values("day", "language", "created_at", "sent_at")


def _erase_digests(subject: Subject) -> int:
    emptied = {"subject": "", "text": ""}
    # A digest to somebody else can have told of the case.
    told = MessageDigest.objects.filter(messages__case__in=subject.erased).values("pk")
    changed = MessageDigest.objects.filter(pk__in=told).update(**emptied)
    own = MessageDigest.objects.filter(recipient=subject.person)
    return changed + (own.update(**emptied) if subject.is_erased else 0)


def _tell_preferences(subject: Subject) -> Iterable[Row]:
    return MessagePreference.objects.filter(person=subject.person).order_by("id").values("group", "delivery")


def _erase_preferences(subject: Subject) -> int:
    own = MessagePreference.objects.filter(person=subject.person)
    return own.delete()[0] if subject.is_erased else 0


def _tell_signatures(subject: Subject) -> Iterable[Row]:
    rows = Signature.objects.filter(person=subject.person).order_by("id")
    return rows.values("document__case__number", "indication", "signer_name", "signed_at", "validated_at")


def _erase_signatures(subject: Subject) -> int:
    gone = Signature.objects.filter(document__case__in=subject.erased).delete()[0]
    own = Signature.objects.filter(person=subject.person)
    emptied = {"signer_name": "", "signer_masked": "", "signer_key": ""}
    return gone + (own.update(**emptied) if subject.is_erased else 0)


def _tell_links(subject: Subject) -> Iterable[Row]:
    links = TaskLink.objects.filter(person=subject.person).order_by("id")
    return links.values("created_at", "expires_at", "opened_at")


def _erase_links(subject: Subject) -> int:
    return TaskLink.objects.filter(person=subject.person).delete()[0] if subject.is_erased else 0


def _tell_bulks(subject: Subject) -> Iterable[Row]:
    rows = BulkAction.objects.filter(user=subject.user) if subject.user else BulkAction.objects.none()
    return rows.order_by("id").values("kind", "form_key")


def _erase_bulks(subject: Subject) -> int:
    changed = 0
    if subject.user and subject.is_erased:
        changed = BulkAction.objects.filter(user=subject.user).update(answers={}, to="")
    # Why one of many was not done can name who has the task.
    name = str(subject.person)
    for field in ("because_lv", "because_en") if subject.is_erased else ():
        named = BulkItem.objects.filter(**{f"{field}__contains": name})
        for pk, text in named.values_list("pk", field):
            changed += BulkItem.objects.filter(pk=pk).update(**{field: text.replace(name, ERASED)})
    return changed


def _tell_runs(subject: Subject) -> Iterable[Row]:
    runs = RetentionRun.objects.filter(Q(prepared_by=subject.user) | Q(signed_by=subject.user))
    return runs.order_by("id").values("prepared_at", "signed_at") if subject.user else ()


def _tell_views(subject: Subject) -> Iterable[Row]:
    views = SavedView.objects.filter(made_by__in=subject.names).order_by("id")
    return views.values("name", "query", "made_at")


def _tell_default(subject: Subject) -> Iterable[Row]:
    return DefaultView.objects.filter(user=subject.user).values("view__name") if subject.user else ()


def _erase_default(subject: Subject) -> int:
    mine = DefaultView.objects.filter(user=subject.user, user__isnull=False)
    return mine.delete()[0] if subject.is_erased else 0


def _erase_views(subject: Subject) -> int:
    if not subject.is_erased:
        return 0
    # Anybody's view can search for the person by name.
    by_name = Q(query__contains=quote_plus(subject.person.family_name))
    return SavedView.objects.filter(Q(user=subject.user, user__isnull=False) | by_name).delete()[0]


def _tell_acts(subject: Subject) -> Iterable[Row]:
    keys = [f"person:{subject.person.pk}", *([f"user:{subject.user.pk}"] if subject.user else [])]
    rows = AuditEntry.objects.filter(actor__in=keys).order_by("id")
    return rows.values("at", "action", "object").iterator(2000)


def rename(subject: Subject) -> int:
    """Let the rows of others' cases know the person by the account's id alone."""
    if subject.user is None or not subject.is_erased:
        return 0
    changed = 0
    for model, fields in ACTED.items():
        rows: Any = model._default_manager
        for field in fields:
            named = rows.filter(**{field: subject.user.username})
            changed += named.update(**{field: f"erased-{subject.user.pk}"})
    return changed


source(Case, _tell_cases, stays)
source(Answer, _tell_answers, _erase_answers)
source(Draft, _tell_drafts, _erase_drafts)
source(KeptText, _tell_kept, _erase_kept)
source(FieldComment, _tell_comments, _erase_comments)
source(Signature, _tell_signatures, _erase_signatures)
source(Document, _tell_documents, _erase_documents)
source(Message, _tell_messages, _erase_messages)
source(MessageDigest, _tell_digests, _erase_digests)
source(MessagePreference, _tell_preferences, _erase_preferences)
source(TaskLink, _tell_links, _erase_links)
source(BulkAction, _tell_bulks, _erase_bulks)
source(DefaultView, _tell_default, _erase_default)
source(SavedView, _tell_views, _erase_views)
source(RetentionRun, _tell_runs, stays)
source(AuditEntry, _tell_acts, stays)
