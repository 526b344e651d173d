"""What is refused when other systems are connected."""

from django.utils.translation import gettext_lazy as _

from cases.errors import CaseError, FieldError, FormError


class SubscriptionInvalid(FormError):
    """The wish for a subscription breaks a rule; `errors` says which."""

    code = "subscription_invalid"
    words = _("The connection was not saved. Correct what is marked.")


class SubscriptionChanged(CaseError):
    """Somebody else changed the subscription meanwhile."""

    status = 409
    code = "subscription_changed"
    words = _("Somebody else changed this connection meanwhile. Look at it again.")


class SubscriptionStopped(CaseError):
    """Nothing is sent at present."""

    status = 409
    code = "subscription_stopped"
    words = _("This connection is paused. Start it again first.")


WRONG = {
    "name": FieldError(
        "name",
        "required",
        "Ierakstiet, kas tā par sistēmu; ne vairāk kā 100 zīmes.",
        "Write which system it is; at most 100 characters.",
    ),
    "types": FieldError(
        "types",
        "required",
        "Atzīmējiet vismaz vienu notikumu.",
        "Choose at least one event.",
    ),
    "form": FieldError(
        "address",
        "form",
        "Tā nav pilna adrese. Tai jāsākas ar https://",
        "This is not a whole address. It begins with https://",
    ),
    "not_https": FieldError(
        "address",
        "not_https",
        "Adresei jāsākas ar https://",
        "The address has to begin with https://",
    ),
    "not_public": FieldError(
        "address",
        "not_public",
        "Šī adrese nav sasniedzama no atklātā interneta.",
        "This address does not belong to the open internet.",
    ),
    "organisation": FieldError(
        "organisation",
        "unknown",
        "Izvēlieties, par kuras organizācijas lietām ziņot.",
        "Choose whose cases to tell of.",
    ),
}
