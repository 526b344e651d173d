"""Seals: every ten minutes one signature over the ends of all chains that have grown."""

from django.db import models


class AuditSeal(models.Model):
    """One seal; it covers the seal before it, so that none can be taken out or put in.

    `announces` is the public key that signs from the next seal on; the first seal announces its own.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    previous = models.BinaryField()
    key_id = models.CharField(max_length=16)
    announces = models.BinaryField(default=bytes)
    # How many chains and rows are sealed by now, this seal's included.
    chains = models.PositiveBigIntegerField()
    rows = models.PositiveBigIntegerField()
    # How many ends this seal covers, and the digest over them.
    ends = models.PositiveIntegerField()
    ends_digest = models.BinaryField()
    digest = models.BinaryField()
    signature = models.BinaryField()
    # The highest row number that was there: where later seals begin to look. Nothing relies on it.
    looked_to = models.PositiveBigIntegerField(default=0)


class SealedEnd(models.Model):
    """How far a chain was when it was sealed, and how far at the seal before."""

    seal = models.ForeignKey(AuditSeal, models.PROTECT, related_name="sealed")
    chain = models.CharField(max_length=100, db_collation="C")
    after = models.PositiveIntegerField()
    head_before = models.BinaryField()
    length = models.PositiveIntegerField()
    head = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seal", "chain"], name="sealed_end_once"),
            models.UniqueConstraint(fields=["chain", "length"], name="sealed_length_once"),
        ]
