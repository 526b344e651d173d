"""What the gate says about P8: cells and columns of decision tables."""

from __future__ import annotations

from typing import Final

from engine.core.rules.texts.text import Text

_TESTS_EN: Final = (
    'Write -, values with commas between them, < 5, >= 5, [1..5], ]1..5[ or not(...); values are "text", '
    "numbers, "
    'true, false, date("2026-09-01") and null.'
)
_TESTS_LV: Final = (
    'Rakstiet -, vērtības ar komatiem, < 5, >= 5, [1..5], ]1..5[ vai not(...); vērtības ir "teksts", '
    "skaitļi, true, "
    'false, date("2026-09-01") un null.'
)

CELLS: Final[dict[str, Text]] = {
    "cell_unreadable": Text(
        "P8",
        "Table `{table}`, {place}: `{detail}` is no test or value that can be read.",
        "Tabula `{table}`, {vieta}: `{detail}` nav saprotams nosacījums vai vērtība.",
        _TESTS_EN,
        _TESTS_LV,
    ),
    "cell_type": Text(
        "P8",
        "Table `{table}`, {place}: `{detail}` is no value of the type {other}.",
        "Tabula `{table}`, {vieta}: `{detail}` nav vērtība ar tipu {other}.",
        "Write values of the column's type, text in double quotes, or correct the type of the column or "
        "variable.",
        "Rakstiet kolonnas tipa vērtības, tekstu pēdiņās, vai izlabojiet kolonnas vai mainīgā tipu.",
    ),
    "cell_day": Text(
        "P8",
        "Table `{table}`, {place}: `{detail}` names a day that does not exist.",
        "Tabula `{table}`, {vieta}: `{detail}` norāda dienu, kuras nav.",
        'Write an existing day as date("2026-09-01").',
        'Rakstiet pastāvošu dienu kā date("2026-09-01").',
    ),
    "cell_time": Text(
        "P8",
        "Table `{table}`, {place}: `{detail}` is a time or a duration; tables decide by days.",
        "Tabula `{table}`, {vieta}: `{detail}` ir laiks vai ilgums; tabulas nosaka pēc dienām.",
        'Write date("2026-09-01") and compare days; let an expression of the input count them.',
        'Rakstiet date("2026-09-01") un salīdziniet dienas; tās lai saskaita ievades izteiksme.',
    ),
    "cell_name": Text(
        "P8",
        "Table `{table}`, {place}: `{detail}` names a variable or a function; a cell holds values only.",
        "Tabula `{table}`, {vieta}: `{detail}` min mainīgo vai funkciju; šūnā ir tikai vērtības.",
        "Put the comparison into the expression of an input, and text into double quotes.",
        "Salīdzinājumu ielieciet ievades izteiksmē, tekstu pēdiņās.",
    ),
    "cell_order": Text(
        "P8",
        "Table `{table}`, {place}: `{detail}` orders values of the type {other}, which have no order.",
        "Tabula `{table}`, {vieta}: `{detail}` kārto vērtības ar tipu {other}, kurām nav secības.",
        "List the values with commas between them.",
        "Uzskaitiet vērtības, atdalot ar komatiem.",
    ),
    "cell_turned": Text(
        "P8",
        "Table `{table}`, {place}: the interval in `{detail}` holds nothing.",
        "Tabula `{table}`, {vieta}: intervālā `{detail}` nav nevienas vērtības.",
        "Write the smaller end first.",
        "Vispirms rakstiet mazāko galu.",
    ),
    "cell_number": Text(
        "P8",
        "Table `{table}`, {place}: a number in `{detail}` is too long.",
        "Tabula `{table}`, {vieta}: skaitlis `{detail}` ir pārāk garš.",
        "At most 28 digits, whole numbers to 9223372036854775807.",
        "Ne vairāk kā 28 cipari, veseli skaitļi līdz 9223372036854775807.",
    ),
    "cell_escape": Text(
        "P8",
        "Table `{table}`, {place}: `{detail}` has a backslash that says nothing, or a character that no "
        "text may have.",
        "Tabula `{table}`, {vieta}: `{detail}` ir neko nenozīmējoša atpakaļsvītra vai zīme, kuras tekstā "
        "nedrīkst būt.",
        r"After a backslash write \" \\ \n \r \t or \u and four digits.",
        r"Aiz atpakaļsvītras rakstiet \" \\ \n \r \t vai \u un četrus ciparus.",
    ),
    "cell_long": Text(
        "P8",
        "Table `{table}`, {place}: the cell is too long: `{detail}`.",
        "Tabula `{table}`, {vieta}: šūna ir pārāk gara: `{detail}`.",
        "At most 4,000 characters; divide the rule into several.",
        "Ne vairāk kā 4000 zīmju; sadaliet noteikumu vairākos.",
    ),
    "cell_count": Text(
        "P8",
        "Table `{table}`: rule {rule} does not have one cell for each column.",
        "Tabula `{table}`: {rule}. noteikumam nav pa vienai šūnai katrā kolonnā.",
        "Export the file again from a DMN modeller.",
        "Eksportējiet failu no DMN redaktora vēlreiz.",
    ),
    "input_missing": Text(
        "P8",
        "Table `{table}`: the input `{column}` says nothing that could be compared.",
        "Tabula `{table}`: ievade `{column}` nenorāda, ko salīdzināt.",
        "Write a declared variable or an expression over declared variables.",
        "Rakstiet deklarētu mainīgo vai izteiksmi ar deklarētiem mainīgajiem.",
    ),
    "input_expression": Text(
        "P8",
        "Table `{table}`: the expression of the input `{column}` is refused: {detail}.",
        "Tabula `{table}`: ievades `{column}` izteiksme nav pieņemama: {detail}.",
        "Write a declared variable or an expression over declared variables, in the language of the guide.",
        "Rakstiet deklarētu mainīgo vai izteiksmi ar deklarētiem mainīgajiem rokasgrāmatas valodā.",
    ),
    "input_type": Text(
        "P8",
        "Table `{table}`: the input `{column}` is written as {detail}, but its expression is {other}.",
        "Tabula `{table}`: ievades `{column}` tips ir {detail}, bet izteiksmes tips ir {other}.",
        "Choose the type of the variable: string, integer, number, boolean or date.",
        "Izvēlieties mainīgā tipu: string, integer, number, boolean vai date.",
    ),
    "output_unnamed": Text(
        "P8",
        "Table `{table}`: the output `{column}` has no name, though the table has several.",
        "Tabula `{table}`: izvadei `{column}` nav nosaukuma, bet tabulai ir vairākas izvades.",
        "Give every output the name of the variable that takes it.",
        "Katrai izvadei dodiet tā mainīgā nosaukumu, kas to saņem.",
    ),
    "output_twice": Text(
        "P8",
        "Two outputs of the table `{table}` have the name `{detail}`.",
        "Divām tabulas `{table}` izvadēm ir nosaukums `{detail}`.",
        "Give every output the name of a variable of its own, for the second would replace the first.",
        "Katrai izvadei dodiet sava mainīgā nosaukumu, jo otrā aizstātu pirmo.",
    ),
    "output_type": Text(
        "P8",
        "Table `{table}`: the output `{column}` gives {detail}, but it goes to a variable of the type "
        "{other}.",
        "Tabula `{table}`: izvade `{column}` dod {detail}, bet mainīgā tips ir {other}.",
        "Declare the variable with that type; COUNT gives int, RULE ORDER and OUTPUT ORDER a list of texts.",
        "Deklarējiet mainīgo ar šo tipu; COUNT dod int, RULE ORDER un OUTPUT ORDER tekstu sarakstu (list).",
    ),
    "output_expression": Text(
        "P8",
        "Table `{table}`, {place}: the result `{detail}` is refused: {other}.",
        "Tabula `{table}`, {vieta}: rezultāts `{detail}` nav pieņemams: {other}.",
        'Write "text", a number, true, false, date("2026-09-01"), null or an expression over declared '
        "variables.",
        'Rakstiet "tekstu", skaitli, true, false, date("2026-09-01"), null vai izteiksmi ar deklarētiem '
        "mainīgajiem.",
    ),
    "output_unlisted": Text(
        "P8",
        "Table `{table}`, {place}: the result `{detail}` is not among the output values.",
        "Tabula `{table}`, {vieta}: rezultāta `{detail}` nav izvades vērtību sarakstā.",
        "Add it to the output values of the column, or correct the cell.",
        "Pievienojiet to kolonnas izvades vērtībām vai izlabojiet šūnu.",
    ),
    "output_null": Text(
        "P8",
        "Table `{table}`, {place}: the result is empty, but every result is listed or combined.",
        "Tabula `{table}`, {vieta}: rezultāts ir tukšs, bet katru rezultātu uzskaita vai apvieno.",
        "Write a value, or remove the rule: what no rule matches, the default says.",
        "Ierakstiet vērtību vai noņemiet noteikumu: kam neatbilst neviens noteikums, nosaka noklusējums.",
    ),
    "priority_list": Text(
        "P8",
        "The table `{table}` orders its results, but no output lists its values: {column}.",
        "Tabula `{table}` kārto rezultātus, bet nevienai izvadei nav uzskaitītas vērtības: {column}.",
        "List the output values of a column, the most important first.",
        "Uzskaitiet kolonnas izvades vērtības, svarīgāko vispirms.",
    ),
    "priority_cell": Text(
        "P8",
        "Table `{table}`, {place}: the result `{detail}` has no place among the listed output values.",
        "Tabula `{table}`, {vieta}: rezultātam `{detail}` nav vietas izvades vērtību sarakstā.",
        "With PRIORITY and OUTPUT ORDER write one of the listed values, no expression.",
        "Ar PRIORITY un OUTPUT ORDER rakstiet kādu no uzskaitītajām vērtībām, nevis izteiksmi.",
    ),
    "default_partial": Text(
        "P8",
        "Table `{table}`: the output `{column}` has no default, others have one.",
        "Tabula `{table}`: izvadei `{column}` nav noklusējuma vērtības, bet citām ir.",
        "Give every output a default output entry, or none.",
        "Noklusējuma vērtību dodiet visām izvadēm vai nevienai.",
    ),
}
