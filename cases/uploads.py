"""Judges uploaded files by name and content: what may come in, and what is wrong with what may not."""

import io
import re
from pathlib import PurePosixPath
from typing import Any, Final

from PIL import Image
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject

from cases.signatures import containers

LARGEST: Final = 20 * 1024 * 1024
MOST_OBJECTS: Final = 50_000
MOST_PIXELS: Final = 50_000_000

PDF: Final = "application/pdf"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
ASICE: Final = containers.ASICE

TYPE_OF_EXTENSION: Final = {
    ".pdf": PDF,
    ".png": PNG,
    ".jpg": JPEG,
    ".jpeg": JPEG,
    ".asice": ASICE,
    ".edoc": ASICE,
}
_STARTS: Final = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG, b"PK\x03\x04": ASICE}
_FORBIDDEN: Final = frozenset(
    {
        "/JavaScript",
        "/JS",
        "/Launch",
        "/EmbeddedFile",
        "/EmbeddedFiles",
        "/RichMedia",
        "/XFA",
        "/GoToE",
        "/ImportData",
    }
)
_ACTIONS: Final = frozenset({"/JavaScript", "/Launch", "/GoToE", "/ImportData", "/Rendition"})


class UploadRefused(Exception):
    """The file cannot be taken; `code` says why and `cases.forms.messages` has the words."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def check_upload(name: str, content: bytes) -> str:
    """The content type of an acceptable file; UploadRefused with a code of its own for each failure."""
    extension = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    wanted = TYPE_OF_EXTENSION.get(extension)
    if len(content) > LARGEST:
        raise UploadRefused("file_too_large")
    if not content:
        raise UploadRefused("file_empty")
    if wanted is None:
        raise UploadRefused("file_type")
    found = next((kind for start, kind in _STARTS.items() if content.startswith(start)), None)
    if found != wanted:
        raise UploadRefused("file_mismatch")
    match wanted:
        case "application/pdf":
            _check_pdf(content)
        case "image/png":
            _check_image(content, "PNG", b"IEND\xaeB`\x82")
        case "image/jpeg":
            _check_image(content, "JPEG", b"\xff\xd9")
        case _:
            _check_container(content)
    return wanted


def safe_file_name(name: str) -> str:
    """The last part of a file name without characters that a file system or a header minds."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = re.sub(r"[^\w. ()-]+", "_", "".join(letter for letter in last if letter.isprintable())).strip(" .")
    stem, dot, extension = kept.rpartition(".")
    return f"{stem[:120]}{dot}{extension[:10]}" if dot else kept[:120] or "datne"


def _check_image(content: bytes, kind: str, end: bytes) -> None:
    """A picture that is whole, of this kind alone, and does not unfold to more than anybody can see."""
    try:
        with Image.open(io.BytesIO(content), formats=(kind,)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise UploadRefused("image_limits")
            image.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UploadRefused("image_limits") from None
    except (OSError, SyntaxError, ValueError, IndexError, OverflowError):
        raise UploadRefused("file_damaged") from None
    if end not in content[-64:]:
        raise UploadRefused("file_damaged")


def _check_pdf(content: bytes) -> None:
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise UploadRefused("file_encrypted")
        if len(reader.pages) == 0:
            raise UploadRefused("file_damaged")
        _refuse_active(reader)
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OverflowError,
        AssertionError,
    ):
        raise UploadRefused("file_damaged") from None
    except RecursionError:
        raise UploadRefused("file_active") from None


def _refuse_active(reader: PdfReader) -> None:
    """Walks every object that the file can reach; a name written with escapes arrives here unescaped."""
    waiting: list[PdfObject | Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    met = 0
    while waiting:
        met += 1
        if met > MOST_OBJECTS:
            raise UploadRefused("file_active")
        item = waiting.pop()
        if isinstance(item, IndirectObject):
            key = (item.idnum, item.generation)
            if key not in seen:
                seen.add(key)
                waiting.append(item.get_object())
        elif isinstance(item, DictionaryObject):
            if (
                _FORBIDDEN.intersection(item)
                or item.get("/S") in _ACTIONS
                or item.get("/Type") == "/EmbeddedFile"
            ):
                raise UploadRefused("file_active")
            waiting.extend(item.raw_get(key) for key in item)
        elif isinstance(item, ArrayObject):
            waiting.extend(list.__iter__(item))


def _check_container(content: bytes) -> None:
    try:
        containers.read(content)
    except containers.ContainerFault as fault:
        raise UploadRefused(fault.code) from None
