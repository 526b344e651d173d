"""Compares a signed PDF with the paper that was given to be signed: all that people see must be the same."""

from collections.abc import Iterator
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

# What signing tools add to a document, or write anew, without changing what it says.
_ADDED: Final = frozenset({"/AcroForm", "/Perms", "/DSS", "/Extensions", "/Version", "/Metadata"})
_FORM: Final = frozenset({"/Fields", "/SigFlags", "/DR", "/DA"})
_MOST_OBJECTS: Final = 100_000
# Of a page's area: larger pictures of signatures could hide what was signed.
LARGEST_PICTURE: Final = 0.15


class Differs(Exception):
    """The signed file does not say what the paper says."""


def refuse_other_content(paper: PdfFileReader, signed: PdfFileReader) -> None:
    """Differs unless only signatures were added to the paper."""
    before, after = paper.root, signed.root
    if set(after) - set(before) - _ADDED:
        raise Differs
    pairs = _Pairs()
    for key in set(before) - _ADDED:
        pairs.add(before.raw_get(key), after.raw_get(key) if key in after else None)
    pairs.refuse_different()
    _refuse_other_fields(after)


def hides_text(signed: PdfFileReader) -> bool:
    """Whether the pictures of signatures take so much of a page that they could hide its text."""
    smallest = min(_area(box) for box in _page_sizes(signed.root["/Pages"], None))
    return sum(_area(widget["/Rect"]) for widget in _widgets(signed)) > LARGEST_PICTURE * smallest


class _Pairs:
    """Pairs of objects that still have to be compared; each pair is looked at once."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Any, Any]] = []
        self.seen: set[tuple[object, object]] = set()

    def add(self, before: Any, after: Any) -> None:
        """Compare these later."""
        self.waiting.append((before, after))

    def refuse_different(self) -> None:
        """Differs at the first pair that does."""
        while self.waiting:
            before, after = self.waiting.pop()
            if isinstance(before, generic.IndirectObject) and isinstance(after, generic.IndirectObject):
                key = (before.reference, after.reference)
                if key in self.seen:
                    continue
                self.seen.add(key)
            if len(self.seen) > _MOST_OBJECTS:
                raise Differs
            self._compare(_resolved(before), _resolved(after))

    def _compare(self, before: Any, after: Any) -> None:
        if isinstance(before, generic.StreamObject) or isinstance(after, generic.StreamObject):
            is_same = isinstance(before, generic.StreamObject) and isinstance(after, generic.StreamObject)
            if not is_same or before.encoded_data != after.encoded_data:
                raise Differs
        if isinstance(before, generic.DictionaryObject):
            self._compare_dictionaries(before, after)
        elif isinstance(before, generic.ArrayObject):
            if not isinstance(after, generic.ArrayObject) or len(before) != len(after):
                raise Differs
            self.waiting.extend(zip(list.__iter__(before), list.__iter__(after), strict=True))
        elif type(before) is not type(after) or before != after:
            raise Differs

    def _compare_dictionaries(self, before: Any, after: Any) -> None:
        if not isinstance(after, generic.DictionaryObject):
            raise Differs
        left_out = {"/Length"} if isinstance(before, generic.StreamObject) else set()
        if _at(before, "/Type") == "/Page":
            left_out.add("/Annots")
            _refuse_other_notes(self, before, after)
        if set(before) - left_out != set(after) - left_out:
            raise Differs
        for key in set(before) - left_out:
            self.add(before.raw_get(key), after.raw_get(key))


def _resolved(found: Any) -> Any:
    if isinstance(found, generic.IndirectObject):
        return found.get_object()  # type: ignore[no-untyped-call]
    return found


def _at(dictionary: Any, key: str) -> Any:
    return _resolved(dictionary.raw_get(key)) if key in dictionary else None


def _refuse_other_notes(pairs: _Pairs, before: Any, after: Any) -> None:
    """A page may only get the pictures of signatures, after the notes that it had."""
    had, notes = (list(list.__iter__(_at(page, "/Annots") or [])) for page in (before, after))
    for note in had:
        pairs.add(note, notes.pop(0) if notes else None)
    for note in notes:
        if not _is_signature(_resolved(note)):
            raise Differs


def _is_signature(widget: Any) -> bool:
    parent = _at(widget, "/Parent") or {}
    kind = _at(widget, "/FT") or _at(parent, "/FT")
    acts = "/A" in widget or "/AA" in widget
    return bool(_at(widget, "/Subtype") == "/Widget" and kind == "/Sig" and not acts)


def _refuse_other_fields(root: Any) -> None:
    form = _at(root, "/AcroForm") or {}
    fields = [_resolved(one) for one in list.__iter__(_at(form, "/Fields") or [])]
    if set(form) - _FORM or any(_at(one, "/FT") != "/Sig" for one in fields):
        raise Differs


def _widgets(signed: PdfFileReader) -> Iterator[Any]:
    for found in signed.embedded_signatures:
        field = _resolved(found.sig_field)
        kids = [_resolved(one) for one in list.__iter__(_at(field, "/Kids") or [])]
        yield from (one for one in (field, *kids) if "/Rect" in one)


def _page_sizes(node: Any, box: Any) -> Iterator[Any]:
    box = _at(node, "/MediaBox") or box
    kids = _at(node, "/Kids")
    if kids is None:
        yield box
        return
    for kid in list.__iter__(kids):
        yield from _page_sizes(_resolved(kid), box)


def _area(box: Any) -> float:
    left, below, right, above = (float(one) for one in map(_resolved, list.__iter__(box)))
    return abs(right - left) * abs(above - below)
