"""ASiC-E and eDoc containers: read strictly, their signatures left to a validator that settings may name."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Final, Literal
from xml.parsers import expat

from .results import Expected, Result, failed, undecided

ASICE: Final = "application/vnd.etsi.asic-e+zip"
MOST_ENTRIES: Final = 1000
LARGEST_UNPACKED: Final = 200 * 1024 * 1024
HIGHEST_RATIO: Final = 100
LARGEST_XML: Final = 4 * 1024 * 1024
DEEPEST_XML: Final = 64
_MANIFEST: Final = "META-INF/manifest.xml"
_MANIFEST_NAMES: Final = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_SIGNATURES: Final = frozenset(
    {
        "http://uri.etsi.org/02918/v1.2.1# XAdESSignatures",
        "urn:oasis:names:tc:opendocument:xmlns:digitalsignature:1.0 document-signatures",
        "http://www.w3.org/2000/09/xmldsig# Signature",
    }
)
_BEGINNING: Final = b"PK\x03\x04"

FaultCode = Literal["file_mismatch", "file_damaged", "archive_limits", "container_unsigned"]


class ContainerFault(Exception):
    """The container cannot be taken; `code` says why, in the words of uploads."""

    def __init__(self, code: FaultCode) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Container:
    """What a container holds: the sha256 of each data object by name, and how many files of signatures."""

    objects: Mapping[str, str]
    signatures: int


def read(content: bytes) -> Container:
    """The container, every rule checked; ContainerFault."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read(archive, content)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        OSError,
        EOFError,
        expat.ExpatError,
        LookupError,
        ValueError,
    ):
        raise ContainerFault("file_damaged") from None


def _read(archive: zipfile.ZipFile, content: bytes) -> Container:
    entries = archive.infolist()
    _check_limits(entries)
    _check_names(entries)
    _check_beginning(entries, content)
    _check_places(archive, entries, content)
    files = [entry for entry in entries if not entry.is_dir()]
    objects = {
        entry.filename: sha256(archive.read(entry)).hexdigest()
        for entry in files
        if entry.filename != "mimetype" and not entry.filename.startswith("META-INF/")
    }
    if archive.testzip() is not None or not objects:
        raise ContainerFault("file_damaged")
    signatures = [entry for entry in files if _is_signatures(entry.filename)]
    if not signatures:
        raise ContainerFault("container_unsigned")
    for entry in signatures:
        if not _SIGNATURES.intersection(_tags(_xml(archive, entry))[:1]):
            raise ContainerFault("file_damaged")
    _check_manifest(archive, entries, frozenset(objects))
    return Container(objects, len(signatures))


def _check_limits(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if len(entries) > MOST_ENTRIES or unpacked > LARGEST_UNPACKED or unpacked / packed > HIGHEST_RATIO:
        raise ContainerFault("archive_limits")


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        place = PurePosixPath(entry.filename)
        kind = (entry.external_attr >> 16) & 0o170000
        is_odd = "\\" in entry.orig_filename or not entry.orig_filename.isprintable()
        if kind not in (0, 0o100000, 0o040000) or place.is_absolute() or ".." in place.parts:
            raise ContainerFault("archive_limits")
        if entry.flag_bits & 1 or is_odd or ":" in entry.filename.split("/", 1)[0]:
            raise ContainerFault("archive_limits")
    # Two names that a file system takes for one would be two files to one reader and one to another.
    folded = [entry.filename.rstrip("/").casefold() for entry in entries]
    if len(set(folded)) != len(folded):
        raise ContainerFault("file_damaged")


def _check_beginning(entries: list[zipfile.ZipInfo], content: bytes) -> None:
    """`mimetype` stands first, as it is, so that the file says at a fixed place what it is."""
    begins = 30 + len("mimetype")
    told = content[begins : begins + len(ASICE)]
    first = entries[0] if entries else None
    if (
        first is None
        or first.filename != "mimetype"
        or first.header_offset != 0
        or first.compress_type != zipfile.ZIP_STORED
        or first.file_size != len(ASICE)
        or content[28:30] != b"\0\0"
        or told != ASICE.encode()
    ):
        raise ContainerFault("file_mismatch")


def _check_places(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], content: bytes) -> None:
    """No entry lies over another, and nothing stands before the first or after the last."""
    ends = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < ends or not content.startswith(_BEGINNING, entry.header_offset):
            raise ContainerFault("file_damaged")
        ends = entry.header_offset + 30 + len(entry.orig_filename.encode()) + entry.compress_size
    if archive.comment or ends > archive.start_dir or not content[-22:].startswith(b"PK\x05\x06"):
        raise ContainerFault("file_damaged")


def _is_signatures(name: str) -> bool:
    folder, _, last = name.rpartition("/")
    return folder == "META-INF" and "signatures" in last.lower() and last.lower().endswith(".xml")


def _check_manifest(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], objects: frozenset[str]
) -> None:
    """The manifest names the container's type and each data object, once, and nothing that is not there."""
    manifest = next((entry for entry in entries if entry.filename == _MANIFEST), None)
    if manifest is None:
        raise ContainerFault("file_damaged")
    elements = _xml(archive, manifest)
    named: dict[str, str] = {}
    for tag, attributes in elements:
        if tag == f"{_MANIFEST_NAMES} file-entry":
            path = attributes.get(f"{_MANIFEST_NAMES} full-path", "")
            if path in named:
                raise ContainerFault("file_damaged")
            named[path] = attributes.get(f"{_MANIFEST_NAMES} media-type", "")
    listed = {path for path in named if not path.endswith("/") and not path.startswith("META-INF/")}
    is_manifest = _tags(elements)[:1] == [f"{_MANIFEST_NAMES} manifest"]
    if not is_manifest or listed - {"mimetype"} != objects or named.get("/", ASICE) != ASICE:
        raise ContainerFault("file_damaged")


_Elements = list[tuple[str, dict[str, str]]]


def _tags(elements: _Elements) -> list[str]:
    return [tag for tag, _attributes in elements]


def _xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> _Elements:
    """Every element with its attributes, namespaces before a space; no document type, no entity, not deep."""
    if entry.file_size > LARGEST_XML:
        raise ContainerFault("archive_limits")
    found: _Elements = []
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST_XML:
            raise ContainerFault("file_damaged")
        found.append((tag, attributes))

    def end(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_arguments: object) -> None:
        raise ContainerFault("file_damaged")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = parser.UnparsedEntityDeclHandler = refuse  # type: ignore[assignment]
    parser.Parse(archive.read(entry), True)
    return found


class NotValidated:
    """Stands where no validator of containers is configured: finds the paper and leaves the signature."""

    def validate(self, content: bytes, expected: Expected, *, now: datetime) -> Result:  # noqa: ARG002
        """INDETERMINATE, unless the container is damaged or holds another document."""
        try:
            container = read(content)
        except ContainerFault as fault:
            return failed("not_signed" if fault.code == "container_unsigned" else "damaged")
        if sha256(expected.paper).hexdigest() not in container.objects.values():
            return failed("other_document")
        return undecided("container")
