"""Documents as a page shows them: versions together, with who gave what when in which task."""

from dataclasses import dataclass

from cases.models import Document


@dataclass(frozen=True, slots=True)
class DocumentItem:
    """A document with the name of who gave it and the task in which, if any."""

    row: Document
    given_by: str
    task_lv: str
    task_en: str


@dataclass(frozen=True, slots=True)
class DocumentGroup:
    """One paper in all its versions; `older` begins with the latest of them."""

    newest: DocumentItem
    older: tuple[DocumentItem, ...]

    @property
    def items(self) -> tuple[DocumentItem, ...]:
        """All versions, newest first."""
        return (self.newest, *self.older)
