"""What the registers refuse, each with its words for people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class RegistryError(Exception):
    """The register refuses."""

    code = "registry"
    message: str | Promise = _("The register refuses this change.")

    def __str__(self) -> str:
        return str(self.message)


class PersonalCodeInvalid(RegistryError):
    """The text is not a personal code; `code` names the cause."""

    causes = {
        "empty": _("Enter the personal code."),
        "characters": _("A personal code has digits only, for example 010190-12345."),
        "length": _("A personal code has 11 digits. Check whether one is missing or too many."),
        "prefix": _("A personal code does not begin with these digits."),
        "date": _("The first six digits of this personal code are not a possible date."),
        "check_digit": _("The last digit does not fit the rest of the personal code. Look for a mistake."),
    }

    def __init__(self, code: str) -> None:
        self.code = code
        self.message = self.causes[code]
        super().__init__(code)


class RegistrationNumberInvalid(RegistryError):
    """The text is not a registration number; `code` names the cause."""

    causes = {
        "empty": _("Enter the registration number."),
        "characters": _("A registration number has digits only."),
        "length": _(
            "A registration number has 10 digits (institution) or 11 digits (register of enterprises)."
        ),
        "prefix": _("A registration number with 11 digits begins with a digit from 4 to 9."),
        "check_digit": _("The digits of this registration number do not fit together. Look for a mistake."),
    }

    def __init__(self, code: str) -> None:
        self.code = code
        self.message = self.causes[code]
        super().__init__(code)


class PersonalCodeTaken(RegistryError):
    """Another person has or had this personal code."""

    code = "code_taken"
    message = _("Another person has or had this personal code.")


class PersonalCodeAlreadyChanged(RegistryError):
    """The code was changed before; it may be changed once, or on adoption."""

    code = "code_changed_before"
    message = _("This person's code was changed before. It may change once, and again only on adoption.")


class PersonAlreadyEmployed(RegistryError):
    """The person already works in this organisation in this position."""

    code = "already_employed"
    message = _("This person already works in this organisation in this position.")


class NotEmployed(RegistryError):
    """The person does not work in this organisation on this day."""

    code = "not_employed"
    message = _("This person does not work in this organisation on this day.")


class OrganisationClosed(RegistryError):
    """The organisation is liquidated."""

    code = "organisation_closed"
    message = _("This organisation is liquidated.")


class PeriodReversed(RegistryError):
    """The last day is before the first."""

    code = "period_reversed"
    message = _("The last day is before the first day.")
