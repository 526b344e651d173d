"""Three places with one of everything that can be asked for by an id, and who reaches which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from accounts.models import AccessToken
from cases.campaigns import KIND
from cases.models import Batch, Document, Message, MessageDigest, RetentionRun
from cases.notifications import notify
from cases.pdf import Facts, Letter, to_json
from cases.services.bulk import start_bulk
from cases.services.incidents import RETRY
from cases.services.start import start_case
from cases.services.tasks import complete_task
from cases.services.views import save_view
from engine import clock, jobs
from engine.handlers import HandlerContext, handler
from engine.models import Incident, Task
from engine.services import correlate_message
from exchange.webhooks.subscribing import Wish, ping, subscribe
from registries.models import Organisation
from tests.api.conftest import Api, token_of
from tests.api.test_documents import pdf
from tests.cases.people import World, grant, organisation, person, user

PLACES: Final = ("own", "near", "far")
EVERYWHERE: Final = frozenset(PLACES)
HERE: Final = frozenset({"own", "near"})
NOWHERE: Final[frozenset[str]] = frozenset()

# What each role reaches, as the specification says and not as the code does it: `own` is a school, `near`
# another one of the same municipality, `far` one of another municipality.
REACH: Final[Mapping[str, frozenset[str]]] = {
    "clerk": frozenset({"own"}),
    "head": frozenset({"own"}),
    "near_head": frozenset({"near"}),
    "municipal_officer": HERE,
    "municipal": HERE,
    "ikvd": EVERYWHERE,
    "officer": EVERYWHERE,
    "admin": EVERYWHERE,
    "auditor": EVERYWHERE,
    "sport": NOWHERE,
    "statistics": NOWHERE,
    "teacher": NOWHERE,
    "stranger": frozenset({"far"}),
    "other_head": frozenset({"far"}),
}
HEADS: Final = {"own": "head", "near": "near_head", "far": "other_head"}
# Who only works in an institution knows the institution, and of its cases those in which they have a part.
CASES: Final = {**REACH, "clerk": NOWHERE}
# Who only works in an institution finds nobody else in the directory.
DIRECTORY: Final = {**REACH, "clerk": NOWHERE}
# Whose cases another system is told of is for the head of the place and for administrators.
CONNECTED: Final = {**dict.fromkeys(REACH, NOWHERE), **{HEADS[p]: frozenset({p}) for p in PLACES}}
CONNECTED["admin"] = EVERYWHERE


@handler("tests.access.failing", runs="job", repeat="by_hand")
def failing(_context: HandlerContext) -> None:
    raise RuntimeError


@dataclass
class Things:
    """The ids by the name of their parameter and place, and what nobody without the place may ever read."""

    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    canaries: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def visible(self, parameter: str, who: str, name: str = "") -> frozenset[str]:
        """The places whose thing of this kind the person may ask for by the operation of this name."""
        if name.startswith("directory_"):
            return DIRECTORY[who]
        match parameter:
            case "webhook_id" | "delivery_id":
                return CONNECTED[who]
            case "incident_id" | "run_id" | "batch_id" | "correspondence_id" | "campaign_id":
                return EVERYWHERE if who == "admin" else NOWHERE
            case "bulk_id":
                return EVERYWHERE if who == "officer" else NOWHERE
            case "token_id" | "message_id" | "digest_id" | "view_id":
                return frozenset(place for place in PLACES if HEADS[place] == who)
            case "organisation_id":
                return REACH[who]
        return CASES[who]

    def forbidden(self, who: str) -> list[tuple[str, str]]:
        """Place and what of it the person must not meet in any answer."""
        own = REACH[who] | self.visible("webhook_id", who)
        foreign = [(place, canary) for place in PLACES if place not in own for canary in self.canaries[place]]
        # The name of the place itself is last.
        known = [(place, one) for place in own - CASES[who] for one in self.canaries[place][:-1]]
        return [*foreign, *known]


def furnish(world: World) -> Things:
    """Two more places with their people, and in each place one of everything."""
    kinds = Organisation.Kind
    place = world.municipality
    near = organisation(kinds.GENERAL, "Bērzu pamatskola", "90000000006", municipality=place, founder=place)
    quality = organisation(kinds.IKVD, "Kvalitātes dienests", "90000000007")
    for name, role, where in (
        ("near_head", "institution_head", near),
        ("municipal_officer", "municipality_officer", place),
        ("ikvd", "ikvd_officer", quality),
        ("sport", "sport_officer", world.ministry),
        ("statistics", "statistics_officer", world.ministry),
    ):
        world.users[name] = user(name, person(name.title(), "Pārbaudītāja"))
        grant(world.users[name], role, where)
    things = Things()
    schools = {"own": world.school, "near": near, "far": world.other_school}
    for name, school in schools.items():
        _furnish(world, things, name, school)
    return things


def _furnish(world: World, things: Things, place: str, school: Organisation) -> None:
    head, title = world.actor(HEADS[place]), f"Kanārijputniņš {place}"
    upload = start_case("upload", user=head, organisation=school)
    program = Api(Client(headers={"Authorization": f"Bearer {token_of(HEADS[place])}"}))
    paper = program.upload(
        f"tasks/{upload.task.public_id}/documents",
        field="paper",
        file=SimpleUploadedFile(f"{place}.pdf", pdf(), "application/pdf"),
    ).json()
    started = start_case("request", user=head, organisation=school)
    complete_task(started.task.public_id, user=head, answers={"title": title, "amount": 250})
    decide = Task.objects.get(instance=started.case.instance, status="open")
    hook = subscribe(Wish(title, "http://127.0.0.1:9/", ("case.decided",), school), user=head).row
    jobs.enqueue("tests.access.failing", now=clock.now())
    # The webhook's receiver is not there: its delivery fails once and waits.
    delivery = ping(hook.public_id, user=head)
    jobs.run_due("test", until_empty=True)
    recipient = world.users[HEADS[place]].person_id
    note = notify(
        started.case.pk, kind="case.decided", recipient_id=recipient, natural_key=place, now=clock.now()
    )
    letter = Letter("VIIS", (), "", "", (), title, (Facts((("Nosaukums", title),)),))
    Document.objects.filter(public_id=paper["id"]).update(letter=to_json(letter))
    digest = MessageDigest.objects.create(
        recipient_id=recipient, day=clock.now().date(), subject=title, text=title, language="lv",
        created_at=clock.now(),
    )  # fmt: skip
    run = RetentionRun.objects.create(
        digest="0" * 64, prepared_by=world.users["officer"], prepared_at=clock.now()
    )
    batch = Batch.objects.create(
        kind=RETRY, reason="Pārbaude", asked_by=world.users["admin"], asked_at=clock.now(), channel="page"
    )
    with transaction.atomic():
        sent = correlate_message("told", key=place, message_id=place, variables={}, now=clock.now())
    campaign = Batch.objects.create(
        kind=KIND,
        process_key="request",
        reason=title,
        asked_by=world.users["admin"],
        asked_at=clock.now(),
        channel="page",
        started_at=clock.now(),
    )
    bulk = start_bulk([decide.public_id], user=world.actor("officer"), kind="release")
    found = {
        "case_id": started.case.public_id,
        "task_id": decide.public_id,
        "document_id": paper["id"],
        "organisation_id": school.public_id,
        "webhook_id": hook.public_id,
        "delivery_id": delivery.public_id,
        "incident_id": Incident.objects.latest("id").public_id,
        "batch_id": batch.public_id,
        "bulk_id": bulk.public_id,
        "campaign_id": campaign.public_id,
        "token_id": AccessToken.objects.filter(user__username=HEADS[place]).latest("id").public_id,
        "message_id": Message.objects.get(pk=note.pk).public_id,
        "digest_id": digest.public_id,
        "person_id": world.users[HEADS[place]].person.public_id,
        "run_id": run.public_id,
        "correspondence_id": sent.public_id,
        "view_id": save_view(user=head, name=title, query="queue=mine").public_id,
    }
    for parameter, public_id in found.items():
        things.ids.setdefault(parameter, {})[place] = str(public_id)
    kept = ("case_id", "task_id", "document_id", "webhook_id")
    things.canaries[place] = (
        started.case.number,
        upload.case.number,
        title,
        *(str(found[parameter]) for parameter in kept),
        school.name,
    )
