"""What is remembered of people who sign in, beside Django's users and sessions."""

from django.db import models


class FailedSignIn(models.Model):
    """One failed attempt, by each of what it is counted by (``accounts.throttle``). It is forgotten after minutes."""

    # A hash: somebody may have typed a password where the name belongs.
    counted_by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["counted_by", "at"]), models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.counted_by[:8]} at {self.at}"
