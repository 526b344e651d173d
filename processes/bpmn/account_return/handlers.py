"""Puts accounts to sleep that nobody uses, and opens them again when somebody confirms the need."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.db import transaction

from accounts.actors import SYSTEM
from accounts.basis import standing
from accounts.inactive import long_ago, put_to_sleep, unused
from accounts.models import User
from accounts.scope import RIGA
from accounts.services import reactivate
from cases import audit
from cases.deadlines import declare, named
from cases.heads import above, head_role
from cases.models import Case
from cases.notifications import notify
from cases.people import persons_in
from cases.services.handlers_api import case_of
from cases.services.leaving import end_roles
from engine import recurring
from engine.errors import RuleUnresolved
from engine.handlers import HandlerContext, handler

from . import messages as _messages  # registers the words of the process's messages

del _messages

SLEEP: Final = "account_return.sleep"
RULE: Final = "account.inactive"
declare(
    RULE,
    days=90,
    unit="calendar_days",
    process="account_return",
    lv="Konta aizvēršana, ja to nelieto",
    en="Closing an account that nobody uses",
)

recurring.every(SLEEP, timedelta(hours=1))


@handler(
    SLEEP, runs="job", repeat="safe", title=("Nelietoto kontu slēgšana", "Locking accounts that nobody uses")
)
def sleep(context: HandlerContext) -> None:
    """Locks the accounts that nobody has used for as long as the parameter says, and tells their owners."""
    try:
        days = named(RULE, context.now).days
    except RuleUnresolved:
        # The ministry has ended the rule: no account sleeps.
        return
    since = long_ago(context.now, days)
    for user in unused(since=since):
        with transaction.atomic():
            if not put_to_sleep(user, since=since, now=context.now):
                continue
            audit.record_act(SYSTEM, "account.asleep", f"person:{user.person_id}", {"days": days})
            kind = "account.asleep"
            key = f"{kind}:{user.pk}:{context.now:%Y%m%d}"
            notify(None, kind=kind, recipient_id=user.person_id, natural_key=key, now=context.now)


@handler("account_return.find_head", runs="in_step")
def find_head(context: HandlerContext) -> Mapping[str, Any]:
    """Who speaks for the organisation decides; if nobody else does, who answers for it."""
    case = case_of(context)
    role = head_role(case.organisation)
    own = set(persons_in(f"{role}@{case.organisation_id}")) - {case.subject_id}
    if own:
        return {"place": case.organisation_id, "place_role": str(role)}
    founder_role, place = above(case.organisation, without={case.subject_id})
    return {"place": place.pk, "place_role": str(founder_role)}


@handler("account_return.open", runs="in_step")
def open_account(context: HandlerContext) -> None:
    """Lets the owner sign in again, with the roles that they kept."""
    case = case_of(context)
    user = User.objects.get(person=case.subject_id)
    if user.closed_because == User.ClosedBecause.INACTIVE:
        reactivate(user)
        User.objects.filter(pk=user.pk).update(last_login=context.now)
        audit.record(case, context.actor, "account.opened", f"person:{user.person_id}", {}, context.now)
    _tell(case, "account.opened", context)


@handler("account_return.end", runs="in_step")
def end_access(context: HandlerContext) -> None:
    """Ends the owner's roles in the organisation; without others the account stays closed for good."""
    case = case_of(context)
    if case.subject is None:
        raise ValueError("an account has an owner")
    held = standing(context.now.astimezone(RIGA).date()).filter(
        user__person=case.subject, organisation=case.organisation
    )
    grants = held.select_related("organisation").order_by("role")
    end_roles(case, case.subject, grants, actor=context.actor, now=context.now)
    _tell(case, "account.ended", context)


def _tell(case: Case, kind: str, context: HandlerContext) -> None:
    if case.subject_id is not None:
        key = f"{kind}:{case.pk}"
        notify(case.pk, kind=kind, recipient_id=case.subject_id, natural_key=key, now=context.now)
