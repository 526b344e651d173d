"""Opens diagrams and decision tables: bounded size, no document type, no entities, no network."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from engine.core.definition import Violation
from engine.core.errors import DiagramRefused

BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA: Final = "{http://camunda.org/schema/1.0/bpmn}"
LARGEST: Final = 1_000_000
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}
DEEPEST: Final = 100

Node = Any


def refused(rule: str, where: str, english: str, latvian: str) -> DiagramRefused:
    """The refusal of a file that cannot be read at all."""
    return DiagramRefused(
        [
            Violation(
                rule,
                where,
                "",
                english,
                latvian,
                "Export the file again from a BPMN modeller.",
                "Eksportējiet failu no BPMN redaktora vēlreiz.",
            )
        ]
    )


def opened(name: str, content: bytes) -> Node:
    """The root element of one file; DiagramRefused."""
    if len(content) > LARGEST:
        raise refused("P10", name, "The file is larger than 1 MB.", "Fails ir lielāks par 1 MB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused("P10", name, "The file is not UTF-8.", "Fails nav UTF-8 kodējumā.") from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise refused(
            "P10",
            name,
            "The file has a document type or entities.",
            "Failā ir dokumenta tips vai entītijas.",
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        raise refused("P10", name, "The file is not well-formed XML.", "Fails nav derīgs XML.") from None
    if depth(root) > DEEPEST:
        raise refused("P10", name, "The elements are nested too deep.", "Elementi ir ligzdoti pārāk dziļi.")
    return root


def depth(root: Node) -> int:
    """How many levels of elements the file has."""
    deepest, level = 0, 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        level += 1 if event == "start" else -1
        deepest = max(deepest, level)
    return deepest


def local(node: Node) -> str:
    """The name of an element without its namespace."""
    return str(etree.QName(node).localname)


def namespace(node: Node) -> str:
    """The namespace of an element in braces."""
    return "{" + str(etree.QName(node).namespace or "") + "}"


def flag(node: Node, name: str, default: bool = False) -> bool:
    """Whether an attribute says yes, in one of the four spellings of XML Schema; DiagramRefused."""
    written = node.get(name)
    value = default if written is None else _FLAGS.get(written.strip())
    if value is None:
        raise refused(
            "P10",
            node.get("id") or node.get("name") or local(node),
            f"The attribute `{name}` is `{written[:80]}`, which is neither true nor false.",
            f"Atribūts `{name}` ir `{written[:80]}`, kas nav ne true, ne false.",
        )
    return value


def text_of(node: Node | None) -> str:
    """The text directly in an element, or nothing."""
    return "" if node is None else "".join(node.itertext()).strip()
