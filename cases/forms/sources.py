"""Where choices and prefilled answers come from: functions named in `x-source` and `x-prefill`."""

from collections.abc import Callable, Iterable
from typing import Any

from registries.models import Person
from registries.queries import employees

from .context import FormContext
from .form import Choice, Field, Form

ChoiceSource = Callable[[FormContext], Iterable[Choice]]
LabelSource = Callable[[FormContext, str], Choice | None]
PrefillSource = Callable[[FormContext], Any]
Condition = Callable[[FormContext], bool]

_choices: dict[str, ChoiceSource] = {}
_labels: dict[str, LabelSource] = {}
_prefills: dict[str, PrefillSource] = {}
_conditions: dict[str, Condition] = {}


def choice_source(name: str) -> Callable[[ChoiceSource], ChoiceSource]:
    """Register what can be chosen where a field says `x-source: name`."""

    def register(source: ChoiceSource) -> ChoiceSource:
        _choices[name] = source
        return source

    return register


def label_source(name: str) -> Callable[[LabelSource], LabelSource]:
    """Register how a value that can no longer be chosen is still shown."""

    def register(source: LabelSource) -> LabelSource:
        _labels[name] = source
        return source

    return register


def prefill_source(name: str) -> Callable[[PrefillSource], PrefillSource]:
    """Register what stands in a field that says `x-prefill: name` before anybody typed."""

    def register(source: PrefillSource) -> PrefillSource:
        _prefills[name] = source
        return source

    return register


def condition(name: str) -> Callable[[Condition], Condition]:
    """Register when a field that says `x-asked-if: name` is asked."""

    def register(holds: Condition) -> Condition:
        _conditions[name] = holds
        return holds

    return register


def is_asked(field: Field, context: FormContext) -> bool:
    """Whether the case wants this question at all."""
    return not field.asked_if or _conditions[field.asked_if](context)


def choices(field: Field, context: FormContext) -> tuple[Choice, ...]:
    """What can be chosen now; a field may add fixed choices after those of its source."""
    if not field.source:
        return field.options
    found = tuple(_choices[field.source](context))
    return found + tuple(one for one in field.options if one.value not in {other.value for other in found})


def label_of(field: Field, value: str, context: FormContext) -> Choice:
    """How a chosen value is shown, also when it can be chosen no more."""
    for choice in choices(field, context):
        if choice.value == value:
            return choice
    found = _labels[field.source](context, value) if field.source in _labels else None
    return found or Choice(value, value, value)


def prefill(form: Form, context: FormContext) -> dict[str, Any]:
    """What the registers already know, by field."""
    known = {field.name: _prefills[field.prefill](context) for field in form.fields if field.prefill}
    for field in form.fields:
        if field.row is not None:
            known[field.name] = field.row.values.get(field.name.rpartition("-")[2])
    return {name: value for name, value in known.items() if value not in (None, "", [])}


@choice_source("employees")
def employees_of_applicant(context: FormContext) -> Iterable[Choice]:
    """Who works in the organisation of the case today, each once, with their position."""
    seen: set[int] = set()
    for row in employees(context.case.organisation, context.today):
        if row.person_id not in seen:
            seen.add(row.person_id)
            words = f"{row.person}, {row.position}"
            yield Choice(str(row.person.public_id), words, words)


@label_source("employees")
def person_by_public_id(_context: FormContext, value: str) -> Choice | None:
    """A person of the register, by public id."""
    person = Person.objects.filter(public_id=value).first()
    return Choice(value, str(person), str(person)) if person else None
