"""What the services of cases refuse; each error knows its HTTP status, a stable code and words for people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from cases.dates import moment


class CaseError(Exception):
    """The request about a case is refused, and nothing was changed."""

    status: ClassVar[int] = 409
    code: ClassVar[str] = "conflict"
    words: ClassVar[str | Promise] = _("This does not fit the present state of the case.")

    @property
    def message(self) -> str | Promise:
        """The words for people."""
        return self.words

    @property
    def details(self) -> dict[str, Any]:
        """Codes and field names for the audit and the logs; never a personal value."""
        return {}

    def __str__(self) -> str:
        return str(self.message)


class NotFound(CaseError):
    """There is no such thing, or it lies outside the scope of who asks; both answer alike."""

    status = 404
    code = "not_found"
    words = _("There is no such thing here, or it is not yours to see.")


class FileNotChecked(CaseError):
    """The file waits for the scanner, or there is none and the settings ask for one."""

    code = "file_not_checked"
    words = _("This file has not been checked for harmful content yet. Try again in a few minutes.")


class FileHarmful(CaseError):
    """The scanner found something harmful in the file."""

    status = 403
    code = "file_harmful"
    words = _("Harmful content was found in this file, so nobody can open it.")


class Reason(TextChoices):
    """Why somebody may not do something."""

    NOT_IN_GROUP = "not_in_group", _("This task belongs to others.")
    ASSIGNED_TO_OTHER = "assigned_to_other", _("A colleague has taken this task; take it over first.")
    DECIDED_EARLIER = (
        "decided_earlier",
        _("Another person must do this, because you did an earlier part of this case."),
    )
    OWN_CASE = "own_case", _("You may not decide a case that you submitted or that is about you.")
    READS_ONLY = "reads_only", _("Your role only reads.")
    NOT_STARTER = "not_starter", _("Your role in this organisation does not start this process.")
    NOT_CAMPAIGN = "not_campaign", _("Your role does not start this process in many institutions.")
    NOT_APPLICANT = "not_applicant", _("Only who submitted the case may do this.")
    NO_LINK = "no_link", _("Nobody does this task through a link.")
    SUSPENDED = "suspended", _("The case rests, so nothing can be done in it now.")
    NOT_ADMINISTRATOR = "not_administrator", _("Only an administrator may do this.")
    NOT_DECIDING = (
        "not_deciding",
        _("Only who has taken the task of deciding, or an administrator, may extend the deadline."),
    )
    NOT_CALENDAR = "not_calendar", _("Your role does not keep these days of the calendar.")
    NOT_DEADLINES = "not_deadlines", _("Only an administrator of the ministry sets deadlines.")
    NOT_REGISTRAR = "not_registrar", _("Only who keeps this register may do this.")
    NO_SUBSTITUTION = "no_substitution", _("No substitution lets you act for this person.")
    NOT_A_COLLEAGUE = "not_a_colleague", _("The task cannot be given to this person.")
    ONLY_THIS_TASK = "only_this_task", _("The link opens one task only.")
    NOT_INVITABLE = "not_invitable", _("This person can sign in already, or holds no role.")
    NO_REASON = "no_reason", _("Say why you need the personal code.")
    NOT_CHOOSABLE = "not_choosable", _("These messages always come by mail at once.")
    TOKEN_SCOPE = "token_scope", _("This token was not made for this.")


@dataclass(frozen=True, slots=True)
class _Doer:
    """Who did it, as a name for people, and when."""

    who: str
    at: datetime | None

    @property
    def words(self) -> dict[str, str]:
        return {"who": self.who, "at": moment(self.at, get_language() or "lv") if self.at else ""}


class NotAllowed(CaseError):
    """They may see it but not do this to it; if a colleague has the task, `who` and `at` tell since when."""

    status = 403
    code = "not_allowed"
    words = _("You may not do this.")

    def __init__(self, reason: Reason, who: str = "", at: datetime | None = None) -> None:
        self.reason_code = reason.value
        self.who = who
        self.at = at
        super().__init__(reason.value)

    @property
    def reason(self) -> str | Promise:
        """Why, with the colleague's name."""
        if not self.who:
            return Reason(self.reason_code).label
        if self.at is None:
            told = gettext("%(who)s is doing this task. Take it over only if that is agreed.")
        else:
            told = gettext("%(who)s has had this task since %(at)s. Take it over if that is agreed.")
        return told % _Doer(self.who, self.at).words

    @property
    def message(self) -> str | Promise:
        """Why."""
        return self.reason

    @property
    def details(self) -> dict[str, Any]:
        """Why."""
        return {"reason": self.reason_code}


class TaskNotOpen(CaseError):
    """The task was done or fell away before; `who` and `at` tell by whom and when."""

    code = "task_not_open"
    words = _("This task is no longer open. The case has moved on; look at it again.")

    def __init__(self, who: str = "", at: datetime | None = None) -> None:
        self.who = who
        self.at = at
        super().__init__()

    @property
    def message(self) -> str | Promise:
        """With the name and time, if somebody did it."""
        if not self.who:
            return self.words
        told = gettext("This task is no longer open: %(who)s completed it, %(at)s.")
        return told % _Doer(self.who, self.at).words


class TaskTaken(CaseError):
    """A colleague has the task; `who` and `at` tell who and since when."""

    code = "task_taken"
    words = _("A colleague has taken this task; take it over first.")

    def __init__(self, who: str = "", at: datetime | None = None) -> None:
        self.who = who
        self.at = at
        super().__init__()

    @property
    def message(self) -> str | Promise:
        """With the name and time."""
        if not self.who:
            return self.words
        told = gettext("%(who)s has had this task since %(at)s. Take it over if that is agreed.")
        return told % _Doer(self.who, self.at).words


class CaseNotOpen(CaseError):
    """The case has been decided, closed or withdrawn."""

    code = "case_not_open"
    words = _("This case has already been decided, closed or withdrawn.")


class CaseSuspended(CaseError):
    """An administrator let the case rest; nothing in it moves until it goes on."""

    code = "case_suspended"
    words = _("This case rests: nothing can be done in it until an administrator lets it go on.")


class ProcessResting(CaseError):
    """An administrator let the process rest; no case of it can be started."""

    code = "process_suspended"
    words = _("This process rests: nothing new can be started until an administrator lets it go on.")


class CalendarDayStands(CaseError):
    """The day is in this set already."""

    code = "calendar_day_stands"
    words = _("This day is in the calendar already. Remove it first to enter it anew.")


class NotExtendable(CaseError):
    """The deadline of the case cannot be extended: it has none, it has passed, or all days were used."""

    code = "not_extendable"
    words = _("The deadline of this case cannot be extended, or cannot be extended any further.")


class DraftConflict(CaseError):
    """Another version of the draft was saved; `who`, `at` and `version` tell of it, `own` if it is theirs."""

    code = "draft_conflict"
    words = _("This draft was saved elsewhere in the meantime.")

    def __init__(
        self, who: str = "", at: datetime | None = None, version: int = 0, *, own: bool = False
    ) -> None:
        self.who = who
        self.at = at
        self.version = version
        self.own = own
        super().__init__()

    @property
    def message(self) -> str | Promise:
        """With the name and time."""
        if not self.who:
            return self.words
        told = gettext(
            "%(who)s saved another version of this draft, %(at)s. Compare the two before you send."
        )
        if self.own:
            told = gettext(
                "You saved another version of this draft in another window or on another device, %(at)s. "
                "Compare the two before you send."
            )
        return told % _Doer(self.who, self.at).words

    @property
    def details(self) -> dict[str, Any]:
        """The version that stands."""
        return {"version": self.version}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field; `field` is empty when it concerns the whole form."""

    field: str
    code: str
    message_lv: str
    message_en: str


class FormError(CaseError):
    """The answers do not fit the form; `errors` says where and why."""

    status = 422
    code = "invalid"
    words = _("The answers do not hold. Correct what is marked.")

    def __init__(self, errors: tuple[FieldError, ...] = ()) -> None:
        self.errors = tuple(errors)
        super().__init__()

    @property
    def details(self) -> dict[str, Any]:
        """Field names and codes."""
        return {"errors": sorted({f"{error.field}:{error.code}"[:120] for error in self.errors})[:50]}


class FormInvalid(FormError):
    """An answer is missing or breaks a rule of the form."""


class FieldsUnknown(FormError):
    """The form has no such fields."""

    status = 400
    code = "fields_unknown"
    words = _("The form has no such field.")

    @property
    def details(self) -> dict[str, Any]:
        """How many; their names are somebody's free text."""
        return {"unknown": len(self.errors)}


class WrongType(FormError):
    """An answer has another type than its field."""

    status = 400
    code = "wrong_type"
    words = _("An answer has the wrong type.")


class PreconditionFailed(CaseError):
    """What was to be changed is not what the caller saw last."""

    status = 412
    code = "precondition_failed"
    words = _("This was changed since you read it. Look at it again and decide anew.")


class KeyReused(CaseError):
    """The idempotency key was used for something else."""

    status = 422
    code = "key_reused"
    words = _("This idempotency key was used for another request.")


class Busy(CaseError):
    """Somebody else is working on this case this very moment; trying again helps."""

    status = 503
    code = "busy"
    words = _("Somebody else is changing this case right now. Try again in a moment.")


class Refused(CaseError):
    """A rule of the process or of a register refuses the step; `reason` are its words."""

    code = "refused"

    def __init__(self, code: str, reason: str | Promise) -> None:
        self.because = code
        self.reason = reason
        super().__init__(code)

    @property
    def message(self) -> str | Promise:
        """What the rule says."""
        return self.reason

    @property
    def details(self) -> dict[str, Any]:
        """Which rule."""
        return {"because": self.because}


class BulkRefused(CaseError):
    """The tasks cannot be done together; `because` says why."""

    status = 422
    code = "bulk_refused"

    def __init__(self, because: str, reason: str | Promise) -> None:
        self.because = because
        self.reason = reason
        super().__init__(because)

    @property
    def message(self) -> str | Promise:
        """Why."""
        return self.reason

    @property
    def details(self) -> dict[str, Any]:
        """Why, as a code."""
        return {"because": self.because}


class ProcessStuck(CaseError):
    """The diagram has no way on from here; a fault of the process, not of the person."""

    code = "process_stuck"
    words = _("The process cannot go on from here. Nothing was changed. Please tell the administrators.")
