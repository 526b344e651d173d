"""What kinds of message there are, and the words of each in both languages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import User
from cases import addresses
from cases.models import Case, Message, MessageGroup
from engine import catalog
from engine.models import Task
from registries.models import Person

RIGA: Final = ZoneInfo("Europe/Riga")


@dataclass(frozen=True, slots=True)
class Words:
    """Subject and body in Latvian and English; the core is the body without greeting and signature."""

    subject_lv: str
    subject_en: str
    body_lv: str
    body_en: str
    core_lv: str = ""
    core_en: str = ""


@dataclass(frozen=True, slots=True)
class MessageContext:
    """What the words of a message may mention; `address` is a secret link and only in the mail itself."""

    kind: str
    recipient: Person
    case: Case | None
    task: Task | None
    at: datetime
    address: str = ""
    until: datetime | None = None

    @property
    def number(self) -> str:
        """The number of the case."""
        return self.case.number if self.case else ""

    @property
    def organisation(self) -> str:
        """The name of the organisation that the case belongs to."""
        return self.case.organisation.name if self.case else ""

    @property
    def case_address(self) -> str:
        """Where the case is seen after signing in."""
        return addresses.of_case(self.case.public_id) if self.case else str(settings.BASE_URL)

    @property
    def case_link(self) -> str:
        """A paragraph with the case's address; empty for who cannot sign in to see it."""
        user = User.objects.filter(person=self.recipient, is_active=True).first()
        return f"\n\n{self.case_address}" if user is not None and user.has_usable_password() else ""

    @property
    def task_address(self) -> str:
        """Where the task is done: the secret link itself, or after signing in."""
        if self.address:
            return self.address
        return addresses.of_task(self.task.public_id) if self.task else self.case_address

    def process(self, language: str) -> str:
        """The name of the process."""
        if self.case is None:
            return ""
        definition = catalog.definition(self.case.instance.definition_id)
        return definition.name_en if language == "en" else definition.name

    def task_name(self, language: str) -> str:
        """The name of the task."""
        if self.task is None or self.case is None:
            return ""
        element = catalog.element_of(catalog.definition(self.case.instance.definition_id), self.task.element)
        return element.name_en if language == "en" else element.name

    def form_intro(self, language: str) -> str:
        """What the task's form says first: why it is asked."""
        if self.task is None:
            return ""
        form = catalog.form_of(self.task.instance.definition, self.task.form_key)
        return str(form.get("x-intro", {}).get(language, ""))

    @property
    def ends_when_due(self) -> bool:
        """Whether the secret link works exactly as long as the task may be done."""
        return self.task is not None and self.until is not None and self.until == self.task.due_at

    def due(self, language: str) -> str:
        """Until when the task is to be done, in words; empty without a due date."""
        return moment(self.task.due_at, language) if self.task and self.task.due_at else ""


KindWords = Callable[[MessageContext], Words]


class Urgency(Enum):
    """Whether a message can wait for the daily digest when its reader has not said what they wish."""

    CAN_WAIT = "can_wait"
    DUE_TODAY = "due_today"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class MessageKind:
    """A kind of message: its words, its name in lists, its group, how urgent it is.

    `subject` is what its subject looks like, where that cannot be said without a case.
    """

    name: str
    says: KindWords
    title_lv: str
    title_en: str
    group: MessageGroup
    urgency: Urgency
    subject: tuple[str, str] | None = None


MESSAGE_KINDS: Final[dict[str, MessageKind]] = {}


def message_kind(
    kind: str,
    *,
    lv: str,
    en: str,
    group: MessageGroup = MessageGroup.CASES,
    urgency: Urgency = Urgency.CAN_WAIT,
    subject: tuple[str, str] | None = None,
) -> Callable[[KindWords], KindWords]:
    """Register the words of a kind of message, and under which name it stands in lists."""

    def register(says: KindWords) -> KindWords:
        MESSAGE_KINDS[kind] = MessageKind(kind, says, lv, en, group, urgency, subject)
        return says

    return register


def kinds_in(group: str) -> tuple[str, ...]:
    """The names of the kinds of a group."""
    return tuple(name for name, kind in MESSAGE_KINDS.items() if kind.group == group)


def moment(at: datetime, language: str) -> str:
    """A day as people write it, in Riga: `05.05.2026.` or `5.5.2026`."""
    there = at.astimezone(RIGA)
    return f"{there.day}.{there.month}.{there.year}" if language == "en" else f"{there:%d.%m.%Y.}"


def context_of(message: Message) -> MessageContext:
    """What the words of a stored message may mention."""
    return MessageContext(
        kind=message.kind,
        recipient=message.recipient,
        case=message.case,
        task=message.task,
        at=message.created_at,
    )


def render(message: Message, language: str) -> tuple[str, str]:
    """Subject and body of a stored message; secret addresses are not in it, they were only in the mail."""
    return said(context_of(message), language)


def words_of(context: MessageContext) -> Words:
    """The words of a message; KeyError for a kind that nobody registered."""
    return MESSAGE_KINDS[context.kind].says(context)


def said(context: MessageContext, language: str) -> tuple[str, str]:
    """Subject and body in one language; KeyError for a kind that nobody registered."""
    words = words_of(context)
    if language == "en":
        return words.subject_en, words.body_en
    return words.subject_lv, words.body_lv


def core(context: MessageContext, language: str) -> tuple[str, str]:
    """Subject and words in one language without greeting and signature, as they stand among others."""
    words = words_of(context)
    if language == "en":
        return words.subject_en, words.core_en or words.body_en
    return words.subject_lv, words.core_lv or words.body_lv
