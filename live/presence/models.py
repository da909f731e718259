from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

# Characters of a topic; what is longer is named by its digest.
MAX_TOPIC_LENGTH = 200


class Process(models.Model):
    """A server process whose pages show who is on them; see ``live.presence.tracker``."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    # Goes up while there are others, which see by it that this one lives.
    beat = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.id)


class Presence(models.Model):
    """Whom one process has on the pages of a topic."""

    process = models.ForeignKey(Process, models.CASCADE, related_name="presences")
    topic = models.CharField(max_length=MAX_TOPIC_LENGTH, db_index=True)
    # Primary keys, as a page's token has them.
    users = models.JSONField(default=list)
    # Those who are not signed in.
    visitors = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name, verbose_name_plural = _("presence"), _("presences")
        constraints = [models.UniqueConstraint(fields=["process", "topic"], name="live_presence_once")]
        permissions = [("see_names", _("Can see who is on a page"))]

    def __str__(self) -> str:
        return f"{len(self.users) + self.visitors} at {self.topic}"
