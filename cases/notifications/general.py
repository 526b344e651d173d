"""The messages that every process sends: a task waits or is late; a case was returned, decided or closed."""

from cases.models import MessageGroup

from .kinds import MessageContext, Urgency, Words, message_kind, moment

SIGN_LV = "Valsts izglītības informācijas sistēma (VIIS)"
SIGN_EN = "State Education Information System (VIIS)"


def letter(context: MessageContext, *, lv: tuple[str, str], en: tuple[str, str]) -> Words:
    """A message with greeting and signature around its words; each language is (subject, text)."""
    name = str(context.recipient)
    return Words(
        subject_lv=lv[0],
        subject_en=en[0],
        body_lv=f"Labdien!\n\n{lv[1]}\n\n{SIGN_LV}\n",
        body_en=f"Dear {name},\n\n{en[1]}\n\n{SIGN_EN}\n",
        core_lv=lv[1],
        core_en=en[1],
    )


def _due(context: MessageContext) -> tuple[str, str]:
    latvian, english = context.due("lv"), context.due("en")
    return (f" Termiņš: {latvian}" if latvian else "", f" Due: {english}." if english else "")


@message_kind(
    "task.opened",
    lv="Jūs gaida uzdevums",
    en="A task waits for you",
    group=MessageGroup.TASKS,
    urgency=Urgency.DUE_TODAY,
)
def task_opened(context: MessageContext) -> Words:
    """A task waits for the recipient."""
    due_lv, due_en = _due(context)
    return letter(
        context,
        lv=(
            f"{context.number}: {context.task_name('lv')}",
            f"Jūs gaida uzdevums “{context.task_name('lv')}” lietā {context.number} ({context.organisation})."
            f"{due_lv}\n\n{context.task_address}",
        ),
        en=(
            f"{context.number}: {context.task_name('en')}",
            f"The task “{context.task_name('en')}” in case {context.number} ({context.organisation}) waits "
            "for you."
            f"{due_en}\n\n{context.task_address}",
        ),
    )


@message_kind(
    "task.reminder",
    lv="Atgādinājums par uzdevumu",
    en="Reminder of a task",
    group=MessageGroup.TASKS,
    urgency=Urgency.DUE_TODAY,
)
def task_reminder(context: MessageContext) -> Words:
    """A task still waits for the recipient."""
    due_lv, due_en = _due(context)
    return letter(
        context,
        lv=(
            f"Atgādinājums. {context.number}: {context.task_name('lv')}",
            f"Uzdevums “{context.task_name('lv')}” lietā {context.number} ({context.organisation}) vēl nav "
            f"paveikts.{due_lv}\n\n{context.task_address}",
        ),
        en=(
            f"Reminder. {context.number}: {context.task_name('en')}",
            f"The task “{context.task_name('en')}” in case {context.number} ({context.organisation}) "
            f"is still open.{due_en}\n\n{context.task_address}",
        ),
    )


@message_kind("task.escalated", lv="Nokavēts uzdevums", en="Overdue task", group=MessageGroup.OVERSIGHT)
def task_escalated(context: MessageContext) -> Words:
    """A task of others is past its due date."""
    due_lv, due_en = _due(context)
    return letter(
        context,
        lv=(
            f"Termiņš nokavēts. {context.number}: {context.task_name('lv')}",
            f"Uzdevums “{context.task_name('lv')}” lietā {context.number} ({context.organisation}) "
            f"nav paveikts termiņā.{due_lv} Lūdzu, parūpējieties, lai to paveic.\n\n{context.case_address}",
        ),
        en=(
            f"Overdue. {context.number}: {context.task_name('en')}",
            f"The task “{context.task_name('en')}” in case {context.number} ({context.organisation}) "
            f"was not done in time.{due_en} Please see to it that it is.\n\n{context.case_address}",
        ),
    )


@message_kind("case.returned", lv="Jālabo atbildes", en="Answers to correct")
def case_returned(context: MessageContext) -> Words:
    """The case came back for correction."""
    return letter(
        context,
        lv=(
            f"{context.number}: jālabo atbildes",
            f"Lieta {context.number} ({context.process('lv')}) ir atdota labošanai. "
            f"Lietā redzams, kas jālabo; pārējās atbildes paliek.\n\n{context.case_address}",
        ),
        en=(
            f"{context.number}: answers to correct",
            f"Case {context.number} ({context.process('en')}) was returned for correction. "
            f"The case says what to correct; all other answers stay.\n\n{context.case_address}",
        ),
    )


@message_kind(
    "case.decided", lv="Pieņemts lēmums", en="Decision", group=MessageGroup.DECISIONS, urgency=Urgency.URGENT
)
def case_decided(context: MessageContext) -> Words:
    """The case was decided."""
    return letter(
        context,
        lv=(
            f"{context.number}: pieņemts lēmums",
            f"Lietā {context.number} ({context.process('lv')}) ir pieņemts lēmums. Lēmuma vēstule ir lietas "
            f"dokumentos.\n\n{context.case_address}",
        ),
        en=(
            f"{context.number}: decided",
            f"Case {context.number} ({context.process('en')}) was decided. "
            f"The letter is among its documents.\n\n{context.case_address}",
        ),
    )


@message_kind("case.closed", lv="Lieta slēgta", en="Case closed")
def case_closed(context: MessageContext) -> Words:
    """The case was closed without a decision."""
    return letter(
        context,
        lv=(
            f"{context.number}: lieta slēgta",
            f"Lieta {context.number} ({context.process('lv')}) ir slēgta.\n\n{context.case_address}",
        ),
        en=(
            f"{context.number}: case closed",
            f"Case {context.number} ({context.process('en')}) was closed.\n\n{context.case_address}",
        ),
    )


@message_kind("case.withdrawn", lv="Lieta atsaukta", en="Case withdrawn")
def case_withdrawn(context: MessageContext) -> Words:
    """The applicant withdrew the case."""
    return letter(
        context,
        lv=(
            f"{context.number}: lieta atsaukta",
            f"Lieta {context.number} ({context.process('lv')}) ir atsaukta, "
            f"un jums tajā vairs nekas nav jādara.{context.case_link}",
        ),
        en=(
            f"{context.number}: case withdrawn",
            f"Case {context.number} ({context.process('en')}) was withdrawn; "
            f"nothing is left for you to do.{context.case_link}",
        ),
    )


@message_kind("case.cancelled", lv="Lieta izbeigta", en="Case ended")
def case_cancelled(context: MessageContext) -> Words:
    """The ministry cancelled the case."""
    return letter(
        context,
        lv=(
            f"{context.number}: lieta izbeigta",
            f"Ministrija izbeidza lietu {context.number} ({context.process('lv')})."
            f"\n\n{context.case_address}",
        ),
        en=(
            f"{context.number}: case ended",
            f"The ministry ended case {context.number} ({context.process('en')}).\n\n{context.case_address}",
        ),
    )


@message_kind(
    "links.invite",
    lv="Saite uz uzdevumu",
    en="Link to a task",
    group=MessageGroup.ACCESS,
    urgency=Urgency.URGENT,
)
def link_invite(context: MessageContext) -> Words:
    """Somebody without an account is asked to do one task through a one-time link."""
    due_lv, due_en = _due(context)
    return letter(
        context,
        lv=(
            f"{context.number}: {context.task_name('lv')}",
            f"{context.organisation} lūdz jūs paveikt uzdevumu “{context.task_name('lv')}” lietā "
            f"{context.number}.{due_lv}\n\n{context.form_intro('lv')}\n\n{_how_to_open_lv(context)}",
        ),
        en=(
            f"{context.number}: {context.task_name('en')}",
            f"{context.organisation} asks you to do the task “{context.task_name('en')}” in case "
            f"{context.number}.{due_en}\n\n{context.form_intro('en')}\n\n{_how_to_open_en(context)}",
        ),
    )


def _how_to_open_lv(context: MessageContext) -> str:
    if not context.address:
        return "Saite nosūtīta uz e-pastu."
    return (
        "Atveriet saiti un ierakstiet sava personas koda pēdējās piecas zīmes. "
        f"{_works_lv(context)}\n\n{context.address}{_or_signed_in(context)[0]}"
    )


def _or_signed_in(context: MessageContext) -> tuple[str, str]:
    """Who has an account finds the task in their list too."""
    if not context.case_link:
        return "", ""
    return (
        "\n\nJums ir VIIS konts: ja pieslēdzaties, uzdevums ir arī jūsu sarakstā.",
        "\n\nYou have an account: the task is in your list too once you sign in.",
    )


def _works_lv(context: MessageContext) -> str:
    if context.until is None or context.ends_when_due:
        return "Saite der līdz uzdevuma termiņa beigām."
    return f"Saite der līdz {moment(context.until, 'lv')}"


def _how_to_open_en(context: MessageContext) -> str:
    if not context.address:
        return "The link was sent by e-mail."
    return (
        "Open the link and give the last five characters of your personal code. "
        f"{_works_en(context)}\n\n{context.address}{_or_signed_in(context)[1]}"
    )


def _works_en(context: MessageContext) -> str:
    if context.until is None or context.ends_when_due:
        return "The link works until the task is due."
    return f"The link works until {moment(context.until, 'en')}."


@message_kind(
    "accounts.invite",
    lv="Uzaicinājums sākt lietot VIIS",
    en="Invitation to VIIS",
    group=MessageGroup.ACCESS,
    urgency=Urgency.URGENT,
)
def account_invite(context: MessageContext) -> Words:
    """A new user sets a password."""
    until_lv = f" Saite derīga līdz {context.until:%d.%m.%Y.}" if context.until else ""
    until_en = (
        f" The link works until {context.until.day}.{context.until.month}.{context.until.year}."
        if context.until
        else ""
    )
    return letter(
        context,
        lv=(
            "Jūsu pieeja VIIS ir gatava",
            f"Jums piešķirta pieeja VIIS ({context.organisation}, lieta {context.number}). "
            f"Lai sāktu, atveriet saiti un izvēlieties paroli.{until_lv}\n\n{context.address}".rstrip(),
        ),
        en=(
            "Your access to VIIS is ready",
            f"You have been given access to VIIS ({context.organisation}, case {context.number}). "
            f"To begin, open the link and choose a password.{until_en}\n\n{context.address}".rstrip(),
        ),
    )
