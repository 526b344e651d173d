"""Finds every message in code and templates, and what a catalogue lacks; needs no gettext tools."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

from config.launcher.catalogues import Entry, entries

LATVIAN_PLURALS = 3
# The number of messages that a call names, after its context.
CALLS = {
    "_": 1,
    "gettext": 1,
    "gettext_lazy": 1,
    "gettext_noop": 1,
    "ngettext": 2,
    "ngettext_lazy": 2,
    "pgettext": 1,
    "pgettext_lazy": 1,
    "npgettext": 2,
    "npgettext_lazy": 2,
}
TEMPLATE_CALL = re.compile(r"\b(_|n?p?gettext)\(")
LITERAL = re.compile(r"""\s*u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*,?""")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|%[sd]")
SKIPPED = frozenset(("tests", "migrations", "node_modules", "vendor", "var", "benchmarks"))


@dataclass(frozen=True, slots=True)
class Message:
    """A message as gettext looks it up, and where it stands."""

    key: str
    place: str

    @property
    def singular(self) -> str:
        """The English text, without context and plural."""
        return self.key.rpartition("\x04")[2].partition("\x00")[0]


def messages(root: Path) -> Iterator[Message]:
    """Every message of the product's Python files and templates."""
    for file in _files(root, "*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (key := _key_of(node)):
                yield Message(key, f"{file.relative_to(root)}:{node.lineno}")
    for pattern in ("*.html", "*.txt"):
        for file in _files(root / "templates", pattern):
            for key in _keys_in_template(file.read_text(encoding="utf-8")):
                yield Message(key, str(file.relative_to(root)))


def _files(root: Path, pattern: str) -> Iterator[Path]:
    for file in sorted(root.rglob(pattern)):
        parts = file.relative_to(root).parts
        if not SKIPPED.intersection(parts) and not any(part.startswith(".") for part in parts):
            yield file


def _key_of(call: ast.Call) -> str:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name not in CALLS:
        return ""
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    return _key(name, texts)


def _keys_in_template(source: str) -> Iterator[str]:
    code = templatize(source)
    for call in TEMPLATE_CALL.finditer(code):
        texts, at = [], call.end()
        while literal := LITERAL.match(code, at):
            texts.append(str(ast.literal_eval(literal.group(1))))
            at = literal.end()
        if key := _key(call.group(1), texts):
            yield key


def _key(name: str, texts: list[str]) -> str:
    """The look-up key; empty for a call whose message is not written out."""
    context = ""
    if "pgettext" in name and texts:
        context, texts = f"{texts[0]}\x04", texts[1:]
    count = CALLS[name]
    return context + "\x00".join(texts[:count]) if len(texts) >= count else ""


def faults(root: Path, catalogue: Path) -> list[str]:
    """What keeps the catalogue from being complete, one sentence each."""
    known = {entry.key: entry for entry in entries(catalogue)}
    found = {}
    for message in messages(root):
        if reason := _fault(known.get(message.key), message):
            found[message.key] = f"{message.place}: {message.singular!r} {reason}"
    return sorted(found.values())


def _fault(entry: Entry | None, message: Message) -> str:
    if entry is None:
        return "is not in the catalogue"
    if entry.is_fuzzy:
        return "is marked fuzzy"
    needed = LATVIAN_PLURALS if "\x00" in message.key else 1
    if len(entry.forms) != needed or not all(entry.forms):
        return f"has not all of its {needed} translations"
    wanted = _placeholders(message.singular)
    if any(_placeholders(form) - wanted for form in entry.forms):
        return "is translated with placeholders of its own"
    return ""


def _placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}
