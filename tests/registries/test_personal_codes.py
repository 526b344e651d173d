"""What is a personal code, and what is said when it is none."""

from random import Random

import pytest
from stdnum.lv import pvn

from registries.codes import format_code, mask_code, normalise_personal_code, personal_check_digit
from registries.errors import PersonalCodeInvalid


def causes(text):
    with pytest.raises(PersonalCodeInvalid) as refused:
        normalise_personal_code(text)
    return refused.value.code


@pytest.mark.parametrize(
    "typed",
    [
        "161175-19997",
        "16117519997",
        " 161175 19997 ",
        "161175–19997",  # en dash, as Word writes it
        "161175\u00a0-\u00a019997",
        "1 6 1 1 7 5-1 9 9 9 7",
        "\ufeff161175\u2011\u200b19997\n",
    ],
)
def test_spaces_and_dashes_of_every_kind_are_accepted(typed):
    assert normalise_personal_code(typed) == "16117519997"


@pytest.mark.parametrize(
    ("typed", "cause"),
    [
        ("", "empty"),
        (" - ", "empty"),
        ("161175-1999", "length"),
        ("161175-199971", "length"),
        ("161175-1999A", "characters"),
        ("١٦١١٧٥١٩٩٩٧", "characters"),
        ("161175-19998", "check_digit"),
        ("461175-19997", "prefix"),
        ("161175-79997", "prefix"),
        ("310275-1000" + personal_check_digit("3102751000"), "date"),
        ("000000-0000" + personal_check_digit("0000000000"), "date"),
    ],
)
def test_each_fault_has_its_own_cause(typed, cause):
    assert causes(typed) == cause


def test_every_cause_has_words_for_people():
    assert all(str(PersonalCodeInvalid(cause)) for cause in PersonalCodeInvalid.causes)
    assert len({str(PersonalCodeInvalid(cause)) for cause in PersonalCodeInvalid.causes}) == 6


def test_any_of_twenty_thousand_random_new_codes_is_accepted_though_the_library_rejects_most():
    random = Random(2017)
    codes = [f"3{random.randrange(2, 10)}{random.randrange(10**9):09d}" for _ in range(20_000)]

    accepted = sum(normalise_personal_code(f"{code[:6]}-{code[6:]}") == code for code in codes)

    assert accepted == 20_000
    assert sum(pvn.is_valid(code) for code in codes) < 1_000


def test_old_codes_agree_with_the_library_digit_for_digit():
    random = Random(1993)
    checked = 0
    for _ in range(20_000):
        code = f"{random.randrange(1, 32):02d}{random.randrange(1, 13):02d}{random.randrange(100):02d}"
        code += f"{random.randrange(3)}{random.randrange(10_000):04d}"
        if code.startswith("32"):
            continue
        try:
            ours = normalise_personal_code(code) == code
        except PersonalCodeInvalid:
            ours = False
        assert ours == pvn.is_valid(code), code
        checked += ours
    assert checked > 1_000


def test_a_single_wrong_digit_of_an_old_code_is_noticed():
    for place in range(10):
        for digit in "0123456789":
            code = "16117519997"[:place] + digit + "16117519997"[place + 1 :]
            if code == "16117519997" or code[:2] in {"32", "33", "34", "35", "36", "37", "38", "39"}:
                continue
            assert causes(code) in {"check_digit", "prefix", "date"}


def test_a_code_is_shown_with_its_first_and_last_two_digits_only():
    assert mask_code("32765412345") == "32••••-•••45"
    assert mask_code("") == ""
    assert format_code("16117519997") == "161175-19997"
