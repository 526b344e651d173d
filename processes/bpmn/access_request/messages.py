"""The messages of the access request."""

from cases.models import MessageGroup
from cases.notifications import MessageContext, Urgency, Words, message_kind
from cases.notifications.general import letter
from cases.notifications.plan import sends

from .decision import decision_of
from .request import request_of
from .words import OUTCOMES

_HEAD = ("Vadītājs, kurš lūdza pieeju", "The head who asked for access")
_USER = ("Darbinieks, kuram lūdza pieeju", "The employee for whom access was asked")

sends("access.apply_roles", "accounts.invite", to=_USER)
sends("access.apply_roles", "access.changed", to=_USER)
sends("access.apply_roles", "access.revoked", to=_USER)
sends("access.decision_letter", "access.decided", to=_HEAD)
sends("access.refusal_letter", "access.decided", to=_HEAD)
sends("access.refusal_letter", "access.refused", to=_USER)


@message_kind(
    "access.lapsed",
    lv="Lieta slēgta: saistības neuzņemtas",
    en="Case closed: commitment not accepted",
    group=MessageGroup.DECISIONS,
    urgency=Urgency.URGENT,
)
def lapsed(context: MessageContext) -> Words:
    """To the head: the user did not accept the commitment in time."""
    return letter(
        context,
        lv=(
            f"{context.number}: lieta slēgta, jo lietotājs saistības neuzņēmās",
            f"Lietotājs 30 dienās neuzņēmās saistības, tāpēc lieta {context.number} ir slēgta un "
            f"pieeja nav piešķirta. Ja tā joprojām vajadzīga, iesniedziet jaunu iesniegumu."
            f"\n\n{context.case_address}",
        ),
        en=(
            f"{context.number}: closed, because the user did not accept the commitment",
            f"The user did not accept the commitment within 30 days, so case {context.number} is "
            f"closed and no access was given. If it is still needed, send a new request."
            f"\n\n{context.case_address}",
        ),
    )


@message_kind(
    "access.decided",
    lv="Pieņemts lēmums",
    en="Decision",
    group=MessageGroup.DECISIONS,
    urgency=Urgency.URGENT,
    subject=("[lietas numurs]: [lēmums]", "[case number]: [decision]"),
)
def decided(context: MessageContext) -> Words:
    """To the head: what was decided, and where the letter is."""
    if context.case is None:
        raise ValueError("a decision belongs to a case")
    # The case gets its outcome only when it ends; the mail may be faster.
    outcome_lv, outcome_en = OUTCOMES[decision_of(context.case, request_of(context.case)).outcome]
    return letter(
        context,
        lv=(
            f"{context.number}: {outcome_lv}",
            f"Ministrija pieņēma lēmumu lietā {context.number} ({context.organisation}): {outcome_lv}. "
            f"Lēmuma vēstule ar pamatojumu ir lietas dokumentos.\n\n{context.case_address}",
        ),
        en=(
            f"{context.number}: {outcome_en}",
            f"The ministry decided case {context.number} ({context.organisation}): {outcome_en}. "
            f"The letter with the reasons is among the documents of the case.\n\n{context.case_address}",
        ),
    )


@message_kind(
    "access.refused",
    lv="Pieeja nav piešķirta",
    en="Access not given",
    group=MessageGroup.DECISIONS,
    urgency=Urgency.URGENT,
)
def refused(context: MessageContext) -> Words:
    """To the user who accepted the commitment: the access that was asked for them is not given."""
    return letter(
        context,
        lv=(
            "Pieeja VIIS jums netika piešķirta",
            f"Ministrija neapmierināja iesniegumu par jūsu pieeju VIIS ({context.organisation}, lieta "
            f"{context.number}). Kāpēc, jums var pateikt iestādes vadītājs. No jums nekas nav vajadzīgs.",
        ),
        en=(
            "You were not given access to VIIS",
            f"The ministry refused the request for your access to VIIS ({context.organisation}, case "
            f"{context.number}). The head of the institution can tell you why. Nothing is needed from you.",
        ),
    )


@message_kind(
    "access.changed",
    lv="Jūsu lomas mainītas",
    en="Your roles have changed",
    group=MessageGroup.DECISIONS,
    urgency=Urgency.URGENT,
)
def changed(context: MessageContext) -> Words:
    """To a user who can sign in already: their roles are different now."""
    return letter(
        context,
        lv=(
            "Jūsu lomas VIIS ir mainītas",
            f"Ar lēmumu lietā {context.number} ir mainītas jūsu lomas ({context.organisation}). "
            f"Tās redzamas jūsu kontā.\n\n{context.case_address}",
        ),
        en=(
            "Your roles in VIIS have changed",
            f"The decision in case {context.number} changed your roles ({context.organisation}). "
            f"Your account shows them.\n\n{context.case_address}",
        ),
    )


@message_kind(
    "access.revoked",
    lv="Jūsu pieeja beigusies",
    en="Your access has ended",
    group=MessageGroup.DECISIONS,
    urgency=Urgency.URGENT,
)
def revoked(context: MessageContext) -> Words:
    """To the user whose access ended."""
    return letter(
        context,
        lv=(
            "Jūsu pieeja VIIS ir beigusies",
            f"Ar lēmumu lietā {context.number} atņemtas jūsu lomas ({context.organisation}).",
        ),
        en=(
            "Your access to VIIS has ended",
            f"The decision in case {context.number} revoked your roles ({context.organisation}).",
        ),
    )
