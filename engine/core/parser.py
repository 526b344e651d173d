"""Turns the files of one process folder into a definition."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, cast

from engine.core.calls import linked
from engine.core.decisions import Decision, Table
from engine.core.definition import Definition, Element, FormFields, VariableType
from engine.core.diagram import codes_of, elements_of, flows_of, lanes_of, properties_of
from engine.core.tables import read_tables
from engine.core.unsupported import unsupported_beside
from engine.core.xml import BPMN, LARGEST, depth, flag, opened, refused

# Where the files of called processes stand beside those of the process that calls them.
CALLS: Final = "calls/"


def parse(files: Mapping[str, bytes]) -> Definition:
    """The definition that the files of a process folder describe; DiagramRefused when they cannot be read."""
    return _linked(
        {name: content for name, content in files.items() if not name.startswith(CALLS)}, files, ()
    )


def _linked(own: Mapping[str, bytes], every: Mapping[str, bytes], calling: tuple[str, ...]) -> Definition:
    drawn = _drawn(own, digest_of(own if calling else every))
    if drawn.key in calling:
        raise refused(
            "P10",
            drawn.key,
            "The process calls itself, directly or by others.",
            "Process izsauc pats sevi, tieši vai ar citu procesu starpniecību.",
        )
    keys = {element.call.key for element in drawn.elements.values() if element.call is not None}
    found = {key: files_of_call(every, key) for key in sorted(keys)}
    called = {key: _linked(files, every, (*calling, drawn.key)) for key, files in found.items() if files}
    return linked(drawn, called)


def called_by(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The keys of the processes that the diagram of a folder calls; DiagramRefused."""
    roots = [opened(name, content) for name, content in files.items() if name.endswith(".bpmn")]
    calls = [call for root in roots for call in root.iter(f"{BPMN}callActivity")]
    return tuple(dict.fromkeys(call.get("calledElement", "") for call in calls))


def files_of_call(files: Mapping[str, bytes], key: str) -> dict[str, bytes]:
    """The files of a process that others among these files call; none when it is not there."""
    before = f"{CALLS}{key}/"
    return {name.removeprefix(before): content for name, content in files.items() if name.startswith(before)}


def _drawn(files: Mapping[str, bytes], digest: str) -> Definition:
    diagrams = [name for name in files if name.endswith(".bpmn")]
    if len(diagrams) != 1:
        raise refused(
            "P10",
            "",
            "A process folder has exactly one diagram.",
            "Procesa mapē ir tieši viena diagramma.",
        )
    root = opened(diagrams[0], files[diagrams[0]])
    process = _process(diagrams[0], root)
    properties = properties_of(process)
    lanes, lane_of = lanes_of(process)
    elements, flows = elements_of(process, lane_of, codes_of(root)), flows_of(process)
    _must_connect(process, elements, flows)
    return Definition(
        key=process.get("id", ""),
        name=process.get("name", ""),
        name_en=properties.get("name:en", ""),
        digest=digest,
        elements=MappingProxyType(elements),
        flows=MappingProxyType(flows),
        lanes=MappingProxyType(lanes),
        variables=MappingProxyType(_variables(properties) | _counters(elements.values())),
        start_roles=tuple(sorted(name[6:] for name in properties if name.startswith("start:"))),
        decisions=MappingProxyType(_decisions(files)),
        forms=MappingProxyType(
            {_form_key(name): _form(name, files[name]) for name in sorted(files) if _is_form(name)}
        ),
        properties=properties,
        unsupported=tuple(unsupported_beside(root, process)),
        depth=depth(root),
    )


def digest_of(files: Mapping[str, bytes]) -> str:
    """The sha256 of diagram, decision tables and forms, whatever their order; other files do not count."""
    counted = sorted(name for name in files if name.endswith((".bpmn", ".dmn")) or _is_form(name))
    lines = (f"{name}\0{sha256(files[name]).hexdigest()}\n" for name in counted)
    return sha256("".join(lines).encode()).hexdigest()


def _is_form(name: str) -> bool:
    *_, folder, last = ("", *name.split("/"))
    return folder == "forms" and last.endswith(".json")


def _form_key(name: str) -> str:
    return name.removeprefix("forms/").removesuffix(".json")


def _form(name: str, content: bytes) -> FormFields:
    try:
        schema = json.loads(content) if len(content) <= LARGEST else None
    except (ValueError, RecursionError):
        schema = None
    fields, variables = ({}, {}) if not isinstance(schema, dict) else _parts(schema)
    if not isinstance(schema, dict) or not isinstance(fields, dict) or not isinstance(variables, dict):
        raise refused("P15", name, "The form is not a JSON Schema.", "Veidlapa nav JSON shēma.")
    return FormFields(
        types=MappingProxyType({key: _type_of(field) for key, field in fields.items()}),
        variables=MappingProxyType({str(field): str(variable) for field, variable in variables.items()}),
    )


def _parts(schema: dict[str, Any]) -> tuple[Any, Any]:
    return schema.get("properties", {}), schema.get("x-variables", {})


def _type_of(field: Any) -> str:
    """The JSON type of a field, `date` for a text that is a day."""
    if not isinstance(field, dict):
        return ""
    kind = str(field.get("type", ""))
    return "date" if kind == "string" and "date" in (field.get("format"), field.get("x-kind")) else kind


def _process(name: str, root: Any) -> Any:
    """The process that runs: the only one of the file, or of several pools the one marked as executable."""
    processes = root.findall(f"{BPMN}process")
    if len(processes) > 1:
        processes = [process for process in processes if flag(process, "isExecutable")]
    if len(processes) != 1 or not processes[0].get("id"):
        raise refused(
            "P10",
            name,
            "The file has exactly one process that runs, and the process has an id.",
            "Failā ir tieši viens izpildāms process, un tam ir identifikators.",
        )
    return processes[0]


def _must_connect(process: Any, elements: Mapping[str, Any], flows: Mapping[str, Any]) -> None:
    ids = [node.get("id") for node in process.iter() if node.get("id")]
    if len(ids) != len(set(ids)) or "" in elements or "" in flows:
        raise refused(
            "P10", "", "Every element has an id of its own.", "Katram elementam ir savs identifikators."
        )
    for flow in flows.values():
        if flow.source not in elements or flow.target not in elements:
            raise refused(
                "P10", flow.id, "The flow does not connect two elements.", "Plūsma nesavieno divus elementus."
            )
        if elements[flow.source].parent != elements[flow.target].parent:
            raise refused(
                "P10", flow.id, "The flow crosses a subprocess.", "Plūsma šķērso apakšprocesa robežu."
            )


def _variables(properties: Mapping[str, str]) -> dict[str, VariableType]:
    return {
        name[4:]: cast(VariableType, value.strip())
        for name, value in properties.items()
        if name.startswith("var:")
    }


def _counters(elements: Iterable[Element]) -> dict[str, VariableType]:
    """What the engine counts of tasks with several instances, for their completion conditions."""
    counted = (name for element in elements if element.many for name in element.counters)
    return dict.fromkeys(counted, "int")


def _decisions(files: Mapping[str, bytes]) -> dict[str, Decision]:
    """The decisions of all files by id; one that several files hold has versions, oldest first."""
    versions: dict[str, list[Table]] = {}
    for name in sorted(files):
        if name.endswith(".dmn"):
            for table in read_tables(name, files[name]):
                versions.setdefault(table.id, []).append(table)
    return {
        key: Decision(key, tuple(sorted(tables, key=lambda table: table.valid_from or date.min)))
        for key, tables in versions.items()
    }
