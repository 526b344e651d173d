"""What the subject of a kind of message looks like before there is a case: brackets for what differs."""

from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from engine.core.definition import Element
from registries.models import Person

from .kinds import MessageContext, MessageKind, words_of

_BRACKETS: Final = {
    "number": ("[lietas numurs]", "[case number]"),
    "organisation": ("[iestāde]", "[institution]"),
    "process": ("[process]", "[process]"),
    "task": ("[uzdevums]", "[task]"),
}


@dataclass(frozen=True, slots=True)
class Example(MessageContext):
    """A context without a case; `element` is the step that the message is about, if it is about one."""

    language: str = "lv"
    element: Element | None = None

    def _bracket(self, name: str) -> str:
        latvian, english = _BRACKETS[name]
        return english if self.language == "en" else latvian

    @property
    def number(self) -> str:
        """In place of the number of the case."""
        return self._bracket("number")

    @property
    def organisation(self) -> str:
        """In place of the name of the organisation."""
        return self._bracket("organisation")

    @property
    def case_link(self) -> str:
        """Nothing: nobody is asked whether they can sign in."""
        return ""

    def process(self, language: str) -> str:  # noqa: ARG002 (one language each)
        """In place of the name of the process."""
        return self._bracket("process")

    def task_name(self, language: str) -> str:
        """The name of the step, or what stands in its place."""
        if self.element is None:
            return self._bracket("task")
        return self.element.name_en if language == "en" else self.element.name


def subject_of(kind: MessageKind, element: Element | None = None) -> tuple[str, str]:
    """What the subject of a kind looks like, in Latvian and English."""
    if kind.subject is not None:
        return kind.subject
    at = timezone.now()
    lv, en = (
        words_of(Example(kind.name, Person(), None, None, at, language=language, element=element))
        for language in ("lv", "en")
    )
    return lv.subject_lv, en.subject_en
