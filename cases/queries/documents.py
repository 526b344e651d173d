"""The documents of a case, its versions together, newest first."""

from collections.abc import Iterable, Iterator

from cases import people
from cases.models import Case, Document
from engine import catalog

from .views.documents import DocumentGroup, DocumentItem


def document_groups(case: Case, documents: Iterable[Document]) -> tuple[DocumentGroup, ...]:
    """These documents of the case, papers in the order in which they first came."""
    papers: dict[tuple[str, str], list[DocumentItem]] = {}
    for item in _items(case, list(documents)):
        papers.setdefault((item.row.kind, item.row.title_lv), []).insert(0, item)
    return tuple(DocumentGroup(newest, tuple(older)) for newest, *older in papers.values())


def _items(case: Case, documents: list[Document]) -> Iterator[DocumentItem]:
    named = people.names(row.author for row in documents)
    elements = catalog.definition(case.instance.definition_id).elements
    for row in sorted(documents, key=lambda row: row.version):
        element = elements.get(row.task.element) if row.task else None
        yield DocumentItem(
            row=row,
            given_by=named.get(row.author, row.author),
            task_lv=element.name if element else "",
            task_en=element.name_en if element else "",
        )
