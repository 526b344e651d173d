"""A case about a person whose every text is a canary, and canaries of everybody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from accounts.models import RoleGrant, User
from accounts.services import create_token
from cases.models import Draft, FieldComment
from engine import clock, jobs
from registries.models import Employment, Person, PersonCode
from tests.access_request.conftest import Walk, begin, other_head, person, seeded, walk
from tests.web.conftest import visit

__all__ = ["begin", "other_head", "seeded", "visit", "walk"]

OWN = {
    "given_name": "Kanarijsvards",
    "family_name": "Kanarijsuzvards",
    "email": "kanarijs.pasts@example.lv",
    "phone": "+371 29998877",
}
CODE = "329998877665"[:11]
REASON, COMMENT, DRAFT = "Kanarijs iemesls", "Kanarijs piezime", "Kanarijs melnraksts"
POSITION, TOKEN = "Kanarijs amats", "Kanarijs programma"
# Folded, as search keys and usernames have it.
FOLDED = "kanarijsuzvards"
CANARIES = (*OWN.values(), CODE, REASON, COMMENT, DRAFT, POSITION, TOKEN, FOLDED)
OTHERS = ("Svešvards", "Svešuzvards", "svess.pasts@example.lv", "+371 21112233")


@dataclass
class Granted:
    """The person, and the case about them that was decided."""

    person: Person
    walk: Walk


@pytest.fixture
def granted(walk: Walk) -> Granted:
    """Access was asked for, given, used; whatever could be written was written."""
    subject = person("Jānis Paraugs")
    walk_answers = {"reason": REASON, "person": str(subject.public_id), "email": OWN["email"]}
    for name, value in OWN.items():
        setattr(subject, name, value)
    subject.save()
    PersonCode.objects.filter(person=subject, valid_until=None).update(code=CODE)
    Employment.objects.filter(person=subject).update(position=POSITION)
    head = User.objects.get(username="ilze.piemere").person
    head.given_name, head.family_name, head.email, head.phone = OTHERS
    head.save()
    answers = {"kind": "grant", "roles": ["institution_user"], **walk_answers}
    walk.do("fill_request", "ilze.piemere", **answers)
    walk.accept()
    walk.confirm()
    task = walk.task("decide")
    walk.do("decide", "karlis.paraugs", decision="grant")
    jobs.run_due("test", until_empty=True)
    assert walk.fresh().closed_at is not None
    now = clock.now()
    FieldComment.objects.create(
        case=walk.case, task=task, form_key="access_request", field="reason", text=COMMENT,
        author="karlis.paraugs", written_at=now, answered_at=now,
    )  # fmt: skip
    Draft.objects.create(task=task, content={"reason": DRAFT}, author="karlis.paraugs", saved_at=now)
    user = User.objects.get(person=subject)
    create_token(user, name=TOKEN, scopes=["cases:read"], expires_at=now + timedelta(days=30), now=now)
    return Granted(subject, walk)


@pytest.fixture
def left(granted: Granted) -> Granted:
    """They no longer work there and hold no role."""
    yesterday = clock.now().date() - timedelta(days=1)
    Employment.objects.filter(person=granted.person).update(valid_until=yesterday)
    RoleGrant.objects.filter(user__person=granted.person).update(revoked_at=clock.now())
    return granted
