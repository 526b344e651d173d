"""Versions of representations: strong validators, and what `If-Match` and `If-None-Match` ask of them.

A validator is `"<version of the row>.<hash of what was shown>"`. The hash answers `If-None-Match` rightly
whatever changed: a name, a right, the language, the hour. A write compares the version alone, under the lock
of the row, so that nobody's change is overwritten and no clock gets in anybody's way.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from cases.errors import PreconditionFailed

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e]{0,200})"')
_PRINTABLE = re.compile(r"[ -~]{0,200}")
_ENCODER = JSONEncoder(sort_keys=True)


class PreconditionRequired(APIException):
    """The change is refused without `If-Match`: it replaces the whole."""

    status_code = 428
    default_code = "precondition_required"


def row_tag(version: int, shown: Mapping[str, Any] | None = None) -> str:
    """The validator of a row of this version, shown like this."""
    if shown is None:
        return f'"{version}"'
    seen = hashlib.sha256(_ENCODER.encode(shown).encode()).hexdigest()[:16]
    return f'"{version}.{seen}"'


def versioned(request: Request, shown: Mapping[str, Any], tag: str) -> Response:
    """What is shown with its validator; 304 without it when the client has it already."""
    return not_modified(request, tag) or Response(shown, headers={"ETag": tag})


def not_modified(request: Request, tag: str) -> Response | None:
    """The answer 304, if a reader has what the validator names."""
    asked = _header(request, "If-None-Match")
    if request.method not in ("GET", "HEAD") or not asked:
        return None
    if asked.strip() == "*" or tag in [f'"{name}"' for _weak, name in _TAG.findall(asked)]:
        return Response(status=304, headers={"ETag": tag})
    return None


def _header(request: Request, name: str) -> str:
    """A header with validators; refused when it has what no validator can have."""
    asked = str(request.headers.get(name, ""))
    if not _PRINTABLE.fullmatch(asked):
        raise ParseError(_("If-Match and If-None-Match may have at most 200 printable ASCII characters."))
    return asked


def expected_version(request: Request) -> int | None:
    """The version that `If-Match` names, none without it; PreconditionFailed for one that cannot be ours."""
    asked = _header(request, "If-Match").strip()
    if not asked or asked == "*":
        return None
    found = [name for weak, name in _TAG.findall(asked) if not weak]
    version = found[0].partition(".")[0] if len(found) == 1 else ""
    if not re.fullmatch(r"[0-9]{1,9}", version):
        raise PreconditionFailed
    return int(version)
