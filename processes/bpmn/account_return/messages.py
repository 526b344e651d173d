"""The messages about accounts that sleep."""

from cases.models import MessageGroup
from cases.notifications import MessageContext, Urgency, Words, message_kind
from cases.notifications.general import letter
from cases.notifications.plan import sends, sends_around
from cases.outcomes import name_outcomes

OUTCOMES = {"opened": ("konts atvērts", "account opened"), "ended": ("lomas beigtas", "roles ended")}
name_outcomes("account_return", OUTCOMES)

_OWNER = ("Konta īpašnieks", "Whose account it is")

sends_around(
    "account_return",
    "account.asleep",
    to=_OWNER,
    when=(
        "Kad kontu slēdz, jo tas ilgi nav lietots",
        "When the account is locked after long disuse",
    ),
)
sends("account_return.open", "account.opened", to=_OWNER)
sends("account_return.end", "account.ended", to=_OWNER)


@message_kind(
    "account.asleep",
    lv="Jūsu konts ir slēgts",
    en="Your account is locked",
    group=MessageGroup.DECISIONS,
    urgency=Urgency.URGENT,
)
def asleep(context: MessageContext) -> Words:
    """To the owner: the account was locked, and how it is opened."""
    return letter(
        context,
        lv=(
            "Jūsu VIIS konts ir slēgts, jo ilgi nav lietots",
            "Ar jūsu kontu ilgi neviens nepieslēdzās, tāpēc tas drošības dēļ ir slēgts. Lomas paliek. "
            "Ja pieeja vajadzīga, pieslēdzieties ar savu paroli un lūdziet kontu atvērt: to apliecinās "
            "iestādes vadītājs."
            f"\n\n{context.case_address}",
        ),
        en=(
            "Your VIIS account is locked, for it was not used for long",
            "Nobody signed in with your account for a long time, so it was locked for safety. Your roles are "
            "kept. If you need access, sign in with your password and ask to open it: the head of the "
            f"institution confirms it.\n\n{context.case_address}",
        ),
    )


@message_kind(
    "account.opened",
    lv="Jūsu konts ir atvērts",
    en="Your account is open again",
    group=MessageGroup.DECISIONS,
    urgency=Urgency.URGENT,
)
def opened(context: MessageContext) -> Words:
    """To the owner: the account is open again."""
    return letter(
        context,
        lv=(
            "Jūsu VIIS konts ir atkal atvērts",
            f"Pieeja ir apliecināta (lieta {context.number}). Pieslēdzieties ar savu paroli."
            f"\n\n{context.case_address}",
        ),
        en=(
            "Your VIIS account is open again",
            f"Your access was confirmed (case {context.number}). Sign in with your password."
            f"\n\n{context.case_address}",
        ),
    )


@message_kind(
    "account.ended",
    lv="Jūsu pieeja beigusies",
    en="Your access has ended",
    group=MessageGroup.DECISIONS,
    urgency=Urgency.URGENT,
)
def ended(context: MessageContext) -> Words:
    """To the owner: access was not confirmed."""
    return letter(
        context,
        lv=(
            "Jūsu pieeja VIIS ir beigusies",
            f"Vadītājs neapliecināja, ka pieeja jums vajadzīga ({context.organisation}, lieta "
            f"{context.number}), tāpēc jūsu lomas šeit ir beigtas.",
        ),
        en=(
            "Your access to VIIS has ended",
            f"The head did not confirm that you need access ({context.organisation}, case {context.number}), "
            "so your roles here were ended.",
        ),
    )
