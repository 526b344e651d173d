"""Electronic signatures: what was found in a file that somebody signed and uploaded."""

from django.db import models

from registries.models import Person

from .documents import Document


class Signature(models.Model):
    """The result of validating a document; `paper` is what was given to be signed, `person` who had to.

    Of the signer only what has to be shown is kept: the name, the code masked, and its keyed hash.
    """

    document = models.OneToOneField(Document, models.CASCADE, related_name="signature")
    paper = models.ForeignKey(Document, models.PROTECT, related_name="signed_as")
    person = models.ForeignKey(Person, models.PROTECT, related_name="signatures")
    indication = models.CharField(max_length=20)
    code = models.CharField(max_length=30)
    signer_name = models.CharField(max_length=200, blank=True)
    signer_masked = models.CharField(max_length=20, blank=True)
    signer_key = models.CharField(max_length=32, blank=True)
    signed_at = models.DateTimeField(null=True)
    trust = models.CharField(max_length=200, blank=True)
    validated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(indication__in=("TOTAL_PASSED", "INDETERMINATE")),
                name="signature_may_stay",
            )
        ]

    def __str__(self) -> str:
        return f"{self.indication} {self.code}"
