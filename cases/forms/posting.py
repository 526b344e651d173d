"""Reads what a page posts into answers: tolerant of spaces, dashes and pasted noise, never of meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from cases.documents import LARGEST, UploadRefused
from cases.errors import FieldError

from .checking import error
from .form import Field, Form

Store = Callable[[Field, str, bytes], str]

_SEPARATORS: Final = ("-", "_", ".")
_DATE = re.compile(r"(\d{1,2})[.,/\s-]+(\d{1,2})[.,/\s-]+(\d{4})\.?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_LATVIAN_YEAR = re.compile(r"(\d{4})\.?\s*gada\s+(\d{1,2})\.\s*(\w+)")
_MONTHS: Final = [
    "janvār",
    "februār",
    "mart",
    "aprīl",
    "maij",
    "jūnij",
    "jūlij",
    "august",
    "septembr",
    "oktobr",
    "novembr",
    "decembr",
]
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")


def parse_post(
    form: Form,
    post: QueryDict,
    files: MultiValueDict[str, UploadedFile[Any]] | None = None,
    *,
    store: Store | None = None,
) -> tuple[dict[str, Any], tuple[FieldError, ...]]:
    """The answers of a page by field, and one error per file that was refused and per number that is none.

    Fields of other names are ignored; what cannot be read stays as typed. `store` keeps an uploaded file and
    gives its document's public id; without it files are left alone.
    """
    answers: dict[str, Any] = {}
    refused: list[FieldError] = []
    for field in form.fields:
        if field.kind != "file":
            value = _value(field, post)
            if field.kind in ("int", "decimal") and isinstance(value, str) and value:
                refused.append(error(field, field.kind))
            if value not in (None, "", []):
                answers[field.name] = value
            continue
        try:
            kept = _file(field, post, files, store)
        except UploadRefused as problem:
            refused.append(error(field, problem.code))
            kept = _kept(field, post)
        if kept:
            answers[field.name] = kept
    return answers, tuple(refused)


def _value(field: Field, post: QueryDict) -> Any:
    match field.kind:
        case "choices":
            return [value for value in post.getlist(field.name) if value]
        case "bool":
            return _bool(post.get(field.name, ""))
        case "date":
            return _date(field.name, post)
        case "int":
            return _int(_visible(post.get(field.name, "")))
        case "decimal":
            return _decimal(_visible(post.get(field.name, "")))
        case "email":
            return "".join(_visible(post.get(field.name, "") or "").split())
    return _visible(post.get(field.name, "") or "")


def _visible(text: object) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", str(text)).replace("\u00a0", " ")).strip()


def _bool(text: object) -> bool | None:
    return {"on": True, "true": True, "1": True, "false": False, "0": False}.get(str(text).lower())


def _date(name: str, post: QueryDict) -> str:
    for sign in _SEPARATORS:
        parts = [_visible(post.get(f"{name}{sign}{part}", "") or "") for part in ("year", "month", "day")]
        if any(parts):
            return _written(*parts)
    text = _visible(post.get(name, "") or "")
    if found := _ISO.fullmatch(text):
        return _written(*found.groups())
    if found := _DATE.fullmatch(text):
        day, month, year = found.groups()
        return _written(year, month, day)
    if found := _LATVIAN_YEAR.fullmatch(text.lower()):
        year, day, word = found.groups()
        months = [str(at + 1) for at, stem in enumerate(_MONTHS) if word.startswith(stem)]
        return _written(year, months[0], day) if months else text
    return text


def _written(year: str, month: str, day: str) -> str:
    if year.isdecimal() and month.isdecimal() and day.isdecimal() and len(year) == 4:
        return f"{year}-{int(month):02d}-{int(day):02d}"
    return f"{year}-{month}-{day}"


def _int(text: str) -> int | str:
    bare = text.replace(" ", "").replace("\u2212", "-")
    return int(bare) if re.fullmatch(r"-?\d{1,15}", bare) else text


def _decimal(text: str) -> float | str:
    bare = text.replace(" ", "").replace("\u2212", "-").replace("€", "").replace(",", ".")
    return float(bare) if re.fullmatch(r"-?\d{1,15}(\.\d{1,10})?", bare) else text


def _file(
    field: Field, post: QueryDict, files: MultiValueDict[str, UploadedFile[Any]] | None, store: Store | None
) -> str:
    upload = files.get(field.name) if files else None
    if upload is None or store is None:
        return _kept(field, post)
    if (upload.size or 0) > LARGEST:
        raise UploadRefused("file_too_large")
    return store(field, upload.name or "", upload.read())


def _kept(field: Field, post: QueryDict) -> str:
    """The file that was given before."""
    return _visible(post.get(f"{field.name}-kept", "") or "")
