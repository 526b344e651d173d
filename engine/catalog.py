"""Process definitions: deploying the folders of diagrams, and finding what was deployed.

Which version is current is asked of the table each time, so that a new one is seen without a restart; what
belongs to a digest never changes and is read once per process.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from engine import clock, profile
from engine.core.definition import Definition, Violation
from engine.core.errors import DiagramRefused
from engine.core.parser import digest_of, parse
from engine.core.rules import cautions, check
from engine.errors import DefinitionNotFound, FolderInvalid
from engine.models import ProcessDefinition

_by_digest: dict[str, Definition] = {}
_files_by_digest: dict[str, Mapping[str, str]] = {}
_digest_by_id: dict[int, str] = {}
_lock = Lock()
_DEPLOYING = 0x56494953


def definition(key: int | str) -> Definition:
    """The core's definition by row id or digest, parsed once per process; DefinitionNotFound."""
    digest = _digest_by_id.get(key) if isinstance(key, int) else key
    if digest is not None and (found := _by_digest.get(digest)) is not None:
        return found
    rows = ProcessDefinition.objects
    row = (rows.filter(pk=key) if isinstance(key, int) else rows.filter(digest=key)).first()
    if row is None:
        raise DefinitionNotFound(key=key)
    return _remember(row)


def _remember(row: ProcessDefinition) -> Definition:
    with _lock:
        found = _by_digest.get(row.digest)
        if found is None:
            _files_by_digest[row.digest] = row.files
            found = _by_digest[row.digest] = parse(_bytes(row.files))
        _digest_by_id[row.pk] = row.digest
    return found


def forget() -> None:
    """Forget what this process remembers of definitions."""
    with _lock:
        _by_digest.clear()
        _files_by_digest.clear()
        _digest_by_id.clear()


def current(key: str) -> ProcessDefinition:
    """The version of a process that was deployed last, without its files; DefinitionNotFound."""
    versions = ProcessDefinition.objects.filter(key=key).defer("files")
    row = versions.order_by("-deployed_at", "-version").first()
    if row is None:
        raise DefinitionNotFound(key=key)
    return row


def all_current() -> tuple[ProcessDefinition, ...]:
    """The version of every process that was deployed last, by key, without their files."""
    versions = ProcessDefinition.objects.defer("files").order_by("key", "-deployed_at", "-version")
    return tuple(versions.distinct("key"))


def files_of(row: ProcessDefinition) -> Mapping[str, str]:
    """The files of a version: name in the folder -> text."""
    found = _files_by_digest.get(row.digest)
    if found is None:
        stored = ProcessDefinition.objects.values_list("files", flat=True).get(digest=row.digest)
        found = _files_by_digest[row.digest] = stored
    return found


def form_of(row: ProcessDefinition, form_key: str) -> dict[str, Any]:
    """The form of a version, as its JSON file says; DefinitionNotFound."""
    try:
        text = files_of(row)[f"forms/{form_key}.json"]
    except KeyError:
        raise DefinitionNotFound(key=row.key, form=form_key) from None
    form: dict[str, Any] = json.loads(text)
    return form


def deploy_all(directory: Path) -> list[ProcessDefinition]:
    """Deploy every folder of a directory that holds a diagram; their versions. DiagramRefused."""
    return [deploy_folder(folder) for folder in folders_of(directory)]


def folders_of(directory: Path) -> list[Path]:
    """The process folders in a directory: those that hold a diagram, by name."""
    return sorted({diagram.parent for diagram in Path(directory).glob("*/*.bpmn")})


def deploy_folder(folder: Path) -> ProcessDefinition:
    """Deploy one folder; its version, new only if its digest is. FolderInvalid, DiagramRefused."""
    return deploy(read_folder(folder))


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files of a process folder that a version keeps: diagram, decision tables, forms."""
    folder = Path(folder)
    paths = [*folder.glob("*.bpmn"), *folder.glob("*.dmn"), *folder.glob("forms/*.json")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(paths)}


def deploy(files: Mapping[str, bytes]) -> ProcessDefinition:
    """Deploy a version from its files, or make the one with their digest current again; DiagramRefused."""
    digest = digest_of(files)
    texts = _texts(files)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_DEPLOYING])
        stands = ProcessDefinition.objects.filter(digest=digest).first()
        if stands is not None:
            return _current_again(stands)
        parsed = _accepted(files)
        last = ProcessDefinition.objects.filter(key=parsed.key).aggregate(last=Max("version"))["last"] or 0
        return ProcessDefinition.objects.create(
            key=parsed.key,
            version=last + 1,
            digest=digest,
            name=parsed.name,
            name_en=parsed.name_en,
            files=texts,
            deployed_at=clock.now(),
        )


def _current_again(row: ProcessDefinition) -> ProcessDefinition:
    if current(row.key).pk != row.pk:
        row.deployed_at = clock.now()
        row.save(update_fields=["deployed_at"])
    return row


def _accepted(files: Mapping[str, bytes]) -> Definition:
    """The parsed definition when the gate has nothing against it; DiagramRefused."""
    parsed = parse(files)
    if violations := check(parsed, profile.known()):
        raise DiagramRefused(violations)
    return parsed


def cautions_of(row: ProcessDefinition) -> tuple[Violation, ...]:
    """What the gate says of a version that it lets pass, such as gaps in decision tables; judged once."""
    parsed = definition(row.pk)
    found: tuple[Violation, ...] | None = parsed.private.get("cautions")
    if found is None:
        found = parsed.private.setdefault("cautions", cautions(parsed))
    return found


def _texts(files: Mapping[str, bytes]) -> dict[str, str]:
    if sum(name.endswith(".bpmn") for name in files) != 1:
        raise FolderInvalid(files=", ".join(sorted(files)))
    try:
        return {name: content.decode() for name, content in files.items()}
    except UnicodeDecodeError as error:
        raise FolderInvalid(because="a file is not UTF-8") from error


def _bytes(files: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in files.items()}
