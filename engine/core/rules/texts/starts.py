"""What the gate says about P7, P9, P12: how a process begins."""

from __future__ import annotations

from typing import Final

from engine.core.rules.texts.text import Text

STARTS: Final[dict[str, Text]] = {
    "plain_starts": Text(
        "P12",
        "A process has at most one start event for people.",
        "Procesam ir ne vairāk kā viens sākuma notikums, ko sāk cilvēks.",
        "Give the others a message, a signal or a timer, or let people choose behind one start event.",
        "Pārējiem norādiet ziņojumu, signālu vai taimeri, vai ļaujiet izvēlēties aiz viena sākuma notikuma.",
    ),
    "start_of_people": Text(
        "P12",
        "These roles may start the process, but it has no start event for people: {detail}.",
        "Šīs lomas drīkst sākt procesu, bet tam nav sākuma notikuma, ko sāk cilvēks: {detail}.",
        "Draw a start event without a definition, or remove the properties `start:`.",
        "Uzzīmējiet sākuma notikumu bez definīcijas vai noņemiet īpašības `start:`.",
    ),
    "start_key": Text(
        "P9",
        "A start event has no correlation key of its own: {detail}.",
        "Sākuma notikumam nav savas korelācijas atslēgas: {detail}.",
        "Remove the property; the message brings its key. What the process needs of it, list in `writes`.",
        "Noņemiet īpašību: atslēga ir ziņojumam. To, kas procesam no tā vajadzīgs, uzskaitiet `writes`.",
    ),
    "start_twice": Text(
        "P9",
        "Two start events wait for `{detail}`.",
        "Divi sākuma notikumi gaida `{detail}`.",
        "Keep one of them, and choose the way behind it with a gateway.",
        "Atstājiet vienu un ceļu izvēlieties aiz tā ar vārteju.",
    ),
    "start_taken": Text(
        "P9",
        "The message `{detail}` already starts the process `{process}`; a message is for one instance.",
        "Ziņojums `{detail}` jau sāk procesu `{process}`; ziņojums ir vienai instancei.",
        "Give the message another name, or draw a signal, which reaches all.",
        "Dodiet ziņojumam citu nosaukumu vai zīmējiet signālu, kas sasniedz visus.",
    ),
    "schedule": Text(
        "P7",
        "This does not say when the process begins: {detail}.",
        "Tas nepasaka, kad process sākas: {detail}.",
        "Write a cycle as `every workday 08:00`, `every monday`, `every month 1`, `every year 1 september` "
        "or `R/2026-09-01T08:00/P1M`, a date as `2026-09-01T08:00`, by the clock of Riga; the shortest cycle "
        "is a day.",
        "Ciklu rakstiet kā `every workday 08:00`, `every monday`, `every month 1`, `every year 1 september` "
        "vai `R/2026-09-01T08:00/P1M`, datumu kā `2026-09-01T08:00`, pēc Rīgas laika; īsākais cikls "
        "ir diena.",
    ),
}
