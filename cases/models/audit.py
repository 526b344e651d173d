"""The audit: rows chained by hash, a chain per case and one per day for reads, searches and refusals."""

from django.db import models


class AuditEntry(models.Model):
    """One thing done or refused. `fields` holds field names, ids and keyed hashes, never values."""

    chain = models.CharField(max_length=100)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    on_behalf_of = models.CharField(max_length=100, blank=True)
    action = models.CharField(max_length=60)
    object = models.CharField(max_length=100, blank=True)
    fields = models.JSONField(default=dict)
    previous = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="audit_seq_once")]
        indexes = [models.Index(fields=["object", "-id"], name="audit_of_object")]


class AuditChain(models.Model):
    """The end of a chain of reads, searches, refusals and sign-ins: one per process and day."""

    chain = models.CharField(max_length=100, primary_key=True)
    head = models.BinaryField(default=bytes)
    length = models.PositiveIntegerField(default=0)
