"""What any diagram may use: outcomes and messages of its end events, and the new user's invitation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from accounts.services import make_activation_link
from cases import addresses
from cases.models import Case, Message
from cases.notifications import MessageContext, deliver, keep_without_secret, notify, write
from cases.services.handlers_api import set_outcome
from engine import catalog, events, profile
from engine.core.definition import BETWEEN
from engine.events import StepResult
from engine.handlers import HandlerContext, handler

INVITATION: Final = "accounts.invite"
RIGA: Final = ZoneInfo("Europe/Riga")

profile.register_property("outcome", on=["endEvent"])
profile.register_property("tells", on=["endEvent"])


@events.subscribe
def follow_end_events(step: StepResult) -> None:
    """An end event's `outcome` becomes the case's outcome; `tells` names a message to the applicant."""
    if not step.ended:
        return
    elements = catalog.definition(step.instance.definition_id).elements
    for _kind, key in step.passed:
        element = elements.get(key)
        if (
            element is None
            or element.type != "endEvent"
            or BETWEEN in key
            or not {"outcome", "tells"} & set(element.properties)
        ):
            continue
        case = Case.objects.select_related("applicant").filter(instance_id=step.instance.id).first()
        if case is None:
            return
        if outcome := element.properties.get("outcome"):
            set_outcome(case, outcome)
        if (kind := element.properties.get("tells")) and case.applicant is not None:
            notify(
                case.pk,
                kind=kind,
                recipient_id=case.applicant.person_id,
                natural_key=f"{kind}:{case.pk}",
                now=step.now,
            )


@handler(INVITATION, runs="job", repeat="safe", title=("Uzaicinājuma sūtīšana", "Sending an invitation"))
def invite_user(context: HandlerContext) -> Mapping[str, object] | None:
    """Mails a new user the link to choose a password; a user who has one already gets nothing."""
    user = User.objects.select_related("person").get(pk=context.arguments["user"])
    if user.has_usable_password():
        return None
    case = Case.objects.select_related("organisation", "instance").get(pk=context.arguments["case"])
    link = make_activation_link(user, now=context.now)
    words = MessageContext(
        kind=INVITATION,
        recipient=user.person,
        case=case,
        task=None,
        at=context.now,
        address=addresses.of_activation(link.token),
        until=link.expires_at.astimezone(RIGA),
    )
    # A repeat carries another link, which alone works: a mail server must not drop it for the first one.
    if deliver(words, key=f"invitation-{link.id}"):
        _remember(case, user, context.now)
    return None


@transaction.atomic
def _remember(case: Case, user: User, now: datetime) -> None:
    """The invitation is among the messages of the case, without its secret."""
    message, is_new = write(
        case.pk,
        kind=INVITATION,
        recipient_id=user.person_id,
        natural_key=f"{INVITATION}:{case.pk}:{user.pk}",
        now=now,
    )
    if is_new:
        keep_without_secret(message)
        Message.objects.filter(pk=message.pk).update(sent_at=now)
