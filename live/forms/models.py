"""Which forms were submitted."""

from django.db import models

from live.moments import MomentField


class Submission(models.Model):
    """A form that was submitted: the same one, sent again, changes nothing."""

    token = models.CharField(max_length=64, primary_key=True)
    # Where it led: the response to the same one is the same.
    url = models.TextField(blank=True, default="")
    at = MomentField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.token
