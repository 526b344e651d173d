"""Process definitions: deploying the folders of diagrams, and finding what was deployed.

Which version is current is asked of the table each time, so that a new one is seen without a restart; what
belongs to a digest never changes and is read once per process.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from engine import calling, clock, profile, sql, starts
from engine.core.definition import BETWEEN, Definition, Element, Violation
from engine.core.errors import DiagramRefused
from engine.core.parser import CALLS, digest_of, parse
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


def row(pk: int) -> ProcessDefinition:
    """The row of a version, without its files; DefinitionNotFound."""
    found = ProcessDefinition.objects.filter(pk=pk).defer("files").first()
    if found is None:
        raise DefinitionNotFound(key=pk)
    return found


def _remember(row: ProcessDefinition) -> Definition:
    with _lock:
        found = _by_digest.get(row.digest)
        if found is None:
            _files_by_digest[row.digest] = row.files
            found = _by_digest[row.digest] = parse(calling.as_bytes(row.files))
        _digest_by_id[row.pk] = row.digest
    return found


def element_of(version: Definition, key: str) -> Element:
    """An element by its id; that of a migrated instance may stand in another version only. KeyError."""
    found = version.elements.get(key)
    if found is None:
        known: dict[str, Element] = version.private.setdefault("former", {})
        found = known[key] = known.get(key) or _former(version, key)
    return found


def _former(version: Definition, key: str) -> Element:
    for row in _versions(version.key):
        found = definition(row.pk).elements.get(key)
        if found is not None:
            return found
    raise KeyError(key)


def _versions(key: str) -> QuerySet[ProcessDefinition]:
    """The versions of a process, newest first, without their files."""
    return ProcessDefinition.objects.filter(key=key).defer("files").order_by("-version")


def forget() -> None:
    """Forget what this process remembers of definitions."""
    with _lock:
        _by_digest.clear()
        _files_by_digest.clear()
        _digest_by_id.clear()


def current(key: str) -> ProcessDefinition:
    """The version of a process that was deployed last, without its files; DefinitionNotFound."""
    found = sql.row(sql.CURRENT_VERSION, {"key": key})
    if found is None:
        raise DefinitionNotFound(key=key)
    return ProcessDefinition.from_db("default", list(found), list(found.values()))


def all_current() -> tuple[ProcessDefinition, ...]:
    """The version of every process that was deployed last, by key, without their files."""
    versions = ProcessDefinition.objects.defer("files").order_by("key", "-deployed_at", "-version")
    return tuple(versions.distinct("key"))


def versions(key: str) -> tuple[ProcessDefinition, ...]:
    """Every version of a process, newest first, without their files."""
    return tuple(_versions(key))


def files_of(row: ProcessDefinition) -> Mapping[str, str]:
    """The files of a version: name in the folder -> text."""
    found = _files_by_digest.get(row.digest)
    if found is None:
        stored = ProcessDefinition.objects.values_list("files", flat=True).get(digest=row.digest)
        found = _files_by_digest[row.digest] = stored
    return found


def diagram_of(row: ProcessDefinition) -> str:
    """The diagram of a version, as its file says; not those that it calls."""
    return next(text for name, text in calling.own(files_of(row)).items() if name.endswith(".bpmn"))


def form_of(row: ProcessDefinition, form_key: str) -> dict[str, Any]:
    """The form of a version, as its JSON file says; DefinitionNotFound."""
    *called, last = form_key.split(BETWEEN)
    name = "".join(f"{CALLS}{key}/" for key in called) + f"forms/{last}.json"
    text = files_of(row).get(name)
    if text is None:
        # Of a task that was done before its instance was migrated the form may stand in another version only.
        others = (files_of(other).get(name) for other in _versions(row.key))
        text = next((found for found in others if found), None)
    if text is None:
        raise DefinitionNotFound(key=row.key, form=form_key)
    form: dict[str, Any] = json.loads(text)
    return form


def deploy_all(directory: Path) -> list[ProcessDefinition]:
    """Deploy every folder of a directory that holds a diagram; their versions. DiagramRefused."""
    return [deploy_folder(folder) for folder in folders_of(directory)]


def folders_of(directory: Path) -> list[Path]:
    """The process folders in a directory: those that hold a diagram, by name, what others call first."""
    folders = sorted({diagram.parent for diagram in Path(directory).glob("*/*.bpmn")})
    return calling.called_first({folder: read_folder(folder) for folder in folders})


def deploy_folder(folder: Path) -> ProcessDefinition:
    """Deploy one folder; its version, new only if its digest is. FolderInvalid, DiagramRefused."""
    return deploy(read_folder(folder))


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files of a process folder that a version keeps: diagram, decision tables, forms."""
    folder = Path(folder)
    paths = [*folder.glob("*.bpmn"), *folder.glob("*.dmn"), *folder.glob("forms/*.json")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(paths)}


def deploy(files: Mapping[str, bytes]) -> ProcessDefinition:
    """Deploy a version from its files, or make the one with their digest current again.

    What it calls is kept with it, in the versions that are current now; those that call it get a version of
    their own with this one. DiagramRefused, MessageStartTaken.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_DEPLOYING])
        row = _deploy(calling.bound(files))
        for caller in list(calling.callers(row.key)):
            _deploy(calling.bound(caller))
        return row


def _deploy(files: Mapping[str, bytes]) -> ProcessDefinition:
    digest = digest_of(files)
    texts = _texts(files)
    stands = ProcessDefinition.objects.filter(digest=digest).first()
    if stands is not None:
        return _current_again(stands)
    parsed = _accepted(files)
    last = ProcessDefinition.objects.filter(key=parsed.key).aggregate(last=Max("version"))["last"] or 0
    now = clock.now()
    row = ProcessDefinition.objects.create(
        key=parsed.key,
        version=last + 1,
        digest=digest,
        name=parsed.name,
        name_en=parsed.name_en,
        files=texts,
        deployed_at=now,
    )
    starts.subscribe(row, parsed, now)
    return row


def _current_again(row: ProcessDefinition) -> ProcessDefinition:
    if current(row.key).pk != row.pk:
        row.deployed_at = clock.now()
        row.save(update_fields=["deployed_at"])
        starts.subscribe(row, definition(row.pk), row.deployed_at)
    return row


def _accepted(files: Mapping[str, bytes]) -> Definition:
    """The parsed definition when the gate has nothing against it; DiagramRefused."""
    parsed = parse(files)
    if violations := check(parsed, replace(profile.known(), started=starts.started_messages())):
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
    if sum(name.endswith(".bpmn") for name in calling.own(files)) != 1:
        raise FolderInvalid(files=", ".join(sorted(files)))
    try:
        return {name: content.decode() for name, content in files.items()}
    except UnicodeDecodeError as error:
        raise FolderInvalid(because="a file is not UTF-8") from error
