"""The messages of the end of access: to the person, and to those who lead the institution."""

from accounts.models import User
from cases import addresses
from cases.models import MessageGroup
from cases.notifications import MessageContext, Urgency, Words, message_kind
from cases.notifications.general import letter
from cases.notifications.plan import sends, sends_around

from .words import PROCESS, begun, reason

sends("access_end.notice", "access_end.ended", to=("Cilvēks, kura pieeja beidzas", "Whose access ends"))
sends(
    "access_end.notice",
    "access_end.ended_to_head",
    to=("Iestādes vadītājs", "The head of the institution"),
)
sends_around(
    PROCESS,
    "access_end.taken_over",
    to=(
        "Iestādes darba pārņēmējs; ja tāda nav, dibinātājs",
        "Who takes over the institution's work; if nobody does, the founder",
    ),
    when=("Kad iestāde beidz darbu", "When the institution closes"),
)


def _why(context: MessageContext, language: str) -> str:
    return reason(context.case.outcome, language) if context.case else ""


@message_kind(
    "access_end.ended",
    lv="Jūsu pieeja beigusies",
    en="Your access has ended",
    group=MessageGroup.DECISIONS,
    urgency=Urgency.URGENT,
    subject=("Jūsu pieeja VIIS ir beigusies ([iestāde])", "Your access to VIIS has ended ([institution])"),
)
def ended(context: MessageContext) -> Words:
    """To the person: which roles ended and why, and what is left."""
    user = User.objects.filter(person=context.recipient).first()
    works_on = user is not None and user.is_active
    left_lv = "Pārējās jūsu lomas VIIS paliek." if works_on else "Citu lomu jums VIIS nav."
    left_en = "Your other roles in VIIS stay." if works_on else "You have no other roles in VIIS."
    begun_lv, begun_en = begun(context.case.outcome if context.case else "")
    return letter(
        context,
        lv=(
            f"Jūsu pieeja VIIS ir beigusies ({context.organisation})",
            f"{_why(context, 'lv')} Tāpēc jūsu lomas šeit ir beigušās: {context.organisation} "
            f"(lieta {context.number}). {left_lv} {begun_lv} Jums nekas nav jādara."
            f"\n\nJa reģistrā ir kļūda, sazinieties ar iestādi vai tās dibinātāju.{context.case_link}",
        ),
        en=(
            f"Your access to VIIS has ended ({context.organisation})",
            f"{_why(context, 'en')} Your roles have therefore ended here: {context.organisation} "
            f"(case {context.number}). {left_en} {begun_en} Nothing is left for you to do."
            f"\n\nIf the register is wrong, talk to the institution or its founder."
            f"{context.case_link}",
        ),
    )


@message_kind(
    "access_end.ended_to_head",
    lv="Darbinieka pieeja beigusies",
    en="An employee's access has ended",
    group=MessageGroup.DECISIONS,
    urgency=Urgency.URGENT,
)
def ended_to_head(context: MessageContext) -> Words:
    """To who leads the institution: whose roles ended, and where their tasks are."""
    name = str(context.case.subject) if context.case and context.case.subject else ""
    return letter(
        context,
        lv=(
            f"{context.number}: beigusies darbinieka pieeja VIIS",
            f"Šim cilvēkam iestādē ir beigušās VIIS lomas: {name} ({context.organisation}). "
            f"{_why(context, 'lv')} Ja kāds darbs bija iesākts, tas atgriežas pie tiem, kam ir tā pati loma, "
            f"ar visu, kas jau ierakstīts."
            f"\n\n{context.case_address}",
        ),
        en=(
            f"{context.number}: an employee's access to VIIS has ended",
            f"This person's roles in the institution have ended: {name} ({context.organisation}). "
            f"{_why(context, 'en')} If anything was begun, it goes back to those who hold the same role, "
            f"with all that was typed.\n\n{context.case_address}",
        ),
    )


@message_kind(
    "access_end.taken_over",
    lv="Pārņemta iestādes vadība",
    en="The institution was taken over",
    group=MessageGroup.DECISIONS,
    urgency=Urgency.URGENT,
)
def taken_over(context: MessageContext) -> Words:
    """To who takes over from an institution that closed: its open tasks, and that roles do not move."""
    return letter(
        context,
        lv=(
            f"Iestāde vairs nedarbojas: {context.organisation}",
            f"Reģistrā ierakstīts, ka iestāde vairs nedarbojas: {context.organisation}. Ja tajā bija iesākti "
            f"darbi, tie tagad ir jūsu darbu sarakstā. Lietotāju lomas ir beigušās un pašas nepāriet: ja "
            f"kādam pieeja vajadzīga pie jums, iesniedziet pieejas iesniegumu.\n\n{addresses.of_inbox()}",
        ),
        en=(
            f"An institution has closed: {context.organisation}",
            f"The register says that this institution works no more: {context.organisation}. If anything was "
            f"begun there, it is now on your list of tasks. The roles of its users have ended and do not "
            f"move by themselves: if somebody needs access with you, send a request."
            f"\n\n{addresses.of_inbox()}",
        ),
    )
