"""What people choose on the home page."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from boards.models.boards import Board
from series.samples import MAX_LABEL_LENGTH


class Favourite(models.Model):
    """A board that somebody has marked with a star."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    board = models.ForeignKey(Board, models.CASCADE, related_name="favourites", verbose_name=_("board"))

    class Meta:
        verbose_name, verbose_name_plural = _("favourite"), _("favourites")
        constraints = [models.UniqueConstraint(fields=["user", "board"], name="board_favourite_once")]

    def __str__(self) -> str:
        return f"{self.board} of {self.user}"


class DismissedSeries(models.Model):
    """A name of series that nobody needs to be offered for a board any more: somebody has said *Not now*."""

    name = models.CharField(_("name"), max_length=MAX_LABEL_LENGTH, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = _("dismissed series"), _("dismissed series")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
