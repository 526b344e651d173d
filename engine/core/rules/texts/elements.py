"""What the gate says about P1, P7, P13: elements, timers and handlers."""

from __future__ import annotations

from typing import Final

from engine.core.rules.texts.text import Text

ELEMENTS: Final[dict[str, Text]] = {
    "element": Text(
        "P1",
        "The element `{detail}` cannot be run.",
        "Elementu `{detail}` nevar izpildīt.",
        "Draw it with user, manual, service, script and business rule tasks, exclusive, inclusive, parallel "
        "and event-based gateways, events, embedded subprocesses and call activities.",
        "Zīmējiet ar lietotāja, roku, servisa, skripta un lēmuma uzdevumiem, izslēdzošām, iekļaujošām, "
        "paralēlām un notikumu vārtejām, notikumiem, iegultiem apakšprocesiem un izsaukumiem.",
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
        "Remove it, or draw what it means with plain elements, as a loop with a gateway.",
        "Noņemiet to vai uzzīmējiet ar vienkāršiem elementiem, piemēram, ciklu ar zarošanos.",
    ),
    "compensation": Text(
        "P1",
        "The activity is there for compensation, which is never run.",
        "Darbība paredzēta kompensācijai, kas netiek izpildīta.",
        "Remove the mark; draw a task of its own, or a process of its own, that revokes what was decided.",
        "Noņemiet atzīmi; izlemto atceļ atsevišķs uzdevums vai atsevišķs process.",
    ),
    "reference": Text(
        "P1",
        "The event refers to an event definition that stands elsewhere in the file; nobody reads it there.",
        "Notikums atsaucas uz notikuma definīciju citur failā; tur to neviens nelasa.",
        "Draw the event anew with its definition inside: terminate, message, timer or another of the guide.",
        "Zīmējiet notikumu no jauna ar definīciju tā iekšienē: izbeigšanu, ziņojumu, taimeri vai citu no "
        "rokasgrāmatas.",
    ),
    "script_language": Text(
        "P3",
        "It says another language than the one of the guide: {detail}.",
        "Norādīta cita valoda, nevis rokasgrāmatā aprakstītā: {detail}.",
        "Remove the language, and write the text with declared variables and functions of the guide.",
        "Noņemiet valodas norādi un rakstiet tekstu ar deklarētiem mainīgajiem un rokasgrāmatas funkcijām.",
    ),
    "engine": Text(
        "P1",
        "The element carries `{detail}`, which is meant for another engine and not read here.",
        "Elementam ir `{detail}`, kas domāts citam izpildes dzinējam un te netiek lasīts.",
        "Remove it; what has to happen there is a task or an event of its own, or a property of the guide.",
        "Noņemiet to; kas tur jāizdara, ir atsevišķs uzdevums vai notikums, vai rokasgrāmatā minēta īpašība.",
    ),
    "called": Text(
        "P1",
        "There is no process `{detail}` that could be called and that a person or another process can start.",
        "Nav procesa `{detail}`, ko varētu izsaukt un ko var sākt cilvēks vai cits process.",
        "Write the id of a deployed process with a plain start event as the called element.",
        "Kā izsaucamo elementu norādiet ieviesta procesa identifikatoru; tam ir vienkāršs sākuma notikums.",
    ),
    "call_value": Text(
        "P3",
        "A call does not give or take this value: {detail}.",
        "Izsaukums šo vērtību nedod vai nepārņem: {detail}.",
        "Give each variable of the called process once (`in`), take its variables into ours of the same type "
        "(`out`); several instances take nothing.",
        "Katru izsauktā procesa mainīgo dodiet vienreiz (`in`), tā mainīgos pārņemiet tāda paša tipa mūsu "
        "mainīgajos (`out`); vairāki eksemplāri neko nepārņem.",
    ),
    "event_subprocess": Text(
        "P1",
        "The event subprocess `{detail}` cannot be run as it is drawn.",
        "Notikuma apakšprocesu `{detail}` nevar izpildīt, kā tas ir uzzīmēts.",
        "Draw it without flows, boundary events and repetition, with one start event that has a definition; "
        "an error always interrupts.",
        "Zīmējiet to bez plūsmām, robežnotikumiem un atkārtošanas, ar vienu sākuma notikumu, kam ir "
        "definīcija; kļūda vienmēr pārtrauc.",
    ),
    "property": Text(
        "P1",
        "Nobody reads the property `{detail}` here.",
        "Īpašību `{detail}` te neviens nelasa.",
        "Write the name of a property of the guide, on an element that carries it, or remove it.",
        "Rakstiet rokasgrāmatā minētas īpašības nosaukumu pie elementa, kuram tā ir, vai noņemiet to.",
    ),
    "flag": Text(
        "P1",
        "The property says neither yes nor no: {detail}.",
        "Īpašība nesaka ne jā, ne nē: {detail}.",
        "Write `true`, or remove the property.",
        "Rakstiet `true` vai noņemiet īpašību.",
    ),
    "attached": Text(
        "P1",
        "A boundary event cannot stand on `{detail}`.",
        "Robežnotikums nevar būt uz `{detail}`.",
        "Put timers on user tasks, service tasks, subprocesses and calls, errors on service tasks, "
        "subprocesses and calls, escalations on subprocesses and calls; a boundary event has no incoming "
        "flow, and an error always interrupts.",
        "Taimerus lieciet uz lietotāja vai servisa uzdevumiem, apakšprocesiem un izsaukumiem, kļūdas uz "
        "servisa uzdevumiem, apakšprocesiem un izsaukumiem, eskalācijas uz apakšprocesiem un izsaukumiem; "
        "robežnotikumam nav ienākošas plūsmas, un kļūda vienmēr pārtrauc.",
    ),
    "code": Text(
        "P1",
        "It names no error, escalation, message or signal that the file defines with a code or name: "
        "{detail}.",
        "Nav norādīta kļūda, eskalācija, ziņojums vai signāls, kas failā definēts ar kodu vai nosaukumu: "
        "{detail}.",
        "Define it with its code or name and choose it in the event or task.",
        "Definējiet to ar kodu vai nosaukumu un izvēlieties notikumā vai uzdevumā.",
    ),
    "correlation": Text(
        "P9",
        "This is no correlation key of a message: {detail}.",
        "Tā nav ziņojuma korelācijas atslēga: {detail}.",
        "Write the property `correlation_key` with a variable, such as `permit-${permit}`, where a message "
        "is caught or thrown, and nowhere else.",
        "Rakstiet īpašību `correlation_key` ar mainīgo, piemēram, `permit-${permit}`, kur ziņojumu uztver "
        "vai sūta, un nekur citur.",
    ),
    "carries": Text(
        "P9",
        "Nothing is carried here that could be written: {detail}.",
        "Te nekas netiek pārnests, ko varētu ierakstīt: {detail}.",
        "List in `carries` what a message or signal takes along, in `writes` what the event that catches it "
        "takes.",
        "Īpašībā `carries` uzskaitiet, ko ziņojums vai signāls nes līdzi, `writes`: ko ņem notikums, kas to "
        "uztver.",
    ),
    "uncaught": Text(
        "P1",
        "Nobody catches what is thrown here: {detail}.",
        "To, kas te tiek ziņots, neviens neuztver: {detail}.",
        "Put a boundary event with the same code, or without one, on a subprocess around it, or draw an "
        "event subprocess that starts with it. Where the process that calls this one is to catch it, add the "
        "property `throws:<code>` to the process.",
        "Uz apkārtējā apakšprocesa uzlieciet robežnotikumu ar to pašu kodu vai bez koda, vai uzzīmējiet "
        "notikuma apakšprocesu, kas ar to sākas. Ja to uztver process, kas šo izsauc, pievienojiet procesam "
        "īpašību `throws:<kods>`.",
    ),
    "throws": Text(
        "P1",
        "The process does not say what it throws to its caller: {detail}.",
        "Process nepasaka, ko tas ziņo savam izsaucējam: {detail}.",
        "Write the code behind `throws:`, and `error` or `escalation` as the value.",
        "Aiz `throws:` rakstiet kodu un kā vērtību — `error` vai `escalation`.",
    ),
    "throws_start": Text(
        "P1",
        "It leaves to its caller what it throws, so it cannot begin by itself: {detail}.",
        "To, ko tas ziņo, uztver tā izsaucējs, tāpēc tas nevar sākties pats: {detail}.",
        "Remove its `start:` roles and its start events by message, signal and timer, or catch in the "
        "process what it throws and remove `throws:`.",
        "Noņemiet lomas `start:` un sākuma notikumus ar ziņojumu, signālu vai taimeri, vai uztveriet ziņoto "
        "pašā procesā un noņemiet `throws:`.",
    ),
    "call_uncaught": Text(
        "P1",
        "Nobody catches the {what} `{detail}` that the called process `{process}` throws.",
        "Neviens neuztver {ko} `{detail}`, ko ziņo izsauktais process `{process}`.",
        "Put a boundary event with the same code, or without one, on the call or on a subprocess around it, "
        "or add the property `throws:<code>` to this process, so that its own caller catches it.",
        "Uz izsaukuma vai apkārtējā apakšprocesa uzlieciet robežnotikumu ar to pašu kodu vai bez koda, vai "
        "pievienojiet šim procesam īpašību `throws:<kods>`, lai to uztver tā izsaucējs.",
    ),
    "event_gateway": Text(
        "P1",
        "An event-based gateway does not wait for `{detail}`.",
        "Notikumu vārteja `{detail}` negaida.",
        "Lead each of its two or more flows, without a condition, to a catch event that no other flow "
        "reaches.",
        "Katru no tās divām vai vairāk plūsmām bez nosacījuma vediet uz uztverošu notikumu, kuru nesasniedz "
        "cita plūsma.",
    ),
    "timer": Text(
        "P7",
        "This is not a due rule: {detail}.",
        "Tas nav termiņa noteikums: {detail}.",
        "Write PnW, PnD, PTnH, PTnM, workdays(n) or deadline('name'); a reminder also half or before(n).",
        "Rakstiet PnW, PnD, PTnH, PTnM, workdays(n) vai deadline('nosaukums'); atgādinājumam arī half vai "
        "before(n).",
    ),
    "deadline": Text(
        "P7",
        "Nobody has set a deadline with the name `{detail}`.",
        "Termiņš ar nosaukumu `{detail}` nav noteikts.",
        "Write the name of a deadline that a process declares or the ministry has set.",
        "Rakstiet tāda termiņa nosaukumu, ko deklarē process vai ir noteikusi ministrija.",
    ),
    "topic": Text(
        "P13",
        "There is no handler for the topic `{detail}`.",
        "Tēmai `{detail}` nav apstrādātāja.",
        "Set the type external and a topic that a handler of this process registers.",
        "Norādiet tipu external un tēmu, kurai šajā procesā ir apstrādātājs.",
    ),
    "timer_in_step": Text(
        "P13",
        "The timer can never go off, for `{detail}` is done in the step that reaches it.",
        "Taimeris nekad nenostrādā, jo `{detail}` izpilda tajā pašā solī, kas to sasniedz.",
        "Let the handler run as a job, or remove the timer.",
        "Ļaujiet apstrādātājam strādāt vēlāk kā darbam vai noņemiet taimeri.",
    ),
    "many_handlers": Text(
        "P13",
        "From here {detail} service tasks follow one another in one step; at most 20 may.",
        "No šejienes vienā solī cits citam seko {detail} servisa uzdevumi; drīkst ne vairāk kā 20.",
        "Let one of the handlers between them run as a job.",
        "Ļaujiet kādam no apstrādātājiem strādāt vēlāk kā darbam.",
    ),
}
