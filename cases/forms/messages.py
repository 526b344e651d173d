"""The words of what can be wrong with an answer, the same on pages and in the API, in both languages."""

from typing import Final

from cases.signatures.words import WORDS as SIGNATURES

from .form import Field

# code -> (Latvian, English); {label} is the field's, {limit} the bound that was met.
WORDS: Final[dict[str, tuple[str, str]]] = {
    "required": ("Aizpildiet lauku “{label}”.", "Fill in “{label}”."),
    "required_choice": ("Izvēlieties atbildi laukā “{label}”.", "Choose an answer in “{label}”."),
    "required_file": ("Pievienojiet datni laukā “{label}”.", "Attach a file in “{label}”."),
    "required_consent": ("Lai turpinātu, atzīmējiet “{label}”.", "To go on, tick “{label}”."),
    "not_a_choice": (
        "Laukā “{label}” izvēlieties kādu no piedāvātajām atbildēm.",
        "In “{label}” choose one of the answers offered.",
    ),
    "repeated": (
        "Laukā “{label}” viena atbilde atzīmēta divreiz.",
        "In “{label}” one answer is given twice.",
    ),
    "too_long": (
        "Lauks “{label}” ir par garu: ne vairāk kā {limit} zīmes.",
        "“{label}” is too long: at most {limit} characters.",
    ),
    "too_short": (
        "Lauks “{label}” ir par īsu: vismaz {limit} zīmes.",
        "“{label}” is too short: at least {limit} characters.",
    ),
    "characters": (
        "Laukā “{label}” ir zīmes, kuras nevar izmantot.",
        "“{label}” has characters that cannot be used.",
    ),
    "email": (
        "Laukā “{label}” ierakstiet e-pasta adresi, piemēram, vards@iestade.lv.",
        "In “{label}” give an e-mail address such as name@school.lv.",
    ),
    "phone": (
        "Laukā “{label}” ierakstiet tālruņa numuru, piemēram, 67000000 vai +371 67000000.",
        "In “{label}” give a telephone number such as 67000000 or +371 67000000.",
    ),
    "date": (
        "Laukā “{label}” ierakstiet datumu, piemēram, 01.09.2026.",
        "In “{label}” give a date such as 1 9 2026.",
    ),
    "in_past": ("Datums laukā “{label}” ir jau pagājis.", "The date in “{label}” has passed already."),
    "too_late": ("Datums laukā “{label}” ir pārāk tālu.", "The date in “{label}” is too far away."),
    "int": ("Laukā “{label}” ierakstiet veselu skaitli.", "In “{label}” give a whole number."),
    "decimal": ("Laukā “{label}” ierakstiet skaitli.", "In “{label}” give a number."),
    "too_small": (
        "Skaitlis laukā “{label}” ir par mazu: vismaz {limit}.",
        "The number in “{label}” is too small: at least {limit}.",
    ),
    "too_large": (
        "Skaitlis laukā “{label}” ir par lielu: ne vairāk kā {limit}.",
        "The number in “{label}” is too large: at most {limit}.",
    ),
    "too_few": ("Laukā “{label}” atzīmējiet vismaz {limit}.", "In “{label}” tick at least {limit}."),
    "too_many": ("Laukā “{label}” atzīmējiet ne vairāk kā {limit}.", "In “{label}” tick at most {limit}."),
    "code_characters": (
        "Personas kodā ir tikai cipari un defise, piemēram, 010190-12345.",
        "A personal code has only digits and a hyphen, such as 010190-12345.",
    ),
    "code_length": (
        "Personas kodā ir 11 cipari, piemēram, 010190-12345.",
        "A personal code has 11 digits, such as 010190-12345.",
    ),
    "code_prefix": (
        "Šāda personas koda nav. Pārbaudiet ciparus.",
        "There is no such personal code. Check the digits.",
    ),
    "code_date": (
        "Personas koda sākumā nav datuma. Pārbaudiet ciparus.",
        "The personal code does not begin with a date. Check the digits.",
    ),
    "code_check_digit": (
        "Personas koda kontrolcipars neatbilst. Pārbaudiet, vai cipari nav samainīti vietām.",
        "The check digit of the personal code is wrong. See whether two digits have changed places.",
    ),
    "file_unknown": (
        "Datne laukā “{label}” šai lietai nav pievienota. Pievienojiet to vēlreiz.",
        "The file in “{label}” does not belong to this case. Attach it again.",
    ),
    "pattern": (
        "Atbilde laukā “{label}” nav pareizā formā.",
        "The answer in “{label}” is not in the right form.",
    ),
    "invalid": ("Pārbaudiet atbildi laukā “{label}”.", "Check the answer in “{label}”."),
    "file_type": (
        "Šāda veida datni nevar pievienot. Der PDF, PNG, JPEG, EDOC un ASICE.",
        "A file of this type cannot be attached. PDF, PNG, JPEG, EDOC and ASICE can.",
    ),
    "file_mismatch": (
        "Datnes saturs neatbilst tās nosaukumam. Saglabājiet to vēlreiz pareizajā formātā.",
        "What is in the file does not match its name. Save it again in the right format.",
    ),
    "file_too_large": ("Datne ir lielāka par 20 MB.", "The file is larger than 20 MB."),
    "file_empty": ("Datne ir tukša.", "The file is empty."),
    "file_damaged": (
        "Datne ir bojāta, un to nevar atvērt. Saglabājiet to vēlreiz.",
        "The file is damaged and cannot be opened. Save it again.",
    ),
    "image_limits": (
        "Attēlā var būt līdz 50 miljoniem punktu. Samaziniet to un pievienojiet vēlreiz.",
        "A picture may have at most 50 million dots. Make it smaller and attach it again.",
    ),
    "file_active": (
        "PDF datnē ir programmas vai citas datnes. Saglabājiet to bez tām, piemēram, izdrukājot uz PDF.",
        "The PDF holds programs or other files. Save it without them, for example by printing to PDF.",
    ),
    "file_encrypted": (
        "Datne ir aizsargāta ar paroli. Pievienojiet to bez paroles.",
        "The file is protected by a password. Attach it without one.",
    ),
    "container_unsigned": (
        "Konteinerā nav elektroniskā paraksta.",
        "There is no electronic signature in the container.",
    ),
    "signature_type": (
        "Šeit der elektroniski parakstīts PDF, EDOC vai ASICE, nevis attēls.",
        "This has to be an electronically signed PDF, EDOC or ASICE, not a picture.",
    ),
    "signature_no_paper": (
        "Parakstāmais dokuments vēl nav gatavs. Pēc brīža mēģiniet vēlreiz.",
        "The document to sign is not ready yet. Try again in a moment.",
    ),
    "signature_old": (
        "Kopš parakstīšanas dokuments ir mainījies. Lejupielādējiet un parakstiet jauno.",
        "The document has changed since you signed it. Download the new one and sign it.",
    ),
    **{f"signature_{code}": (told.lv, told.en) for code, told in SIGNATURES.items()},
    "archive_limits": (
        "Parakstītajā konteinerā ir pārāk daudz vai pārāk lielu datņu.",
        "The signed container holds too many files, or too large ones.",
    ),
}


def words(code: str, field: Field | None, limit: object = "") -> tuple[str, str]:
    """What is wrong, in Latvian and English; a form's own `x-messages` come first."""
    if field is not None and code in field.messages:
        return field.messages[code]
    family = code.split("_", maxsplit=1)[0]
    if field is not None and family == "required" and "required" in field.messages:
        return field.messages["required"]
    latvian, english = WORDS.get(code, WORDS["invalid"])
    lv, en = (field.label_lv, field.label_en) if field else ("", "")
    return latvian.format(label=_inside(lv), limit=limit), english.format(label=_inside(en), limit=limit)


def _inside(label: str) -> str:
    """A label within a sentence: its own full stop goes."""
    return label.removesuffix(".")


def required_code(field: Field) -> str:
    """Which words an empty required field gets."""
    match field.kind:
        case "choice" | "choices" | "person":
            return "required_choice"
        case "file":
            return "required_file"
        case "bool":
            return "required_consent"
    return "required"
