"""Everything that is held of a person as one ZIP: JSON for programs, a page for people, the files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from accounts.actors import SYSTEM
from cases import audit
from cases.models import Document
from engine import clock
from registries.models import Person

from .sources import SOURCES, subject_of

JSON: Final = "report.json"
PAGE: Final = "report.html"


@transaction.atomic
def subject_report(person: Person, path: Path) -> int:
    """Write the report; how many rows it has. That it was made is in the audit."""
    subject = subject_of(person)
    told = {
        model._meta.label: [dict(row) for row in source.tell(subject)] for model, source in SOURCES.items()
    }
    now = clock.now()
    report = {"person": str(person.public_id), "made_at": now, "held": told}
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        text = json.dumps(report, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        archive.writestr(JSON, text)
        archive.writestr(PAGE, _page(json.loads(text)))
        for document in Document.objects.filter(case__in=subject.about).select_related("blob").order_by("id"):
            name = f"documents/{document.public_id}-{document.file_name}"
            archive.writestr(name, bytes(document.blob.content))
    rows = sum(len(found) for found in told.values())
    audit.record_act(
        SYSTEM, "subject.reported", f"person:{person.pk}", {"rows": rows, "persons": [person.pk]}
    )
    return rows


def _page(report: Mapping[str, Any]) -> str:
    with translation.override("lv"):
        sections = [_section(label, rows) for label, rows in report["held"].items() if rows]
        context = {"made_at": report["made_at"][:16].replace("T", " "), "sections": sections}
        return render_to_string("subject_report.html", context)


def _section(label: str, rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    return {"title": label.partition(".")[2], "rows": [list(_told(row)) for row in rows]}


def _told(row: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in row.items():
        if value not in (None, "", [], {}):
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield name.replace("__", " ").replace("_", " "), text
