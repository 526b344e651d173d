"""What every recording must hold: it walks as the case went, and nothing of anybody is in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from accounts.models import User
from cases.models import Answer, Case, Document, FieldComment
from cases.recording import Recording, recording_of, walk
from cases.recording.neutral import words_of
from engine import catalog
from engine.models import Completion
from registries.models import Person, PersonCode


def assert_recorded_walks_alike(case: Case) -> Recording:
    """The recording of a case, pasted and walked, passes what the case passed, in the same order."""
    made = recording_of(case)
    history = Completion.objects.filter(instance=case.instance).exclude(kind="cancel").order_by("version")
    passed = [tuple(pair) for step in history for pair in step.passed]
    walked = walk(catalog.definition(case.instance.definition_id), pasted(made))
    assert list(walked.passed) == passed
    assert walked.ended is (case.instance.status == "completed")
    assert_nothing_of_anybody(case, made.text)
    return made


def pasted(made: Recording) -> dict[str, Any]:
    """The one scenario that the text of a recording is."""
    (content,) = tomllib.loads(made.text)["scenario"]
    return content


def assert_nothing_of_anybody(case: Case, text: str) -> None:
    """No name, code, address, file or answer in their own words of anybody who has to do with the case."""
    told = {found for found in texts_about(case) if re.search(rf"(?<!\w){re.escape(found)}(?!\w)", text)}
    assert told == set()


def texts_about(case: Case) -> set[str]:
    """Every text that tells of somebody in a case, or of the case itself."""
    people = Person.objects.filter(employments__organisation=case.organisation) | Person.objects.filter(
        pk__in=[case.subject_id, case.applicant.person_id if case.applicant else None]
    )
    found = {str(case.public_id), case.number, case.organisation.name, case.organisation.registration_number}
    for person in people.distinct():
        found |= {person.given_name, person.family_name, str(person), person.email, str(person.public_id)}
    found |= set(PersonCode.objects.filter(person__in=people).values_list("code", flat=True))
    found |= set(User.objects.values_list("username", flat=True))
    found |= set(Document.objects.filter(case=case).values_list("file_name", flat=True))
    found |= set(FieldComment.objects.filter(case=case).values_list("text", flat=True))
    words = words_of(catalog.files_of(case.instance.definition))
    for content in Answer.objects.filter(case=case).values_list("content", flat=True):
        found |= {text for text in _texts(content) if text not in words}
    return {text for text in found if len(text) > 2}


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from _texts(item)
        case list():
            for item in value:
                yield from _texts(item)
