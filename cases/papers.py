"""Papers that a task's form gives to be signed: the newest document of each kind that a question names."""

from collections.abc import Mapping

from cases.documents import newest
from cases.forms import Form
from cases.models import Case, Document


def of_form(case: Case, form: Form) -> Mapping[str, Document]:
    """The papers by the name of the question that wants them signed."""
    found = {field.name: newest(case, field.signs) for field in form.fields if field.signs}
    return {name: paper for name, paper in found.items() if paper is not None}
