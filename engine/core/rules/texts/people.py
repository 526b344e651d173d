"""What the gate says about P14, P15, P16: who does it, with what, until when, and what it is called."""

from __future__ import annotations

from typing import Final

from engine.core.rules.texts.text import Text

PEOPLE: Final[dict[str, Text]] = {
    "differs": Text(
        "P14",
        "`{detail}` is not another user task of this process.",
        "`{detail}` nav cits šī procesa lietotāja uzdevums.",
        "List in differs_from the ids of user tasks that another person must have done.",
        "Sarakstā differs_from norādiet to uzdevumu identifikatorus, kurus darījis cits cilvēks.",
    ),
    "differs_late": Text(
        "P14",
        "`{detail}` is done only after this task, so nobody is kept away from this one.",
        "`{detail}` izpilda tikai pēc šī uzdevuma, tāpēc no šī neviens netiek atturēts.",
        "Write differs_from on the later task and name this one in it.",
        "Īpašību differs_from rakstiet pie vēlākā uzdevuma un norādiet tajā šo.",
    ),
    "differs_both": Text(
        "P14",
        "`{detail}` runs beside this task and may be done after it, but does not name it.",
        "`{detail}` notiek līdzās šim uzdevumam un var būt pēc tā, bet to nenorāda.",
        "Write differs_from on both tasks, each naming the other.",
        "Rakstiet differs_from pie abiem uzdevumiem, katrā norādot otru.",
    ),
    "role": Text(
        "P15",
        "There is no role `{detail}`.",
        "Lomas `{detail}` nav.",
        "Write a role that exists, as in institution_head@${organisation} or start:institution_head.",
        "Rakstiet lomu, kas pastāv, piemēram, institution_head@${organisation} vai start:institution_head.",
    ),
    "group": Text(
        "P15",
        "`{detail}` is not a role at one organisation.",
        "`{detail}` nav loma vienā organizācijā.",
        "Write one role, @ and one variable, as in institution_head@${organisation}; a role that a variable "
        "gives is listed in the writes of the service task that knows it, or written out in a table.",
        "Rakstiet vienu lomu, @ un vienu mainīgo, piemēram, institution_head@${organisation}; lomu no "
        "mainīgā norāda tā servisa uzdevuma īpašībā writes, kurš to zina, vai izraksta tabulā.",
    ),
    "form": Text(
        "P15",
        "The user task has no form: {detail}.",
        "Lietotāja uzdevumam nav veidlapas: {detail}.",
        "Set a form key and put the form beside the diagram.",
        "Norādiet veidlapas atslēgu un ielieciet veidlapu blakus diagrammai.",
    ),
    "who": Text(
        "P15",
        "The user task is offered to nobody.",
        "Lietotāja uzdevums nav piedāvāts nevienam.",
        "Set a candidate group or an assignee.",
        "Norādiet kandidātu grupu vai izpildītāju.",
    ),
    "due": Text(
        "P15",
        "The user task has no due rule.",
        "Lietotāja uzdevumam nav termiņa.",
        "Set the due date, for example ${workdays(5)}.",
        "Norādiet termiņu, piemēram, ${workdays(5)}.",
    ),
    "language": Text(
        "P16",
        "The {detail} is not given in both languages.",
        "Nav abās valodās: {detail}.",
        "Write the Latvian name in the drawing and the English one in the property name:en; milestones in "
        "milestone:lv and milestone:en.",
        "Latvisko nosaukumu rakstiet zīmējumā, anglisko īpašībā name:en; posmus īpašībās milestone:lv un "
        "milestone:en.",
    ),
}
