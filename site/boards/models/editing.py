"""What is stored while boards are edited: their history, and who has the form of a panel open."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from boards.models.boards import Board
from boards.models.fields import JSONField
from boards.models.panels import Panel


class Revision(models.Model):
    """One saved change of a panel, as ``boards.editing.history`` records it."""

    board = models.ForeignKey(Board, models.CASCADE, related_name="revisions", verbose_name=_("board"))
    # A number, and no foreign key: the panel may be gone, and comes back with the same.
    panel_pk = models.PositiveBigIntegerField(_("panel"), db_index=True)
    # Its columns and series; null where it was not there.
    before = JSONField(_("before"), null=True)
    after = JSONField(_("after"), null=True)
    version = models.PositiveIntegerField(_("version"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    # Not what was undone, and not an undo itself.
    can_be_undone = models.BooleanField(_("can be undone"), default=True)

    class Meta:
        verbose_name, verbose_name_plural = _("revision"), _("revisions")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.panel_pk}, version {self.version}"


class Presence(models.Model):
    """Somebody has the form of a panel open; see ``boards.editing.presence``."""

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["panel", "user"], name="boards_presence_once")]

    def __str__(self) -> str:
        return f"{self.user} at {self.panel}"
