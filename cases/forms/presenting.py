"""Shows answers as words, for the check page, the case page and letters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.dates import date_en
from cases.models import Document
from cases.signatures.telling import Told, of_document
from registries.codes import format_code, mask_code

from .context import FormContext
from .form import Choice, Field, Form
from .sources import label_of


@dataclass(frozen=True, slots=True)
class Row:
    """One question and its answer in words; `document` is the public id of a file, with its signature."""

    name: str
    label: str
    text: str
    document: str = ""
    signature: Told | None = None


def present(
    form: Form, answers: Mapping[str, Any], context: FormContext, language: str, *, mask_codes: bool = True
) -> tuple[Row, ...]:
    """The answered questions in the form's order; personal codes are masked unless the author checks them."""
    rows = []
    for field in form.fields:
        value = answers.get(field.name)
        if value in (None, "", []) or not field.shown(answers):
            continue
        label = field.label_en if language == "en" else field.label_lv
        if field.row is not None:
            label = f"{field.row.title_en if language == 'en' else field.row.title_lv}: {label}"
        if field.kind == "file":
            rows.append(_file(field, label, str(value), context))
            continue
        rows.append(Row(field.name, label, _text(field, value, context, language, mask_codes)))
    return tuple(rows)


def _text(field: Field, value: Any, context: FormContext, language: str, mask: bool) -> str:
    match field.kind:
        case "choice" | "person":
            return _word(label_of(field, str(value), context), language)
        case "choices":
            return ", ".join(_word(label_of(field, str(one), context), language) for one in value)
        case "bool":
            return ("Yes" if value else "No") if language == "en" else ("Jā" if value else "Nē")
        case "date":
            return day_in_words(str(value), language)
        case "code":
            code = str(value)
            return (mask_code(code) if mask else format_code(code)) if len(code) == 11 else code
        case "decimal":
            return str(value) if language == "en" else str(value).replace(".", ",")
    return str(value)


def _word(choice: Choice, language: str) -> str:
    return choice.label_en if language == "en" else choice.label_lv


def day_in_words(written: str, language: str) -> str:
    """A day as people write it: `01.09.2026.` in Latvian, `1 September 2026` in English."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return written
    if language == "en":
        return date_en(day)
    return f"{day:%d.%m.%Y.}"


def _file(field: Field, label: str, public_id: str, context: FormContext) -> Row:
    documents = Document.objects.select_related("signature").filter(case=context.case, public_id=public_id)
    found = documents.first()
    if found is None:
        return Row(field.name, label, "", public_id)
    return Row(field.name, label, found.file_name, public_id, of_document(found))
