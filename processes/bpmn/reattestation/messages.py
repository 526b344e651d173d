"""The messages of the review of access."""

from cases.models import MessageGroup
from cases.notifications import MessageContext, Urgency, Words, message_kind
from cases.notifications.general import letter
from cases.notifications.plan import sends

from .deadline import last_day_words

_USER = ("Darbinieks, uz kuru tas attiecas", "The employee whom it is about")
_HEAD = ("Iestādes vadītājs, uz kuru tas attiecas", "The head whom it is about")

sends("reattestation.warn", "reattestation.warned", to=_USER)
sends("reattestation.look_for_head", "reattestation.prolonged", to=_USER)
sends("reattestation.apply_users", "reattestation.ended", to=_USER)
sends("reattestation.apply_users", "reattestation.changed", to=_USER)
sends("reattestation.lapse_users", "reattestation.lapsed", to=_USER)
sends("reattestation.apply_heads", "reattestation.ended", to=_HEAD)
sends("reattestation.apply_heads", "reattestation.not_head", to=_HEAD)
sends("reattestation.apply_heads", "reattestation.head", to=("Jaunais vadītājs", "The new head"))
sends(
    "reattestation.apply_heads",
    "accounts.invite",
    to=("Jaunais vadītājs, ja viņam nav konta", "The new head, if they have no account"),
)


@message_kind(
    "reattestation.warned",
    lv="Pieeja vēl nav apliecināta",
    en="Access not confirmed yet",
    group=MessageGroup.DECISIONS,
    urgency=Urgency.URGENT,
)
def warned(context: MessageContext) -> Words:
    """To a user whose access nobody has confirmed yet: until when, and whom to ask."""
    return letter(
        context,
        lv=(
            f"Jūsu pieeja VIIS vēl nav apliecināta ({context.organisation})",
            f"Iestādes vadītājs pārskata, kam vajadzīga pieeja VIIS ({context.organisation}, lieta "
            f"{context.number}), un par jums vēl nav atbildējis. Ja atbildes nebūs līdz "
            f"{last_day_words(context.case, 'lv')}, jūsu lomas šeit beigsies. Ja pieeja jums vajadzīga, "
            f"atgādiniet vadītājam.{context.case_link}",
        ),
        en=(
            f"Your access to VIIS is not confirmed yet ({context.organisation})",
            f"The head of the institution reviews who needs access to VIIS ({context.organisation}, case "
            f"{context.number}) and has not answered for you yet. Without an answer by "
            f"{last_day_words(context.case, 'en')} your roles here end. If you need access, remind the head."
            f"{context.case_link}",
        ),
    )


@message_kind(
    "reattestation.prolonged",
    lv="Pieeju pārskatīs vēlreiz",
    en="Access is reviewed once more",
    group=MessageGroup.DECISIONS,
    urgency=Urgency.URGENT,
)
def prolonged(context: MessageContext) -> Words:
    """To a user for whom nobody could answer in time: access stays, and until when the head is asked."""
    return letter(
        context,
        lv=(
            f"Jūsu pieeja VIIS pagaidām paliek ({context.organisation})",
            f"Pārskatot pieeju (lieta {context.number}), iestādē vēl nebija, kas par jums atbild, tāpēc jūsu "
            f"lomas paliek: {context.organisation}. Ja iestādes vadītājs neatbildēs līdz "
            f"{last_day_words(context.case, 'lv')}, jūsu lomas šeit beigsies."
            f"{context.case_link}",
        ),
        en=(
            f"Your access to VIIS stays for now ({context.organisation})",
            f"In the review of access (case {context.number}) nobody in the institution could answer "
            f"for you yet, so your roles stay: {context.organisation}. The head answers by "
            f"{last_day_words(context.case, 'en')}. Without an answer your roles here end."
            f"{context.case_link}",
        ),
    )


@message_kind(
    "reattestation.ended",
    lv="Jūsu pieeja beigusies",
    en="Your access has ended",
    group=MessageGroup.DECISIONS,
    urgency=Urgency.URGENT,
)
def ended(context: MessageContext) -> Words:
    """To somebody whose access the review ended."""
    return letter(
        context,
        lv=(
            f"Jūsu pieeja VIIS ir beigusies ({context.organisation})",
            f"Pārskatot pieeju (lieta {context.number}), jūsu lomas šeit ir beigtas: {context.organisation}. "
            f"Kāpēc, jums var pateikt iestādes vadītājs. Iesāktie darbi paliek iestādē.",
        ),
        en=(
            f"Your access to VIIS has ended ({context.organisation})",
            f"The review of access (case {context.number}) ended your roles here: {context.organisation}. "
            f"The head of the institution can tell you why. What you began stays with the institution.",
        ),
    )


@message_kind(
    "reattestation.lapsed",
    lv="Jūsu pieeja beigusies",
    en="Your access has ended",
    group=MessageGroup.DECISIONS,
    urgency=Urgency.URGENT,
)
def lapsed(context: MessageContext) -> Words:
    """To somebody whose access nobody confirmed in time."""
    return letter(
        context,
        lv=(
            f"Jūsu pieeja VIIS ir beigusies ({context.organisation})",
            f"Neviens līdz termiņam neapliecināja, ka pieeja jums vajadzīga (lieta {context.number}), tāpēc "
            f"jūsu lomas šeit ir beigušās: {context.organisation}. Ja pieeja vajadzīga, lūdziet vadītājam "
            f"iesniegt jaunu pieejas iesniegumu.",
        ),
        en=(
            f"Your access to VIIS has ended ({context.organisation})",
            f"Nobody confirmed in time that you need access (case {context.number}), so your roles here have "
            f"ended: {context.organisation}. If you need access, ask the head to send a new request.",
        ),
    )


@message_kind(
    "reattestation.changed",
    lv="Jūsu lomas mainītas",
    en="Your roles have changed",
    group=MessageGroup.DECISIONS,
    urgency=Urgency.URGENT,
)
def changed(context: MessageContext) -> Words:
    """To somebody who has fewer roles, or for a shorter time, after the review."""
    return letter(
        context,
        lv=(
            f"Jūsu lomas VIIS ir mainītas ({context.organisation})",
            f"Pārskatot pieeju (lieta {context.number}), jūsu lomas ir mainītas ({context.organisation}). "
            f"Tās redzamas jūsu kontā.{context.case_link}",
        ),
        en=(
            f"Your roles in VIIS have changed ({context.organisation})",
            f"The review of access (case {context.number}) changed your roles ({context.organisation}). "
            f"Your account shows them.{context.case_link}",
        ),
    )


@message_kind(
    "reattestation.head",
    lv="Jums ir vadītāja loma",
    en="You hold the head's role",
    group=MessageGroup.DECISIONS,
    urgency=Urgency.URGENT,
)
def head(context: MessageContext) -> Words:
    """To a new head who can sign in already: they hold the head's role, and what waits for them."""
    return letter(
        context,
        lv=(
            f"Jums ir vadītāja loma VIIS ({context.organisation})",
            f"Dibinātājs apliecināja, ka jūs vadāt iestādi ({context.organisation}, lieta {context.number}). "
            f"Jūsu darbu sarakstā ir uzdevums: pārskatīt, kam vajadzīga pieeja.{context.case_link}",
        ),
        en=(
            f"You hold the head's role in VIIS ({context.organisation})",
            f"The founder confirmed that you lead the institution ({context.organisation}, case "
            f"{context.number}). Your list has a task: to review who needs access.{context.case_link}",
        ),
    )


@message_kind(
    "reattestation.not_head",
    lv="Vadītāja loma nav piešķirta",
    en="Head's role not granted",
    group=MessageGroup.DECISIONS,
    urgency=Urgency.URGENT,
)
def not_head(context: MessageContext) -> Words:
    """To whom the register names as head, and whom the founder did not confirm."""
    return letter(
        context,
        lv=(
            f"Vadītāja loma VIIS nav piešķirta ({context.organisation})",
            f"Reģistrā ierakstīts, ka jūs vadāt iestādi ({context.organisation}), bet dibinātājs to "
            f"neapliecināja (lieta {context.number}), tāpēc vadītāja lomas jums šeit nav. Ja tā ir kļūda, "
            f"sazinieties ar dibinātāju.",
        ),
        en=(
            f"You do not hold the head's role in VIIS ({context.organisation})",
            f"The register says that you lead the institution ({context.organisation}), but the founder did "
            f"not confirm it (case {context.number}), so you do not hold the head's role here. If this is "
            f"wrong, talk to the founder.",
        ),
    )
