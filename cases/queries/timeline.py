"""What happened in a case, oldest first: tasks, returns, timers, documents, messages, its deadline."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db.models import Q

from accounts.actors import SYSTEM
from accounts.models import RoleGrant
from accounts.words import role_name
from cases import people
from cases.due_words import is_one_lv
from cases.models import Case, Document, FieldComment, Message
from cases.notifications.kinds import MESSAGE_KINDS
from cases.rules_applied import RuleApplied, rules_applied
from engine import catalog
from engine.core.definition import Definition
from engine.models import Completion, Task

from .clock_events import clock_events
from .views import TimelineItem

_HAPPENED: Final[Mapping[str, tuple[str, str]]] = {
    "started": ("sāka lietu.", "started the case."),
    "begun": ("Lieta sākta: {name_lv}.", "The case began: {name_en}."),
    "task": ("paveica soli “{name_lv}”.", "completed “{name_en}”."),
    "returned": ("atdeva labošanai {name_lv}.", "returned {name_en} for correction."),
    "job": ("paveica soli “{name_lv}”.", "completed “{name_en}”."),
    "timer": ("Pienāca laiks: {name_lv}.", "The time came: {name_en}."),
    "event": ("Pienāca ziņojums: {name_lv}.", "A message arrived: {name_en}."),
    "error": ("Radās kļūda: {name_lv}.", "An error occurred: {name_en}."),
    "withdrawn": ("atsauca lietu.", "withdrew the case."),
    "cancelled": ("izbeidza lietu.", "ended the case."),
    "repair": ("laboja procesu pie soļa “{name_lv}”.", "repaired the process at “{name_en}”."),
    "migrate": (
        "pārcēla lietu uz procesa {name_lv}. versiju.",
        "moved the case to version {name_en} of its process.",
    ),
    "repaired": ("laboja procesa mainīgos.", "repaired the variables of the process."),
    "rule": (
        "Lēmumu tabula “{name_lv}”: piemērots {number}. noteikums.{words_lv}",
        "Decision table “{name_en}”: rule {number} was applied.{words_en}",
    ),
    "default": (
        "Lēmumu tabula “{name_lv}”: neviens noteikums neatbilda, tāpēc ir noklusējuma rezultāts.",
        "Decision table “{name_en}”: no rule matched, so its default holds.",
    ),
    "document": ("pievienoja dokumentu “{name_lv}”.", "added the document “{name_en}”."),
    "role_given": ("Sākas loma: {name_lv}, {person}.", "A role begins: {name_en}, {person}."),
    "role_changed": (
        "Mainīts lomas laiks: {name_lv}, {person}.",
        "The time of a role changed: {name_en}, {person}.",
    ),
    "role_ended": ("Beidzas loma: {name_lv}, {person}.", "A role ends: {name_en}, {person}."),
    "message": ("saņēma ziņu “{name_lv}”.", "was sent the message “{name_en}”."),
}
# What happens and nobody does.
_BY_ITSELF: Final = ("timer", "event", "error", "begun")


@dataclass(frozen=True, slots=True)
class Story:
    """What happened in a case, oldest first, and the ids of the private persons whom it names.

    Those are who came by a one-time link, and who was written to and has no account. Whoever acts through an
    account acts in office: the case tells their name to the parties, but a look at it is no look at them.
    """

    items: tuple[TimelineItem, ...]
    persons: frozenset[int]


def timeline(case: Case, *, reader: int | None = None, rules: bool = False) -> Story:
    """Everything that happened in a case; a message to the reader leads to its words.

    With `rules` the rules of decision tables that fired are told, too.
    """
    definition = catalog.definition(case.instance.definition_id)
    history = list(Completion.objects.filter(instance_id=case.instance_id).order_by("version"))
    comments = list(FieldComment.objects.filter(case=case).order_by("id"))
    documents = list(Document.objects.filter(case=case).order_by("id"))
    sent = Message.objects.filter(case=case).select_related("recipient__user", "task")
    messages = list(sent.order_by("id"))
    actors = {step.actor for step in history} | {document.author for document in documents}
    named = people.names(actors | {SYSTEM.name})
    items = [
        *_of_history(definition, history, comments, named),
        *(_of_document(document, named) for document in documents),
        *(_of_message(definition, message, reader) for message in messages),
        *clock_events(case, definition),
        *_of_roles(case),
    ]
    if rules:
        items += [_of_rule(applied) for applied in rules_applied(case)]
    by_link = {int(actor[7:]) for actor in actors if actor.startswith("person:") and actor[7:].isdigit()}
    written_to = {one.recipient_id for one in messages if not hasattr(one.recipient, "user")}
    return Story(tuple(sorted(items, key=lambda item: item.at)), frozenset(by_link | written_to))


def _of_history(
    definition: Definition,
    history: list[Completion],
    comments: list[FieldComment],
    named: Mapping[str, str],
) -> Iterator[TimelineItem]:
    returned: dict[int, list[FieldComment]] = {}
    for comment in comments:
        returned.setdefault(comment.task_id, []).append(comment)
    for step in history:
        who = named.get(step.actor, step.actor)
        words = returned.get(step.task_id or 0)
        if step.kind == "start" and step.actor == SYSTEM.name:
            begins = definition.elements.get(step.element) or definition.plain_start
            lv, en = (begins.name, begins.name_en) if begins else (definition.name, definition.name_en)
            yield _item("begun", step.at, "", name_lv=lv, name_en=en)
        elif step.kind == "start":
            yield _item("started", step.at, who)
        elif step.kind == "cancel":
            yield _item("withdrawn" if step.element == "withdrawn" else "cancelled", step.at, who)
        elif step.kind == "migrate":
            yield _item("migrate", step.at, who, name_lv=step.element, name_en=step.element)
        elif step.kind == "repair" and not step.element:
            yield _item("repaired", step.at, who)
        elif words is not None:
            yield _returned(step.at, who, words)
        else:
            lv, en = _names(definition, step.element)
            who = "" if step.kind in _BY_ITSELF else named[SYSTEM.name] if step.kind == "job" else who
            yield _item(step.kind, step.at, who, name_lv=lv, name_en=en)


def _names(definition: Definition, key: str) -> tuple[str, str]:
    try:
        element = catalog.element_of(definition, key)
    except KeyError:
        return key, key
    return element.name, element.name_en


def _of_rule(applied: RuleApplied) -> TimelineItem:
    names = {"name_lv": applied.table_lv, "name_en": applied.table_en}
    if applied.number is None:
        return _item("default", applied.at, "", **names)
    words = {
        f"words_{language}": f" {text}" if text else ""
        for language, text in (("lv", applied.words_lv), ("en", applied.words_en))
    }
    return _item("rule", applied.at, "", number=str(applied.number), **names, **words)


def _returned(at: datetime, who: str, comments: list[FieldComment]) -> TimelineItem:
    """How many answers were returned, and the words on each of them."""
    number = len(comments)
    names = {
        "name_lv": f"{number} {'atbildi' if is_one_lv(number) else 'atbildes'}",
        "name_en": f"{number} {'answer' if number == 1 else 'answers'}",
    }
    return _item("returned", at, who, quote="\n".join(one.text for one in comments), **names)


def _of_document(document: Document, named: Mapping[str, str]) -> TimelineItem:
    who = named.get(document.author, document.author)
    names = {"name_lv": document.title_lv, "name_en": document.title_en}
    return _item("document", document.given_at, who, **names)


def _of_roles(case: Case) -> Iterator[TimelineItem]:
    """Which roles began, changed and ended by this case; to be given anew, for another time, is a change."""
    by_case = Q(case_number=case.number) | Q(revoked_by_case=case.number)
    grants = list(RoleGrant.objects.filter(by_case).select_related("user__person").order_by("id"))
    given = {_held(grant) for grant in grants if grant.case_number == case.number}
    taken = {_held(grant) for grant in grants if grant.revoked_by_case == case.number}
    for grant in grants:
        words = {
            "name_lv": role_name(grant.role, "lv"),
            "name_en": role_name(grant.role, "en"),
            "person": str(grant.user.person),
        }
        if grant.case_number == case.number:
            yield _item(
                "role_changed" if _held(grant) in taken else "role_given", grant.granted_at, "", **words
            )
        elif grant.revoked_at is not None and _held(grant) not in given:
            yield _item("role_ended", grant.revoked_at, "", **words)


def _held(grant: RoleGrant) -> tuple[int, str, int]:
    """Who holds which role where."""
    return grant.user_id, grant.role, grant.organisation_id


def _of_message(definition: Definition, message: Message, reader: int | None) -> TimelineItem:
    """Which message, by its kind and task: its own words are the recipient's."""
    kind = MESSAGE_KINDS.get(message.kind)
    lv, en = (kind.title_lv, kind.title_en) if kind else (message.kind, message.kind)
    element = definition.elements.get(message.task.element) if message.task else None
    if element is not None:
        lv, en = f"{lv}: {element.name}", f"{en}: {element.name_en}"
    item = _item("message", message.created_at, str(message.recipient), name_lv=lv, name_en=en)
    is_own = reader is not None and message.recipient_id == reader
    return replace(item, message_public_id=message.public_id) if is_own else item


def _item(kind: str, at: datetime, who: str, *, quote: str = "", **words: str) -> TimelineItem:
    lv, en = _HAPPENED[kind]
    who = f"{who[:1].upper()}{who[1:]}"
    return TimelineItem(at, lv.format(**words), en.format(**words), who, kind, quote)


def done_by(task: Task) -> str:
    """Who did a task that is no longer open; empty if nobody did."""
    return people.name_of(task.completed_by) if task.completed_by else ""
