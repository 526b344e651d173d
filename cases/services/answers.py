"""What is entered in a task: checked against its form, merged if it is a correction, given to the engine."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder

from accounts.actors import Actor
from cases import forms, sql
from cases.errors import FieldError, FieldsUnknown, FormInvalid
from cases.forms import Form, FormContext
from engine import sql as engine_sql
from engine.core.definition import Definition
from engine.core.values import Value, decoded
from engine.models import ProcessDefinition

from . import sharing
from .locking import LockedTask

LONGEST_COMMENT: Final = 2000
CLOSED: Final = (
    "Šī atbilde nav atdota labošanai, tāpēc to mainīt nevar.",
    "This answer was not returned for correction, so it cannot be changed.",
)
NO_COMMENT: Final = (
    "Lai atdotu labošanai, uzrakstiet vismaz pie vienas atbildes, kas jālabo.",
    "To return it for correction, write at least at one answer what to correct.",
)
LONG_COMMENT: Final = (
    "Piezīme ir par garu: ne vairāk kā 2000 zīmes.",
    "The comment is too long: at most 2000 characters.",
)
NO_RETURN: Final = ("Šajā uzdevumā lietu nevar atdot labošanai.", "A case cannot be returned in this task.")
UNKNOWN: Final = ("Šāda lauka veidlapā nav.", "The form has no such field.")


@dataclass(frozen=True, slots=True)
class Entered:
    """Checked answers of a task; with `comments` the case goes back for correction of `returned_form`."""

    form: Form
    content: Mapping[str, Any]
    is_correction: bool
    comments: Mapping[str, str]
    returned_form: str

    @property
    def is_return(self) -> bool:
        """Whether the case goes back for correction."""
        return bool(self.comments)


def form_of(definition: Definition, definition_id: int, form_key: str) -> Form:
    """The form of this version of the process, without reading the version's row again."""
    return forms.load(
        ProcessDefinition(pk=definition_id, key=definition.key, digest=definition.digest), form_key
    )


def entered(
    held: LockedTask, user: Actor, answers: Mapping[str, Any], comments: Mapping[str, str] | None
) -> Entered:
    """The answers, checked. FieldsUnknown, WrongType, FormInvalid."""
    context = FormContext(case=held.case, task=held.task, user=user, now=held.now)
    form = form_of(held.definition, held.locked.definition_id, held.task.form_key)
    form = forms.expanded(form, context)
    given = dict(answers)
    if comments is not None:
        rule = form.return_rule
        if rule is None:
            raise FormInvalid((FieldError("", "no_return", *NO_RETURN),))
        given[rule.field] = rule.value
    if held.commented:
        given = _corrected(held, form, given)
    content = sharing.check(form, given, context)
    words = _comments(held, form, content, comments or {})
    returned_form = form.return_rule.form if words and form.return_rule else ""
    return Entered(form, content, bool(held.commented), words, returned_form)


def open_fields(form: Form, commented: frozenset[str]) -> frozenset[str]:
    """The fields that a correction may change: the commented ones, and those asked because of them."""
    found = {name for name in commented if name in form.names}
    while True:
        asked = {field.name for field in form.fields if field.show_if and field.show_if.field in found}
        if asked <= found:
            return frozenset(found)
        found |= asked


def newest(case_id: int, form_key: str) -> Mapping[str, Any]:
    """The newest answers to a form of the case; empty if there are none."""
    row = engine_sql.row(sql.NEWEST_ANSWER, {"case": case_id, "form": form_key})
    content = row["content"] if row else {}
    found: Mapping[str, Any] = json.loads(content) if isinstance(content, str) else content
    return found


def variables(held: LockedTask, form: Form, content: Mapping[str, Any]) -> Mapping[str, Value]:
    """The variables that the answers give where the task lies; a question that was not asked gives none."""
    raw = {variable: _scalar(content.get(field)) for field, variable in form.variables.items()}
    scope = held.definition.elements[held.task.element].parent
    return decoded(held.definition.types_in(scope), raw)


def dumped(content: Mapping[str, Any]) -> str:
    """Answers as they are stored."""
    return json.dumps(dict(content), ensure_ascii=False, cls=DjangoJSONEncoder)


def _scalar(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else value


def _corrected(held: LockedTask, form: Form, given: Mapping[str, Any]) -> dict[str, Any]:
    """The former answers with the open ones replaced; FormInvalid if a closed one was changed."""
    former = newest(held.case.pk, held.task.form_key)
    opened = open_fields(form, held.commented)
    closed = [name for name in given if name in form.names and name not in opened]
    changed = [name for name in closed if not _same(given[name], former.get(name))]
    if changed:
        raise FormInvalid(tuple(FieldError(name, "closed", *CLOSED) for name in changed))
    return {**former, **{name: value for name, value in given.items() if name not in closed}}


def _same(given: Any, former: Any) -> bool:
    return given == former or (given in (None, "", []) and former in (None, "", []))


def _comments(
    held: LockedTask, form: Form, content: Mapping[str, Any], comments: Mapping[str, str]
) -> dict[str, str]:
    rule = form.return_rule
    if rule is None or content.get(rule.field) != rule.value:
        return {}
    words = {field: text.strip() for field, text in comments.items() if text.strip()}
    if not words:
        raise FormInvalid((FieldError(rule.field, "no_comment", *NO_COMMENT),))
    names = form_of(held.definition, held.locked.definition_id, rule.form).names
    unknown = sorted(field for field in words if field not in names)
    if unknown:
        raise FieldsUnknown(tuple(FieldError(field[:100], "unknown", *UNKNOWN) for field in unknown[:20]))
    long = [field for field, text in words.items() if len(text) > LONGEST_COMMENT]
    if long:
        raise FormInvalid(tuple(FieldError(field, "too_long", *LONG_COMMENT) for field in long))
    return words
