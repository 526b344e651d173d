"""What the gate says: for each finding the rule, the message and the advice in English and Latvian."""

from __future__ import annotations

from typing import Final, NamedTuple

from engine.core.definition import Definition, Element, Flow, Lane, Violation


class Text(NamedTuple):
    """One kind of finding; `{detail}` stands for what was met."""

    rule: str
    message_en: str
    message_lv: str
    advice_en: str
    advice_lv: str


class Found:
    """Collects violations of one definition."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.violations: list[Violation] = []

    def add(self, kind: str, where: str, detail: object = "") -> None:
        """Adds a finding at an element, a sequence flow, a lane or a variable."""
        text = TEXTS[kind]
        definition = self.definition
        things: tuple[Element | Flow | Lane | None, ...] = (
            definition.elements.get(where),
            definition.flows.get(where),
            definition.lanes.get(where),
        )
        thing = next((one for one in things if one is not None), None)
        name = thing.name if thing is not None else ""
        said = [part.replace("{detail}", str(detail)) for part in text[1:]]
        violation = Violation(text.rule, where, name, *said)
        if violation not in self.violations:
            self.violations.append(violation)


TEXTS: Final[dict[str, Text]] = {
    "element": Text(
        "P1",
        "The element `{detail}` cannot be run.",
        "Elementu `{detail}` nevar izpildīt.",
        "Draw it with user, service, script and business rule tasks, exclusive and parallel gateways, "
        "timers, error boundary events and embedded subprocesses.",
        "Zīmējiet ar lietotāja, servisa, skripta un lēmuma uzdevumiem, izslēdzošiem un paralēliem zariem, "
        "taimeriem, kļūdu robežnotikumiem un iegultiem apakšprocesiem.",
    ),
    "link": Text(
        "P1",
        "Link and compensation events do nothing when they are run.",
        "Saites un kompensācijas notikumi izpildē neko nedara.",
        "Draw a sequence flow instead of a link, and a task of its own instead of a compensation.",
        "Saites vietā zīmējiet secības plūsmu, kompensācijas vietā atsevišķu uzdevumu.",
    ),
    "part": Text(
        "P1",
        "The element carries `{detail}`, which cannot be run.",
        "Elementam ir `{detail}`, ko nevar izpildīt.",
        "Remove it, or draw what it means with plain elements: a loop with a gateway, an event subprocess "
        "with a boundary event on an embedded subprocess.",
        "Noņemiet to vai uzzīmējiet ar vienkāršiem elementiem: ciklu ar zarošanos, notikuma apakšprocesu ar "
        "robežnotikumu uz iegulta apakšprocesa.",
    ),
    "attached": Text(
        "P1",
        "A boundary event cannot stand on `{detail}`.",
        "Robežnotikums nevar būt uz `{detail}`.",
        "Put timers on user tasks, service tasks and subprocesses, errors on service tasks and subprocesses; "
        "a boundary event has no incoming flow, and an error always interrupts.",
        "Taimerus lieciet uz lietotāja vai servisa uzdevumiem un apakšprocesiem, kļūdas uz servisa "
        "uzdevumiem un apakšprocesiem; robežnotikumam nav ienākošas plūsmas, un kļūda vienmēr pārtrauc.",
    ),
    "error": Text(
        "P1",
        "The error event names no error that the file defines: {detail}.",
        "Kļūdas notikums norāda kļūdu, kuras failā nav: {detail}.",
        "Define the error with its code and choose it in the event.",
        "Definējiet kļūdu ar kodu un izvēlieties to notikumā.",
    ),
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
        "Only flows that leave a splitting exclusive gateway have conditions: each of them but the default.",
        "Nosacījumi ir tikai plūsmām no izslēdzošas zarošanās: katrai, izņemot noklusējuma.",
    ),
    "expression": Text(
        "P3",
        "The expression is refused: {detail}.",
        "Izteiksme nav pieņemama: {detail}.",
        "Write it with declared variables, comparisons, and, or, not, + - * / and functions of the guide.",
        "Rakstiet ar deklarētiem mainīgajiem, salīdzinājumiem, and, or, not, + - * / un funkcijām.",
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
    "busy_loop": Text(
        "P5",
        "The loop waits for nobody: {detail}.",
        "Cikls negaida nevienu: {detail}.",
        "Put a user task or a timer into the loop.",
        "Ielieciet ciklā lietotāja uzdevumu vai taimeri.",
    ),
    "shared_write": Text(
        "P6",
        "A parallel path writes `{detail}`, which another path reads or writes.",
        "Paralēls ceļš raksta `{detail}`, ko lasa vai raksta cits ceļš.",
        "Let each parallel path write only variables of its own, and join them after the paths have met.",
        "Katrs paralēlais ceļš lai raksta tikai savus mainīgos; apvienojiet tos pēc ceļu satikšanās.",
    ),
    "timer": Text(
        "P7",
        "This is not a due rule: {detail}.",
        "Tas nav termiņa noteikums: {detail}.",
        "Write PnW, PnD, PTnH, PTnM, workdays(n) or deadline('name').",
        "Rakstiet PnW, PnD, PTnH, PTnM, workdays(n) vai deadline('nosaukums').",
    ),
    "table": Text(
        "P8",
        "The decision table is refused: {detail}.",
        "Lēmumu tabula nav pieņemama: {detail}.",
        "Use the hit policy UNIQUE or FIRST, declared variables, and cells of the guide.",
        "Lietojiet UNIQUE vai FIRST, deklarētus mainīgos un rokasgrāmatā aprakstītās šūnas.",
    ),
    "gap": Text(
        "P8",
        "No rule of the decision table matches {detail}.",
        "Neviena lēmumu tabulas rinda neatbilst: {detail}.",
        "Add a rule for it, or list the values that can occur in the input's allowed values.",
        "Pievienojiet rindu vai uzskaitiet iespējamās vērtības ievades atļautajās vērtībās.",
    ),
    "overlap": Text(
        "P8",
        "Several rules of the decision table match {detail}.",
        "Vairākas lēmumu tabulas rindas atbilst: {detail}.",
        "Make the rules exclude each other, or use the hit policy FIRST.",
        "Padariet rindas savstarpēji izslēdzošas vai lietojiet FIRST.",
    ),
    "size": Text(
        "P10",
        "The diagram is too large: {detail}.",
        "Diagramma ir pārāk liela: {detail}.",
        "Divide it into several processes.",
        "Sadaliet to vairākos procesos.",
    ),
    "variable": Text(
        "P11",
        "The variable is not declared properly: {detail}.",
        "Mainīgais nav pareizi deklarēts: {detail}.",
        "Use lower case letters, digits and underscores, no word of the language, and one of the types str, "
        "int, bool, date, decimal, list; at most 200 variables.",
        "Lietojiet mazos latīņu burtus, ciparus un pasvītras, nevis valodas vārdus, un tipu str, int, bool, "
        "date, decimal vai list; ne vairāk kā 200 mainīgo.",
    ),
    "start": Text(
        "P12",
        "A process and a subprocess have exactly one plain start event and at least one end event.",
        "Procesam un apakšprocesam ir tieši viens vienkāršs sākuma notikums un vismaz viens beigu notikums.",
        "Draw one start event without incoming flows and end events without outgoing flows.",
        "Zīmējiet vienu sākuma notikumu bez ienākošām plūsmām un beigu notikumus bez izejošām plūsmām.",
    ),
    "several_flows": Text(
        "P12",
        "Only gateways may have several outgoing flows.",
        "Vairākas izejošās plūsmas drīkst būt tikai zarošanās vietām.",
        "Draw an exclusive or a parallel gateway.",
        "Zīmējiet izslēdzošu vai paralēlu zarošanos.",
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
    "stuck": Text(
        "P12",
        "The process can stop here for ever, because a path that the join waits for has ended.",
        "Process te var apstāties uz visiem laikiem, jo ceļš, ko gaida apvienošana, ir beidzies.",
        "Lead every path that a parallel split opens to its join, or end with a terminate end event.",
        "Katru paralēlas zarošanās ceļu aizvediet līdz apvienošanai vai lietojiet pārtraucošas beigas.",
    ),
    "twice": Text(
        "P12",
        "Two paths that run at the same time meet here without a join.",
        "Te bez apvienošanas satiekas divi vienlaicīgi ceļi.",
        "Let them meet in a parallel gateway, or give each its own end.",
        "Lai tie satiekas paralēlā vārtejā, vai dodiet katram savas beigas.",
    ),
    "topic": Text(
        "P13",
        "There is no handler for the topic `{detail}`.",
        "Tēmai `{detail}` nav apstrādātāja.",
        "Set the type external and a topic that a handler of this process registers.",
        "Norādiet tipu external un tēmu, kurai šajā procesā ir apstrādātājs.",
    ),
    "differs": Text(
        "P14",
        "`{detail}` is not another user task of this process.",
        "`{detail}` nav cits šī procesa lietotāja uzdevums.",
        "List in differs_from the ids of user tasks that another person must have done.",
        "Sarakstā differs_from norādiet to uzdevumu identifikatorus, kurus darījis cits cilvēks.",
    ),
    "form": Text(
        "P15",
        "The user task has no form: {detail}.",
        "Lietotāja uzdevumam nav veidlapas: {detail}.",
        "Set a form key and put the form beside the diagram.",
        "Norādiet veidlapas atslēgu un ielieciet veidlapu blakus diagrammai.",
    ),
    "form_variable": Text(
        "P3",
        "The form gives a variable that is not declared with the type of its field: {detail}.",
        "Veidlapa dod mainīgo, kas nav deklarēts ar lauka tipu: {detail}.",
        "Name in x-variables fields and declared variables: boolean fields for bool, arrays for list.",
        "Norādiet x-variables laukus un deklarētus mainīgos: boolean laukus bool, masīvus list.",
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
