"""Personal codes and registration numbers: what is one, what is wrong with it, how it is shown."""

import re
from datetime import date

from stdnum.lv import pvn

from .errors import PersonalCodeInvalid, RegistrationNumberInvalid

_SEPARATORS = re.compile(r"[\s\u00ad\u200b\u2060\ufeff\u2010-\u2015\u2212\u002d.]+")
_NEW_FORMAT = re.compile(r"3[2-9]\d{9}")
_WEIGHTS = (1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CENTURIES = {"0": 1800, "1": 1900, "2": 2000}


def _digits(text: str) -> str:
    return _SEPARATORS.sub("", text)


def normalise_personal_code(text: str) -> str:
    """The eleven digits of a personal code typed with spaces or a hyphen; else PersonalCodeInvalid.

    Codes given since July 2017 begin with 32 to 39 and are otherwise random: no date, no check digit.
    """
    code = _digits(text)
    if not code:
        raise PersonalCodeInvalid("empty")
    if not (code.isascii() and code.isdigit()):
        raise PersonalCodeInvalid("characters")
    if len(code) != 11:
        raise PersonalCodeInvalid("length")
    if not _NEW_FORMAT.fullmatch(code):
        _check_old(code)
    return code


def _check_old(code: str) -> None:
    if code[0] > "3" or code[6] not in _CENTURIES:
        raise PersonalCodeInvalid("prefix")
    if code[10] != personal_check_digit(code[:10]):
        raise PersonalCodeInvalid("check_digit")
    try:
        date(_CENTURIES[code[6]] + int(code[4:6]), int(code[2:4]), int(code[:2]))
    except ValueError:
        raise PersonalCodeInvalid("date") from None


def check_personal_code(text: str) -> None:
    """Raises PersonalCodeInvalid unless the text is a personal code."""
    normalise_personal_code(text)


def personal_check_digit(first_ten: str) -> str:
    """The check digit of a code given before July 2017."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_ten, strict=True))
    return str((1101 - total) % 11 % 10)


def format_code(code: str) -> str:
    """A stored code as people write it, `010190-12345`."""
    return f"{code[:6]}-{code[6:]}"


def mask_code(code: str) -> str:
    """A stored code with only its first and last two digits, `32••••-•••17`."""
    return f"{code[:2]}••••-•••{code[-2:]}" if len(code) == 11 else ""


def check_registration_number(text: str) -> str:
    """The digits of a registration number: 10 of an institution (no check known) or 11 of an enterprise."""
    number = _digits(text).upper().removeprefix("LV")
    if not number:
        raise RegistrationNumberInvalid("empty")
    if not (number.isascii() and number.isdigit()):
        raise RegistrationNumberInvalid("characters")
    if len(number) not in (10, 11):
        raise RegistrationNumberInvalid("length")
    if len(number) == 11 and number[0] <= "3":
        raise RegistrationNumberInvalid("prefix")
    if len(number) == 11 and not pvn.is_valid(number):
        raise RegistrationNumberInvalid("check_digit")
    return number
