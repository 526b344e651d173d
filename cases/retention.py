"""Carries out the rules on how long data are kept: listed by one person, signed by another, done as a job."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM, Actor
from cases import audit, permissions
from cases.errors import NotAllowed, NotFound, Reason, Refused
from cases.models import Case, LegalHold, RetentionItem, RetentionRule, RetentionRun
from cases.privacy import SOURCES, Subject
from cases.privacy.keeping import years_before
from cases.services.acting import Begun, act, begin
from cases.services.locking import uuid_of
from engine import clock, jobs
from engine.handlers import HandlerContext, handler
from registries.models import Person

RUN: Final = "retention.run"
BATCH: Final = 50
MOST: Final = 5000


@dataclass(frozen=True, slots=True)
class Due:
    """A case whose time is over by a rule."""

    rule: RetentionRule
    case: Case


def rules() -> list[RetentionRule]:
    """Every rule, also those that the ministry has not given a legal basis yet."""
    return list(RetentionRule.objects.order_by("process_key"))


def newest_runs(limit: int) -> list[RetentionRun]:
    """The lists that were prepared last."""
    runs = RetentionRun.objects.select_related("prepared_by__person", "signed_by__person")
    return list(runs.order_by("-id")[:limit])


@transaction.atomic
def set_rule(process_key: str, *, years: int, action: str, basis: str) -> RetentionRule:
    """The rule of a process from now on; without a legal basis it does nothing."""
    values = {"years": years, "action": action, "legal_basis": basis.strip()[:300]}
    rule, _created = RetentionRule.objects.update_or_create(process_key=process_key, defaults=values)
    audit.record_act(SYSTEM, "retention.rule", f"process:{process_key}", values)
    return rule


def due_cases(now: datetime) -> list[Due]:
    """Cases whose data are to go by now; none by a rule without a legal basis, none under a hold."""
    return [due for rule in rules() if rule.legal_basis for due in _due(rule, now)][:MOST]


def _due(rule: RetentionRule, now: datetime) -> Iterator[Due]:
    held = LegalHold.objects.filter(released_at=None).values("case")
    emptied = RetentionItem.objects.exclude(done_at=None).values("case")
    closed = Case.objects.filter(process_key=rule.process_key, closed_at__lt=years_before(now, rule.years))
    found = closed.exclude(pk__in=held).exclude(pk__in=emptied).order_by("id")
    return (Due(rule, case) for case in found[:MOST])


def digest_of(due: list[Due]) -> str:
    """The hash of a list: what was seen is what is signed."""
    lines = [f"{one.rule.pk} {one.rule.action} {one.case.public_id}\n" for one in due]
    return sha256("".join(lines).encode()).hexdigest()


def prepare_run(user: Actor, *, digest: str = "") -> RetentionRun:
    """List what is due for somebody else to sign; Refused if nothing is, or it is not what `digest` names."""
    with act(user, "retention.prepare", "retention"):
        begun = _begun(user)
        due = due_cases(begun.now)
        if not due or user.user_id is None:
            raise Refused("nothing_due", _("There is nothing whose time is over."))
        _refuse_other(digest, digest_of(due))
        run = RetentionRun.objects.create(
            digest=digest_of(due), prepared_by_id=user.user_id, prepared_at=begun.now
        )
        items = [RetentionItem(run=run, rule=one.rule, case=one.case, action=one.rule.action) for one in due]
        RetentionItem.objects.bulk_create(items, batch_size=1000)
        fields = {"cases": len(due), "digest": run.digest}
        audit.record_act(user, "retention.prepared", f"retention:{run.public_id}", fields)
        return run


def sign_run(public_id: UUID | str, user: Actor, *, digest: str = "") -> RetentionRun:
    """Let the job begin; NotFound, NotAllowed for who prepared it, Refused if the list has changed."""
    with act(user, "retention.sign", f"retention:{public_id}"):
        begun = _begun(user)
        runs = RetentionRun.objects.select_for_update(of=("self",)).select_related("prepared_by")
        run = runs.filter(public_id=uuid_of(public_id)).first()
        if run is None or run.status != RetentionRun.Status.PREPARED:
            raise NotFound
        if user.user_id is None or user.person_id == run.prepared_by.person_id:
            raise NotAllowed(Reason.DECIDED_EARLIER)
        _refuse_other(digest, run.digest)
        _refuse_other(run.digest, digest_of(due_cases(run.prepared_at)))
        run.status, run.signed_by_id, run.signed_at = RetentionRun.Status.SIGNED, user.user_id, begun.now
        run.save(update_fields=["status", "signed_by", "signed_at"])
        audit.record_act(user, "retention.signed", f"retention:{run.public_id}", {"digest": run.digest})
        arguments = {"run": run.pk, "batch": 0}
        jobs.enqueue(RUN, now=begun.now, arguments=arguments, natural_key=f"{RUN}:{run.pk}:0")
        return run


def _begun(user: Actor) -> Begun:
    begun = begin(user)
    against = permissions.against_retaining(begun.scope)
    if against is not None:
        raise NotAllowed(against)
    return begun


def _refuse_other(seen: str, stands: str) -> None:
    if seen not in ("", stands):
        raise Refused("list_changed", _("The list has changed since it was prepared. Prepare it again."))


@handler(
    RUN,
    runs="job",
    repeat="safe",
    title=("Lietu iztukšošana pēc glabāšanas laika", "Emptying cases whose time is over"),
)
def carry_out(context: HandlerContext) -> Mapping[str, object] | None:
    """Empties the next cases of a signed run, and asks for those after them."""
    run = RetentionRun.objects.get(pk=context.arguments["run"])
    waiting = run.items.filter(done_at=None, skipped="").order_by("id")
    for item in waiting.select_related("case")[:BATCH]:
        _empty(item)
    now = clock.now()
    if waiting.exists():
        batch = int(context.arguments["batch"]) + 1
        arguments = {"run": run.pk, "batch": batch}
        jobs.enqueue(RUN, now=now, arguments=arguments, natural_key=f"{RUN}:{run.pk}:{batch}")
    else:
        RetentionRun.objects.filter(pk=run.pk).update(status=RetentionRun.Status.DONE, done_at=now)
    return None


@transaction.atomic
def _empty(item: RetentionItem) -> None:
    case = Case.objects.select_for_update().get(pk=item.case_id)
    now = clock.now()
    if standing_hold(case) is not None:
        RetentionItem.objects.filter(pk=item.pk).update(skipped="held")
        return
    # Only the case is emptied here: whom it was about stays in the registers.
    subject = Subject(cast("Person", case.subject), None, (case,), (case,))
    rows = sum(source.erase(subject) for source in SOURCES.values())
    if item.action == RetentionRule.Action.ANONYMISE:
        Case.objects.filter(pk=case.pk).update(subject=None, applicant=None)
    RetentionItem.objects.filter(pk=item.pk).update(done_at=now)
    fields = {"rows": rows, "action": item.action, "run": str(item.run.public_id)}
    audit.record(case, SYSTEM, "retention.emptied", f"case:{case.public_id}", fields, now)


def place_hold(case: Case, user: Actor, *, basis: str, hides_looks: bool = False) -> LegalHold:
    """Nothing of the case goes until the hold is released; Refused without a legal basis."""
    if not basis.strip():
        raise Refused("no_basis", _("Name the law or the order that the hold rests on."))
    if standing_hold(case) is not None:
        raise Refused("held_already", _("The case is held already."))
    now = clock.now()
    with transaction.atomic():
        hold = LegalHold.objects.create(
            case=case, basis=basis.strip()[:300], hides_looks=hides_looks, placed_by=user.name, placed_at=now
        )
        fields = {"hides_looks": hides_looks, "channel": user.channel}
        audit.record(case, user, "hold.placed", f"case:{case.public_id}", fields, now)
    return hold


def standing_hold(case: Case) -> LegalHold | None:
    """What holds the case, if anything does."""
    return LegalHold.objects.filter(case=case, released_at=None).first()


def release_hold(case: Case, user: Actor) -> None:
    """What held the case does not hold it any more; NotFound if nothing did."""
    now = clock.now()
    with transaction.atomic():
        standing = LegalHold.objects.filter(case=case, released_at=None)
        if not standing.update(released_at=now, released_by=user.name):
            raise NotFound
        audit.record(case, user, "hold.released", f"case:{case.public_id}", {"channel": user.channel}, now)
