"""What the gate says about P3, P6, P11: expressions and variables."""

from __future__ import annotations

from typing import Final

from engine.core.rules.texts.text import Text

VALUES: Final[dict[str, Text]] = {
    "many": Text(
        "P3",
        "Several instances cannot be made, or told apart, with `{detail}`.",
        "Ar `{detail}` nevar izveidot vai atšķirt vairākus eksemplārus.",
        "Give either a list as the collection, with an element variable of type str that nothing else "
        "writes, or a whole number of at most 500; `yes` names a bool that nothing else writes; a service "
        "runs as a job.",
        "Norādiet vai nu sarakstu kā kolekciju un elementa mainīgo ar tipu str, ko nekas cits neraksta, "
        "vai veselu skaitli līdz 500; `yes` ir bool, ko nekas cits neraksta; serviss strādā vēlāk kā darbs.",
    ),
    "loop": Text(
        "P5",
        "It is not said when the loop ends: {detail}.",
        "Nav pateikts, kad cikls beidzas: {detail}.",
        "Write a loopCondition over declared variables, and a loopMaximum of at most 500 where a round can "
        "pass without waiting for a person, for time or for a message.",
        "Rakstiet loopCondition ar deklarētiem mainīgajiem un loopMaximum līdz 500, ja aplis var paiet, "
        "negaidot cilvēku, laiku vai ziņojumu.",
    ),
    "own": Text(
        "P6",
        "`{detail}` belongs to each instance of `{scope}` and is not known outside of it.",
        "`{detail}` pieder katram `{scope}` eksemplāram un ārpus tā nav zināms.",
        "Use another variable outside, and count in a completion condition with `<id>_done` and `<id>_yes`.",
        "Ārpusē lietojiet citu mainīgo, bet pabeigšanas nosacījumā skaitiet ar `<id>_done` un `<id>_yes`.",
    ),
    "many_in_step": Text(
        "P13",
        "Each instance of `{detail}` begins with a service that is done in the same step.",
        "Katrs `{detail}` eksemplārs sākas ar servisu, ko izpilda tajā pašā solī.",
        "Let the handler run as a job, or put a user task before it.",
        "Ļaujiet apstrādātājam strādāt vēlāk kā darbam vai ielieciet pirms tā lietotāja uzdevumu.",
    ),
    "expression": Text(
        "P3",
        "The expression is refused: {detail}.",
        "Izteiksme nav pieņemama: {detail}.",
        "Write it with declared variables, comparisons, and, or, not, + - * / and functions of the guide.",
        "Rakstiet ar deklarētiem mainīgajiem, salīdzinājumiem, and, or, not, + - * / un funkcijām.",
    ),
    "shared_write": Text(
        "P6",
        "A parallel path writes `{detail}`, which another path reads or writes.",
        "Paralēls ceļš raksta `{detail}`, ko lasa vai raksta cits ceļš.",
        "Let each parallel path write only variables of its own, and join them after the paths have met.",
        "Katrs paralēlais ceļš lai raksta tikai savus mainīgos; apvienojiet tos pēc ceļu satikšanās.",
    ),
    "unlisted_write": Text(
        "P6",
        "The form gives `{detail}`, which the task's `writes` does not list.",
        "Veidlapa dod `{detail}`, kura nav uzdevuma īpašībā `writes`.",
        "List it in writes, or take it out of the form's x-variables.",
        "Pierakstiet to īpašībā writes vai izņemiet no veidlapas x-variables.",
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
    "counted": Text(
        "P11",
        "The instances of `{id}` are counted in `{detail}`, which is no name of a variable.",
        "Elementa `{id}` eksemplārus skaita mainīgajā `{detail}`, bet tas nav mainīgā nosaukums.",
        "Change the id `{id}` of the element: lower case letters, digits and underscores, a letter first.",
        "Mainiet elementa identifikatoru `{id}`: mazie latīņu burti, cipari un pasvītras, vispirms burts.",
    ),
    "form_variable": Text(
        "P3",
        "The form gives a variable that is not declared with the type of its field: {detail}.",
        "Veidlapa dod mainīgo, kas nav deklarēts ar lauka tipu: {detail}.",
        "Name in x-variables fields and declared variables: string for str, integer for int, number for "
        "decimal, boolean for bool, string with the format date for date, array for list.",
        "Norādiet x-variables laukus un deklarētus mainīgos: string der str, integer der int, number der "
        "decimal, boolean der bool, string ar formātu date der date, array der list.",
    ),
}
