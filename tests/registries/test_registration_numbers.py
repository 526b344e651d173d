"""Numbers of institutions and of the register of enterprises."""

import pytest

from registries.codes import check_registration_number
from registries.errors import RegistrationNumberInvalid


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("4219902694", "4219902694"),
        ("3713 900 757", "3713900757"),
        ("40003521600", "40003521600"),
        ("LV 9000 0028 156", "90000028156"),
        ("lv40003521600", "40003521600"),
    ],
)
def test_real_numbers_are_accepted_as_people_write_them(typed, number):
    assert check_registration_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "cause"),
    [
        ("", "empty"),
        ("LV", "empty"),
        ("421990269", "length"),
        ("421990269412", "length"),
        ("4219902A94", "characters"),
        ("40003521601", "check_digit"),
        ("16117519997", "prefix"),  # a personal code is not an enterprise
    ],
)
def test_each_fault_has_its_own_cause(typed, cause):
    with pytest.raises(RegistrationNumberInvalid) as refused:
        check_registration_number(typed)
    assert refused.value.code == cause
