"""Notes in the audit which persons a form offers to choose from."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from cases import audit

from .context import FormContext
from .form import Choice, Form


def _is_person(value: str) -> bool:
    """Whether the choice is a person of the register, by public id, and not a word of the process."""
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def record_offered(context: FormContext, form: Form, offered: Mapping[str, Iterable[Choice]]) -> None:
    """Record the persons among the choices that a form is shown with; one statement if there are any."""
    persons = [
        choice.value
        for field in form.fields
        if field.kind == "person"
        for choice in offered.get(field.name, ())
        if _is_person(choice.value)
    ]
    if persons:
        about = f"task:{context.task.public_id}" if context.task else f"case:{context.case.public_id}"
        audit.record_offered(context.user, about, persons)
