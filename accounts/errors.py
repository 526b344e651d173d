"""What signing in and granting roles refuse, each with its words for people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class AccountError(Exception):
    """The request about an account is refused."""

    code = "account"
    message: str | Promise = _("This is not possible.")

    def __str__(self) -> str:
        return str(self.message)


class WrongCredentials(AccountError):
    """The username or the password is wrong, or the user may not sign in."""

    code = "wrong_credentials"
    message = _("The username or the password is wrong. Check both and try again.")


class AccountAsleep(AccountError):
    """The password is right, but the account was not used for so long that it was locked."""

    code = "account_asleep"
    message = _(
        "Nobody signed in with this account for a long time, so it was locked. Your roles are kept: ask the "
        "head of your institution to open it again."
    )


class AccountWithoutRoles(AccountError):
    """The password is right, but the last role has ended, and the account with it."""

    code = "account_without_roles"
    message = _(
        "Your access to VIIS has ended. "
        "If you need it for your work, the head of your institution asks for it."
    )


class LockedOut(AccountError):
    """Too many wrong passwords in a row."""

    code = "locked_out"
    message = _(
        "Too many wrong attempts to sign in. For your safety this sign-in is locked for 15 minutes. "
        "Wait, then try again."
    )


class RoleNotPossible(AccountError):
    """Nobody can hold this role in an organisation of this kind."""

    code = "role_not_possible"
    message = _("This role is not possible in an organisation of this kind.")


class ValidityPast(AccountError):
    """The last day of the role has passed already."""

    code = "validity_past"
    message = _("The last day of the role has already passed.")


class AdministratorExists(AccountError):
    """There is an administrator already; every further role is granted by a case."""

    code = "administrator_exists"
    message = _("There is an administrator already. Every further role is granted by a case.")


class ActivationRefused(AccountError):
    """The activation link is unknown, used, expired, or its user may not sign in."""

    code = "activation_refused"
    message = _(
        "This link no longer works: it was used, it has expired, or a newer one was sent. Ask for a new one."
    )


class PasswordRefused(AccountError):
    """The password breaks the rules; `reasons` says how."""

    code = "password_refused"

    def __init__(self, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        self.message = " ".join(reasons)
        super().__init__(self.message)


class TokenRefused(AccountError):
    """The wish for a token breaks the rules; `faults` are of `name`, `scopes` and `expires_at`."""

    code = "token_refused"
    message = _("Name the token, choose at least one permission, and let it end within a year.")

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        super().__init__(*faults)
