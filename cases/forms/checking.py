"""Checks answers against a form: the one validator, for pages and for the API."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from cases.errors import FieldError, FieldsUnknown, FormInvalid, WrongType
from cases.models import Document, Signature
from registries.codes import normalise_personal_code
from registries.errors import PersonalCodeInvalid

from .context import FormContext
from .form import Field, Form
from .messages import required_code, words
from .sources import choices, is_asked

LATEST: Final = date(2100, 12, 31)
_EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}")
_PHONE = re.compile(r"\+?\d{7,15}")
_PHONE_NOISE = re.compile(r"[\s().\u00a0\u2010-\u2015/-]+")
_FORMATS: Final = FormatChecker(())


@_FORMATS.checks("date")
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or _day(value) is not None


@_FORMATS.checks("email")
def _is_email(value: object) -> bool:
    return not isinstance(value, str) or (len(value) <= 254 and _EMAIL.fullmatch(value) is not None)


_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
}


def check(form: Form, answers: Mapping[str, Any], *, context: FormContext) -> dict[str, Any]:
    """The answers made plain (trimmed, digits only in codes), without those to questions that are not asked.

    Raises FieldsUnknown or WrongType for what no page sends, FormInvalid with one error per field.
    """
    _refuse_unknown(form, answers)
    _refuse_wrong_types(form, answers)
    wanted = {field.name: is_asked(field, context) for field in form.fields if field.asked_if}
    given = ((name, value) for name, value in _cleaned(form, answers) if wanted.get(name, True))
    cleaned = _asked(form, {name: value for name, value in given if value not in (None, "", [])})
    errors: dict[str, FieldError] = {}
    missing = _missing(form, cleaned, wanted)
    for found in (*missing, *_by_schema(form, cleaned), *_by_kind(form, cleaned, context)):
        errors.setdefault(found.field, found)
    if errors:
        raise FormInvalid(tuple(errors[field.name] for field in form.fields if field.name in errors))
    return cleaned


def _missing(form: Form, answers: Mapping[str, Any], wanted: Mapping[str, bool]) -> Iterator[FieldError]:
    for field in form.fields:
        if wanted.get(field.name) and field.name not in answers and field.shown(answers):
            yield error(field, required_code(field))


def error(field: Field, code: str, limit: object = "") -> FieldError:
    """The error of a field with its words."""
    latvian, english = words(code, field, limit)
    return FieldError(field.name, code, latvian, english)


def _refuse_unknown(form: Form, answers: Mapping[str, Any]) -> None:
    unknown = sorted(str(name) for name in answers if not form.knows(str(name)))
    if unknown:
        told = ("Šāda lauka veidlapā nav.", "The form has no such field.")
        raise FieldsUnknown(tuple(FieldError(name[:100], "unknown", *told) for name in unknown[:20]))


def _refuse_wrong_types(form: Form, answers: Mapping[str, Any]) -> None:
    wrong = [
        FieldError(name, "wrong_type", "Atbildei ir nepareizs datu tips.", "The answer has the wrong type.")
        for name, value in answers.items()
        if value is not None and name in form.names and not _fits(form.schema["properties"][name], value)
    ]
    if wrong:
        raise WrongType(tuple(wrong))


def _fits(schema: Mapping[str, Any], value: object) -> bool:
    wanted = schema.get("type", "string")
    if isinstance(value, bool) and wanted != "boolean":
        return False
    if not isinstance(value, _TYPES[wanted]):
        return False
    if isinstance(value, list):
        return all(_fits(schema.get("items", {}), item) for item in value)
    return not isinstance(value, float) or (value == value and abs(value) != float("inf"))


def _cleaned(form: Form, answers: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for field in form.fields:
        value = answers.get(field.name)
        if isinstance(value, str):
            value = _plain(field, value)
        elif isinstance(value, list):
            value = [item.strip() if isinstance(item, str) else item for item in value]
        yield field.name, value


def _plain(field: Field, text: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    match field.kind:
        case "textarea":
            return text
        case "code":
            try:
                return normalise_personal_code(text)
            except PersonalCodeInvalid:
                return text
        case "phone":
            return _PHONE_NOISE.sub("", text)
        case "email":
            return text.removeprefix("mailto:").strip("<>").strip()
    return " ".join(text.split())


def _asked(form: Form, answers: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for field in form.fields:
        if field.name in answers and field.shown({**kept, **_ahead(form, field, answers)}):
            kept[field.name] = answers[field.name]
    return kept


def _ahead(form: Form, field: Field, answers: Mapping[str, Any]) -> dict[str, Any]:
    # A question may depend on one that stands below it; one above counts only if it was itself asked.
    below = form.fields[form.fields.index(field) + 1 :]
    return {later.name: answers[later.name] for later in below if later.name in answers}


_built: dict[str, Draft202012Validator] = {}


def _validator(form: Form) -> Draft202012Validator:
    if form.columns:
        # The rows of a table differ from case to case.
        return Draft202012Validator(dict(form.schema), format_checker=_FORMATS)
    found = _built.get(form.digest)
    if found is None:
        found = _built[form.digest] = Draft202012Validator(dict(form.schema), format_checker=_FORMATS)
    return found


def _by_schema(form: Form, answers: dict[str, Any]) -> Iterator[FieldError]:
    for found in _validator(form).iter_errors(answers):
        yield from _told(form, found)


def _told(form: Form, found: ValidationError) -> Iterator[FieldError]:
    if found.validator == "required" and not found.absolute_path:
        present: Any = found.instance
        needed: Any = found.validator_value
        for name in needed:
            if name not in present:
                field = form.field(name)
                yield error(field, required_code(field))
        return
    if not found.absolute_path:
        return
    field = form.field(str(found.absolute_path[0]))
    code, limit = _code(field, found)
    yield error(field, code, limit)


def _code(field: Field, found: ValidationError) -> tuple[str, object]:
    limit = found.validator_value
    match found.validator:
        case "enum":
            return "not_a_choice", ""
        case "const":
            return ("required_consent", "") if field.kind == "bool" else ("not_a_choice", "")
        case "maxLength":
            return "too_long", limit
        case "minLength":
            return "too_short", limit
        case "format":
            return str(limit), ""
        case "minimum" | "exclusiveMinimum":
            return "too_small", limit
        case "maximum" | "exclusiveMaximum":
            return "too_large", limit
        case "minItems":
            return "too_few", limit
        case "maxItems":
            return "too_many", limit
        case "uniqueItems":
            return "repeated", ""
        case "pattern":
            return "pattern", ""
    return "invalid", ""


def _by_kind(form: Form, answers: Mapping[str, Any], context: FormContext) -> Iterator[FieldError]:
    for field in form.fields:
        value = answers.get(field.name)
        if value is not None and (code := _fault(field, value, context)):
            yield error(field, code, field.max_length or "")


def _fault(field: Field, value: Any, context: FormContext) -> str:
    if isinstance(value, str) and _has_control_characters(value):
        return "characters"
    if isinstance(value, str) and field.max_length is not None and len(value) > field.max_length:
        return "too_long"
    match field.kind:
        case "code":
            return _code_fault(value)
        case "phone":
            return "" if _PHONE.fullmatch(value) else "phone"
        case "date":
            return _date_fault(field, value, context)
        case "file":
            return _file_fault(field, value, context)
        case "choice" | "choices" | "person" if field.source:
            offered = {choice.value for choice in choices(field, context)}
            chosen = value if isinstance(value, list) else [value]
            return "" if offered.issuperset(chosen) else "not_a_choice"
    return ""


def _has_control_characters(text: str) -> bool:
    if text.isprintable():
        return False
    return any(
        unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in set(text) - {"\n", "\t"}
    )


def _code_fault(value: str) -> str:
    try:
        normalise_personal_code(value)
    except PersonalCodeInvalid as refused:
        return f"code_{refused.code}"
    return ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _date_fault(field: Field, value: str, context: FormContext) -> str:
    day = _day(value)
    if day is None:
        return "date"
    if field.not_before == "today" and day < context.today:
        return "in_past"
    return "too_late" if day > LATEST else ""


def _file_fault(field: Field, value: str, context: FormContext) -> str:
    try:
        public_id = UUID(value)
    except ValueError:
        return "file_unknown"
    rows = Document.objects.select_related("signature__paper") if field.signs else Document.objects
    found = rows.filter(public_id=public_id, case=context.case).first()
    if found is None:
        return "file_unknown"
    return _signature_fault(field, found, context) if field.signs else ""


def _signature_fault(field: Field, document: Document, context: FormContext) -> str:
    """A file of this case that somebody else signed, or that is another paper signed, is not the answer."""
    try:
        signature = document.signature
    except Signature.DoesNotExist:
        return "signature_not_signed"
    if signature.person_id != context.user.person_id:
        return "signature_other_signer"
    papers = Document.objects.filter(case=context.case, kind=field.signs).order_by("-version")
    newest = papers.values_list("blob_id", flat=True).first()
    return "" if signature.paper.blob_id == newest else "signature_old"
