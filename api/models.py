"""How many requests were made in a minute; unlogged, for a crash may forget it."""

from django.db import models


class RequestCount(models.Model):
    """Requests of one kind by one person or address in the newest minute in which there were any."""

    who = models.CharField(max_length=200, primary_key=True)
    minute = models.BigIntegerField()
    taken = models.IntegerField()
