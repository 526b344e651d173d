"""What happens at the service tasks of the review of access."""

from collections.abc import Mapping
from typing import Any, Final

from accounts.actors import actor_of
from accounts.basis import standing
from accounts.models import User
from cases.documents import store_letter
from cases.heads import above, head_role
from cases.models import Answer, Case, Draft
from cases.notifications import notify
from cases.people import name_of, persons_in
from cases.services.handlers_api import case_of, set_outcome
from cases.services.start import start_case
from cases.services.tasks import save_draft
from engine.handlers import HandlerContext, handler
from registries.models import Person
from registries.queries import head_of

from . import messages as _messages  # registers the words of the process's messages
from . import starting as _starting  # registers when the process starts
from .applying import REQUEST, apply, end, result
from .deadline import time_after_warning
from .documents import Record, record
from .holders import RIGA, decided, holders
from .words import DONE

del _messages, _starting

REPORT: Final = "reattestation.report"


@handler("reattestation.collect", runs="in_step")
def collect(context: HandlerContext) -> Mapping[str, Any]:
    """Says who reviews whom: who leads reviews everybody else, the founder reviews who leads."""
    case = case_of(context)
    organisation = case.organisation
    leading = holders(case, heads=True)
    role, place = above(organisation, without={holder.person.pk for holder in leading})
    own_role = head_role(organisation)
    led = bool(persons_in(f"{own_role}@{organisation.pk}")) or bool(
        head_of(organisation, context.now.astimezone(RIGA).date())
    )
    return {
        "founder": place.pk,
        "founder_role": str(role),
        "attester": organisation.pk if led else place.pk,
        "attester_role": str(own_role if led else role),
        "has_users": bool(holders(case, heads=False)),
        "has_heads": bool(leading),
    }


@handler("reattestation.apply_users", runs="in_step")
def apply_users(context: HandlerContext) -> None:
    """Does what the head decided on everybody else."""
    case = case_of(context)
    apply(case, "attest_users", context, heads=False)
    _come_out(case, "reviewed")


@handler("reattestation.apply_heads", runs="in_step")
def apply_heads(context: HandlerContext) -> None:
    """Does what the founder, or the ministry in its place, decided on who leads."""
    case = case_of(context)
    apply(case, "attest_heads", context, heads=True)
    _come_out(case, "reviewed")


@handler("reattestation.look_for_head", runs="in_step")
def look_for_head(context: HandlerContext) -> Mapping[str, Any]:
    """Whether anybody could answer: held the role at the latest when the users were warned.

    If nobody could, the users are told that they are asked about once more.
    """
    asked = standing(context.now.astimezone(RIGA).date()).filter(
        role=context.variables["attester_role"],
        organisation_id=context.variables["attester"],
        granted_at__lte=context.now - time_after_warning(context.now),
        user__is_active=True,
    )
    answerable = asked.exists()
    if not answerable:
        _tell_holders(case_of(context), "reattestation.prolonged", context)
    return {"answerable": answerable}


@handler("reattestation.lapse_users", runs="in_step")
def lapse_users(context: HandlerContext) -> None:
    """Ends the access that nobody confirmed in time."""
    case = case_of(context)
    for holder in holders(case, heads=False):
        if holder.standing:
            end(case, holder, "reattestation.lapsed", context)
    _come_out(case, "lapsed")


def _come_out(case: Case, outcome: str) -> None:
    if case.outcome != "lapsed":
        set_outcome(case, outcome)


@handler("reattestation.warn", runs="job", repeat="safe")
def warn(context: HandlerContext) -> None:
    """Tells everybody who has not been answered for what will happen without an answer."""
    case = Case.objects.select_related("organisation").get(instance_id=context.instance_id)
    if decided(case, "attest_users"):
        return
    _tell_holders(case, "reattestation.warned", context)


def _tell_holders(case: Case, kind: str, context: HandlerContext) -> None:
    """Tells everybody whose access waits for an answer, once for each case."""
    for holder in holders(case, heads=False):
        if holder.standing:
            person = holder.person.pk
            key = f"{kind}:{case.pk}:{person}"
            notify(case.pk, kind=kind, recipient_id=person, natural_key=key, now=context.now)


@handler(
    REQUEST,
    runs="job",
    repeat="safe",
    title=("Iesnieguma sagatavošana plašākām lomām", "Preparing a request for wider roles"),
)
def prepare_request(context: HandlerContext) -> None:
    """Begins a request for wider roles in the name of the head who asked for it, with what is known in it."""
    given = context.arguments
    case = Case.objects.select_related("organisation").get(pk=given["case"])
    person = Person.objects.get(pk=given["person"])
    head = actor_of(User.objects.select_related("person").get(username=given["actor"]), "page")
    key = f"reattestation:{case.pk}:{person.pk}"
    begun = start_case("access_request", user=head, organisation=case.organisation, idempotency_key=key)
    if begun.task is None or Draft.objects.filter(task_id=begun.task.id).exists():
        return
    content = {"kind": "change", "person": str(person.public_id)}
    save_draft(begun.task.public_id, user=head, content=content, version=None)


@handler(REPORT, runs="job", repeat="keyed")
def write_record(context: HandlerContext) -> None:
    """Keeps what became of everybody's access as a document of the case."""
    case = Case.objects.select_related("organisation").get(instance_id=context.instance_id)
    store_letter(
        case,
        record(
            Record(
                number=case.number,
                day=context.now.astimezone(RIGA).date(),
                began=case.created_at.astimezone(RIGA).date(),
                organisation=case.organisation.name,
                registration_number=case.organisation.registration_number,
                users_by=_by(case, "attest_users"),
                heads_by=_by(case, "attest_heads"),
                users=_results(case, "attest_users", heads=False),
                heads=_results(case, "attest_heads", heads=True),
            )
        ),
        kind=REPORT,
        title_lv="Pieejas pārskatīšanas protokols",
        title_en="Record of the review of access",
        file_name=f"{case.number}-protokols.pdf",
        now=context.now,
        natural_key=f"{REPORT}:{context.job_id}",
    )


def _results(case: Case, form: str, *, heads: bool) -> tuple[tuple[str, str], ...]:
    answered = decided(case, form)
    rows = []
    for holder in holders(case, heads=heads):
        given = answered.get(holder.key)
        words = DONE[result(case, holder, given)][0]
        why = f" ({given.reason})" if given and given.reason else ""
        rows.append((str(holder.person), f"{words}{why}"))
    return tuple(rows)


def _by(case: Case, form: str) -> str:
    answer = Answer.objects.filter(case=case, form_key=form).order_by("-id").first()
    return name_of(answer.author) if answer else ""
