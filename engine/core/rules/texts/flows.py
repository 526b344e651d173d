"""What the gate says about P2, P4, P5, P10, P12: how the elements are connected, and how many there are."""

from __future__ import annotations

from typing import Final

from engine.core.rules.texts.text import Text

FLOWS: Final[dict[str, Text]] = {
    "default": Text(
        "P2",
        "The gateway has no default flow.",
        "Zarošanās vietai nav noklusējuma plūsmas.",
        "Mark one outgoing flow as the default; the others carry conditions.",
        "Atzīmējiet vienu izejošo plūsmu kā noklusējuma; pārējām ir nosacījumi.",
    ),
    "condition": Text(
        "P2",
        "The flow has no condition where it needs one, or one where it may not have any.",
        "Plūsmai nav vajadzīgā nosacījuma, vai arī tai ir nosacījums, kura nedrīkst būt.",
        "Only flows that leave a splitting exclusive or inclusive gateway have conditions: each of them but "
        "the default.",
        "Nosacījumi ir tikai plūsmām no izslēdzošas vai iekļaujošas zarošanās: katrai, izņemot noklusējuma.",
    ),
    "split_in_loop": Text(
        "P4",
        "The path splits inside a loop.",
        "Ceļš sadalās cikla iekšpusē.",
        "Draw what is repeated as an embedded subprocess; a reminder is the due rule of a task, no timer.",
        "Atkārtojamo zīmējiet kā iegultu apakšprocesu; atgādinājums ir uzdevuma termiņš, nevis taimeris.",
    ),
    "loop_in_branch": Text(
        "P4",
        "A loop runs beside another path.",
        "Cikls notiek līdzās citam ceļam.",
        "Draw the loop inside an embedded subprocess of its own.",
        "Ciklu zīmējiet atsevišķā iegultā apakšprocesā.",
    ),
    "meets_itself": Text(
        "P4",
        "The path of the event `{detail}`, which may happen several times, splits or joins here.",
        "Ceļš no notikuma `{detail}`, kas var notikt vairākas reizes, šeit sadalās vai savienojas.",
        "Draw what splits inside an embedded subprocess on that path, and give the path an end of its own.",
        "Sadalīto zīmējiet iegultā apakšprocesā šajā ceļā, un ceļam zīmējiet savas beigas.",
    ),
    "echo": Text(
        "P5",
        "What follows the event without a rest lets it happen again, for ever: {detail}.",
        "Tas, kas notikumam seko bez apstājas, liek tam notikt atkal, bez gala: {detail}.",
        "Put a user task or a timer before what is thrown, or throw a message or signal of another name.",
        "Pirms nosūtīšanas ielieciet lietotāja uzdevumu vai taimeri, vai sūtiet ar citu nosaukumu.",
    ),
    "busy_loop": Text(
        "P5",
        "The loop waits for nobody: {detail}.",
        "Cikls negaida nevienu: {detail}.",
        "Put a user task or a timer into the loop.",
        "Ielieciet ciklā lietotāja uzdevumu vai taimeri.",
    ),
    "long_step": Text(
        "P10",
        "From here {detail} elements follow one another without a rest; a step passes at most 200.",
        "No šejienes cits citam bez apstājas seko {detail} elementi; solis iziet ne vairāk kā 200.",
        "Draw a service task that runs as a job, a user task or a timer between them.",
        "Starp tiem zīmējiet servisa uzdevumu, ko izpilda vēlāk, lietotāja uzdevumu vai taimeri.",
    ),
    "size": Text(
        "P10",
        "The diagram is too large: {detail}.",
        "Diagramma ir pārāk liela: {detail}.",
        "Divide it into several processes.",
        "Sadaliet to vairākos procesos.",
    ),
    "start": Text(
        "P12",
        "A process has a start event, a subprocess exactly one plain one, each at least one end event.",
        "Procesam ir sākuma notikums, apakšprocesam tieši viens vienkāršs, katram vismaz vienas beigas.",
        "Draw start events without incoming flows and end events without outgoing flows.",
        "Zīmējiet sākuma notikumus bez ienākošām plūsmām un beigu notikumus bez izejošām plūsmām.",
    ),
    "several_flows": Text(
        "P12",
        "Only gateways may have several outgoing flows.",
        "Vairākas izejošās plūsmas drīkst būt tikai zarošanās vietām.",
        "Draw an exclusive, an inclusive or a parallel gateway.",
        "Zīmējiet izslēdzošu, iekļaujošu vai paralēlu zarošanos.",
    ),
    "unreachable": Text(
        "P12",
        "The element cannot be reached from the start.",
        "Elementu nevar sasniegt no sākuma.",
        "Connect it or remove it.",
        "Savienojiet to vai noņemiet.",
    ),
    "dead_end": Text(
        "P12",
        "No end can be reached from the element.",
        "No elementa nevar sasniegt beigas.",
        "Lead it to an end event.",
        "Aizvediet to līdz beigu notikumam.",
    ),
    "caught_twice": Text(
        "P12",
        "The event never happens: `{other}` catches the same error or escalation, {detail}, before it.",
        "Notikums nekad nenotiek: to pašu kļūdu vai eskalāciju, {detail}, pirms tā uztver `{other}`.",
        "Keep one of them and choose the way behind it with a gateway, or give this one another code.",
        "Atstājiet vienu un ceļu izvēlieties aiz tā ar vārteju, vai dodiet šim citu kodu.",
    ),
    "stuck": Text(
        "P12",
        "The process can stop here for ever, because a path that the join waits for has ended.",
        "Process te var apstāties uz visiem laikiem, jo ceļš, ko gaida apvienošana, ir beidzies.",
        "Lead every path that a parallel split opens to its join, join an inclusive split inclusively, or "
        "end with a terminate end event.",
        "Katru paralēlas zarošanās ceļu aizvediet līdz apvienošanai, iekļaujošu zarošanos apvienojiet "
        "iekļaujoši vai lietojiet pārtraucošas beigas.",
    ),
    "twice": Text(
        "P12",
        "Two paths that run at the same time meet here without a join.",
        "Te bez apvienošanas satiekas divi vienlaicīgi ceļi.",
        "Let them meet in a parallel or inclusive gateway, or give each its own end.",
        "Lai tie satiekas paralēlā vai iekļaujošā vārtejā, vai dodiet katram savas beigas.",
    ),
}
