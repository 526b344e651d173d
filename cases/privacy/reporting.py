"""Everything that is held of a person as one ZIP: JSON for programs, a PDF and a page, the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from accounts.actors import SYSTEM
from cases import audit
from cases.models import Document
from cases.pdf import Letter, name_of_block, render, settled
from engine import clock
from registries.models import Person

from .sources import SOURCES, subject_of
from .telling import report_letter

JSON: Final = "report.json"
PAGE: Final = "report.html"
PDF: Final = "report.pdf"


@transaction.atomic
def subject_report(person: Person, path: Path) -> int:
    """Write the report; how many rows it has. That it was made is in the audit."""
    subject = subject_of(person)
    told = {
        model._meta.label: [dict(row) for row in source.tell(subject)] for model, source in SOURCES.items()
    }
    now = clock.now()
    report = {"person": str(person.public_id), "made_at": now, "held": told}
    with translation.override("lv"):
        letter = report_letter(person, told, now=now)
        page, drawn = _page(letter), render(letter)
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr(JSON, json.dumps(report, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        archive.writestr(PAGE, page)
        archive.writestr(PDF, drawn)
        for document in Document.objects.filter(case__in=subject.about).select_related("blob").order_by("id"):
            name = f"documents/{document.public_id}-{document.file_name}"
            archive.writestr(name, bytes(document.blob.content))
    rows = sum(len(found) for found in told.values())
    audit.record_act(
        SYSTEM, "subject.reported", f"person:{person.pk}", {"rows": rows, "persons": [person.pk]}
    )
    return rows


def _page(letter: Letter) -> str:
    """The letter as a page of its own, with its looks in it."""
    said = settled(letter)
    looks = (settings.BASE_DIR / "static" / "letter.css").read_text()
    blocks = [(name_of_block(block), block) for block in said.blocks]
    return render_to_string("alone/subject_report.html", {"letter": said, "blocks": blocks, "looks": looks})
