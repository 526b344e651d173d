"""A role is held by a user in an organisation for a time, granted by a case."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registries.models import Organisation


class Role(models.TextChoices):
    """The roles that exist."""

    INSTITUTION_USER = "institution_user", _("Institution user")
    INSTITUTION_HEAD = "institution_head", _("Head of institution")
    MUNICIPALITY_OFFICER = "municipality_officer", _("Municipality officer")
    MUNICIPALITY_HEAD = "municipality_head", _("Head of municipality's education board")
    IKVD_OFFICER = "ikvd_officer", _("Officer of the State Education Quality Service")
    MINISTRY_OFFICER = "ministry_officer", _("Ministry officer")
    MINISTRY_ADMIN = "ministry_admin", _("Ministry administrator")
    SPORT_OFFICER = "sport_officer", _("Sport officer")
    STATISTICS_OFFICER = "statistics_officer", _("Statistics officer")
    AUDITOR = "auditor", _("Auditor (reads only)")


class RoleGrant(models.Model):
    """That a user holds a role; `case_number` is the case that granted it (empty: the first administrator).

    At most one grant per user, role and organisation stands: a newer one takes the place of the older.
    """

    Role = Role

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=30, choices=Role.choices)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="role_grants")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    granted_at = models.DateTimeField()
    case_number = models.CharField(max_length=30, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by_case = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organisation"],
                condition=models.Q(revoked_at=None),
                name="role_grant_one_standing",
            ),
            models.CheckConstraint(
                condition=~models.Q(case_number="") | models.Q(role=Role.MINISTRY_ADMIN),
                name="role_grant_by_a_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}@{self.organisation_id}"
