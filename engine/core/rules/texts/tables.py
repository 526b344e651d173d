"""What the gate says about P8: whole decision tables, their versions, what they leave open or say twice."""

from __future__ import annotations

from typing import Final

from engine.core.rules.texts.text import Text

TABLES: Final[dict[str, Text]] = {
    "table_missing": Text(
        "P8",
        "There is no decision with the id `{detail}`.",
        "Nav lēmuma ar identifikatoru `{detail}`.",
        "Put its DMN file beside the diagram, and write the id of the decision, not of the file, in "
        "decisionRef.",
        "Ielieciet tā DMN failu blakus diagrammai un laukā decisionRef rakstiet lēmuma, nevis faila "
        "identifikatoru.",
    ),
    "table_none": Text(
        "P8",
        "The decision `{table}` has no table.",
        "Lēmumam `{table}` nav tabulas.",
        "Write it as a decision table; a lone expression belongs in a script task.",
        "Uzrakstiet to kā lēmumu tabulu; atsevišķai izteiksmei lietojiet skripta uzdevumu.",
    ),
    "table_empty": Text(
        "P8",
        "The table `{table}` has no input, no output or no rule.",
        "Tabulai `{table}` nav ievades, izvades vai neviena noteikuma.",
        "Give it at least one of each.",
        "Pievienojiet vismaz pa vienam no katra.",
    ),
    "table_size": Text(
        "P8",
        "The table `{table}` is too large: {detail} (rules × columns).",
        "Tabula `{table}` ir pārāk liela: {detail} (noteikumi × kolonnas).",
        "At most 1,000 rules and 20 columns; divide the decision into several.",
        "Ne vairāk kā 1000 noteikumu un 20 kolonnu; sadaliet lēmumu vairākos.",
    ),
    "table_policy": Text(
        "P8",
        "The table `{table}` has the unknown hit policy `{detail}`.",
        "Tabulai `{table}` ir nezināma trāpījumu politika `{detail}`.",
        "Choose UNIQUE, FIRST, ANY, PRIORITY, RULE ORDER, OUTPUT ORDER or COLLECT.",
        "Izvēlieties UNIQUE, FIRST, ANY, PRIORITY, RULE ORDER, OUTPUT ORDER vai COLLECT.",
    ),
    "table_aggregation": Text(
        "P8",
        "The table `{table}` cannot combine its results so: {detail}.",
        "Tabula `{table}` nevar tā apvienot rezultātus: {detail}.",
        "SUM, MIN, MAX and COUNT stand with the hit policy COLLECT and one output.",
        "SUM, MIN, MAX un COUNT lieto kopā ar COLLECT un vienu izvadi.",
    ),
    "table_collect": Text(
        "P8",
        "The table `{table}` collects results without combining them.",
        "Tabula `{table}` savāc rezultātus, bet tos neapvieno.",
        "Choose SUM, MIN, MAX or COUNT; for a list of texts the hit policy RULE ORDER.",
        "Izvēlieties SUM, MIN, MAX vai COUNT; tekstu sarakstam lietojiet RULE ORDER.",
    ),
    "table_mapping": Text(
        "P8",
        "The results of `{table}` cannot be taken as `{detail}`.",
        "Tabulas `{table}` rezultātus nevar pārņemt kā `{detail}`.",
        "One result: singleEntry with a result variable, or singleResult; RULE ORDER and OUTPUT ORDER: "
        "collectEntries "
        "with a result variable, or resultList.",
        "Viens rezultāts: singleEntry ar rezultāta mainīgo vai singleResult; RULE ORDER un OUTPUT ORDER: "
        "collectEntries ar rezultāta mainīgo vai resultList.",
    ),
    "table_variable": Text(
        "P8",
        "The results of `{table}` go to variables that the process does not declare: {detail}.",
        "Tabulas `{table}` rezultāti nonāk mainīgajos, kurus process nedeklarē: {detail}.",
        "Declare them with var:<name> on the process, or correct the names of the outputs.",
        "Deklarējiet tos procesa īpašībās var:<nosaukums> vai izlabojiet izvades nosaukumus.",
    ),
    "table_language": Text(
        "P8",
        "The table `{table}` is written in the language `{detail}`.",
        "Tabula `{table}` ir rakstīta valodā `{detail}`.",
        "Set the expression language to FEEL.",
        "Norādiet izteiksmju valodu FEEL.",
    ),
    "table_requires": Text(
        "P8",
        "The table `{table}` needs another decision: `{detail}`.",
        "Tabulai `{table}` vajag citu lēmumu: `{detail}`.",
        "Ask that decision in a business rule task before this one, and read its result from the variable.",
        "Uzdodiet to lēmuma uzdevumā pirms šī un nolasiet rezultātu no mainīgā.",
    ),
    "table_property": Text(
        "P8",
        "Nobody reads the property `{detail}` here (table `{table}`).",
        "Īpašību `{detail}` te neviens nelasa (tabula `{table}`).",
        "Write valid_from once on the decision, name:en on the decision, an input or an output.",
        "Rakstiet valid_from vienreiz pie lēmuma, name:en pie lēmuma, ievades vai izvades.",
    ),
    "table_type": Text(
        "P8",
        "The type `{detail}` of the column `{column}` in the table `{table}` is unknown.",
        "Tabulā `{table}` kolonnas `{column}` tips `{detail}` nav zināms.",
        "Choose string, boolean, integer, long, double, number or date.",
        "Izvēlieties string, boolean, integer, long, double, number vai date.",
    ),
    "type_limits": Text(
        "P8",
        "The type `{detail}` of the column `{column}` in the table `{table}` limits its values in two ways.",
        "Tabulā `{table}` kolonnas `{column}` tips `{detail}` ierobežo vērtības divējādi.",
        "Write either the allowed values or the type constraint.",
        "Rakstiet vai nu atļautās vērtības (allowedValues), vai tipa ierobežojumu (typeConstraint).",
    ),
    "rule_twice": Text(
        "P8",
        "Two rules of the table `{table}` have the id `{detail}`.",
        "Diviem tabulas `{table}` noteikumiem ir identifikators `{detail}`.",
        "Give every rule an id of its own, for the case keeps which one decided.",
        "Dodiet katram noteikumam savu identifikatoru, jo lieta glabā, kurš noteica.",
    ),
    "valid_from": Text(
        "P8",
        "The table `{table}` is valid from `{detail}`, which is no day.",
        "Tabula `{table}` ir spēkā no `{detail}`, bet tāda datuma nav.",
        "Write the day as 2026-09-01.",
        "Rakstiet datumu kā 2026-09-01.",
    ),
    "version_twice": Text(
        "P8",
        "Two versions of `{table}` begin on the same day: {detail}.",
        "Divas `{table}` redakcijas sākas vienā dienā: {detail}.",
        "Write another valid_from in one of them; only the oldest may be without one.",
        "Vienā no tām rakstiet citu valid_from; bez tā drīkst būt tikai senākā.",
    ),
    "version_missing": Text(
        "P8",
        "No version of `{table}` is valid today; the first begins on {detail}.",
        "Šodien nav spēkā neviena `{table}` redakcija; pirmā sākas {detail}.",
        "Add the version that is valid until then, or leave valid_from out of the first one.",
        "Pievienojiet redakciju, kas ir spēkā līdz tam, vai pirmajai nerakstiet valid_from.",
    ),
    "version_outputs": Text(
        "P8",
        "The version of `{table}` from {detail} has other outputs than the one before.",
        "Tabulas `{table}` redakcijai no {detail} ir citas izvades nekā iepriekšējai.",
        "Let all versions have the same outputs in the same order.",
        "Visām redakcijām lai ir tās pašas izvades tādā pašā secībā.",
    ),
    "valid_on": Text(
        "P8",
        "`{detail}` is no date by which a version could be chosen.",
        "`{detail}` nav datums, pēc kura izvēlēties redakciju.",
        "Write a declared variable of the type date in valid_on, or remove the property: then the day of "
        "the step counts.",
        "Īpašībā valid_on rakstiet deklarētu mainīgo ar tipu date vai noņemiet to: tad ņem soļa dienu.",
    ),
    "valid_on_idle": Text(
        "P8",
        "`valid_on` chooses between versions, but `{table}` has only one.",
        "Īpašība `valid_on` izvēlas redakciju, bet tabulai `{table}` ir tikai viena.",
        "Write valid_from in the table, or remove valid_on.",
        "Rakstiet tabulā valid_from vai noņemiet valid_on.",
    ),
    "overlap": Text(
        "P8",
        "Several rules of the table `{table}` match: {rules}, for example with {example}.",
        "Atbilst vairāki tabulas `{table}` noteikumi: {rules}, piemēram, ja {example}.",
        "Make the rules exclude each other, or choose the hit policy FIRST or PRIORITY.",
        "Padariet noteikumus savstarpēji izslēdzošus vai lietojiet FIRST vai PRIORITY.",
    ),
    "overlap_any": Text(
        "P8",
        "Rules of the table `{table}` match together and give different results: {rules}, for example "
        "with {example}.",
        "Tabulas `{table}` noteikumi atbilst reizē, bet rezultāti atšķiras: {rules}, piemēram, ja {example}.",
        "With the hit policy ANY rules that match together give the same result; correct one of them.",
        "Ar ANY noteikumiem, kas atbilst reizē, ir viens rezultāts; izlabojiet vienu no tiem.",
    ),
    "overlap_priority": Text(
        "P8",
        "Rules of the table `{table}` match together with the same priority and different results: {rules}, "
        "for example with {example}.",
        "Tabulas `{table}` noteikumi atbilst reizē ar vienādu prioritāti, bet rezultāti atšķiras: {rules}, "
        "piemēram, ja {example}.",
        "List the output values of the column in which they differ, or make the rules exclude each other.",
        "Uzskaitiet izvades vērtības kolonnai, kurā tie atšķiras, vai padariet noteikumus savstarpēji "
        "izslēdzošus.",
    ),
    "gap": Text(
        "P8",
        "No rule of the table `{table}` matches, for example with {example}; the case would stop there.",
        "Neviens tabulas `{table}` noteikums neatbilst, piemēram, ja {example}; lieta tur apstātos.",
        "Add a rule for it, a default output, or the values that can occur in the input's allowed values.",
        "Pievienojiet noteikumu, noklusējuma izvadi vai ievades atļautajās vērtībās uzskaitiet iespējamās.",
    ),
    "unchecked": Text(
        "P8",
        "The rules of the table `{table}` lie so much across one another that its gaps could not be "
        "looked for.",
        "Tabulas `{table}` noteikumi tik ļoti pārklājas, ka tās robus nevarēja pārbaudīt.",
        "Give it a default output or a last rule that matches anything.",
        "Pievienojiet noklusējuma izvadi vai pēdējo noteikumu, kas atbilst jebkam.",
    ),
    "dead_rule": Text(
        "P8",
        "Rule {rule} of the table `{table}` can never decide: `{detail}`.",
        "Tabulas `{table}` {rule}. noteikums nekad nevar noteikt: `{detail}`.",
        "Move it above the rule that hides it, correct its cells, or remove it.",
        "Pārceliet to virs noteikuma, kas to aizsedz, izlabojiet tā šūnas vai noņemiet.",
    ),
}
