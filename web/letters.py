"""A letter of ours as a page: the words of the stored file, with headings and tables that can be heard."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases.documents import read_letter
from cases.pdf import Letter, name_of_block
from web.pages import render, task_page
from web.visitors import Visitor


@task_page
@require_safe
def letter(request: HttpRequest, visitor: Visitor, public_id: UUID) -> HttpResponse:
    """The letter; a document that is no letter of ours has no page."""
    document, said = read_letter(visitor.scope, public_id)
    by_link = visitor.actor.only_task is not None
    context = {
        "section": "cases",
        "public_id": public_id,
        "back": "" if by_link else reverse("case_documents", args=[document.case.public_id]),
        "size": document.blob.size,
        **shown(said),
    }
    return render(request, "letter.html", context)


def shown(said: Letter) -> dict[str, Any]:
    """What the template of a letter needs."""
    return {
        "letter": said,
        "blocks": [(name_of_block(block), block) for block in said.blocks],
        "signed": any(said.signed_by),
    }
