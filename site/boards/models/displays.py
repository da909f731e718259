"""Links by which a board is shown without an account: on a wall, and inside of another site."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boards.models.boards import Board

# The parameter of an address that holds a link's secret.
PARAMETER = "display"


def new_secret() -> str:
    """144 random bits, as they may stand in an address."""
    return secrets.token_urlsafe(18)


class DisplayLinks(models.Manager["DisplayLink"]):
    """Finds links that work."""

    def working(self, now: datetime) -> models.QuerySet["DisplayLink"]:
        """Those that have not expired; one that was revoked is not there any more."""
        return self.filter(models.Q(expires=None) | models.Q(expires__gt=now))


class DisplayLink(models.Model):
    """Whoever has its address may see its board, and nothing else: read-only, until it expires or is revoked.

    Its secret is kept as it is, not as a digest: it opens no more than what this database has anyhow, and who makes a
    link for a wall wants to read it again when the screen is replaced.
    """

    class Theme(models.TextChoices):
        SYSTEM = "", _("As the screen's system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    board = models.ForeignKey(Board, models.CASCADE, related_name="display_links", verbose_name=_("board"))
    name = models.CharField(_("name"), max_length=100, help_text=_("Where it hangs: “Reception”, “Intranet”."))
    secret = models.CharField(_("secret"), max_length=40, unique=True, default=new_secret, editable=False)
    view = models.CharField(
        _("view"), max_length=2000, blank=True, editable=False, help_text=_("Of the board, as its address says it.")
    )
    theme = models.CharField(_("colours"), max_length=5, blank=True, choices=Theme, default=Theme.SYSTEM)
    expires = models.DateTimeField(_("expires"), null=True, blank=True, help_text=_("If empty, never."))
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("created by")
    )
    last_seen = models.DateTimeField(_("last seen"), null=True, editable=False)
    # Of the client that loaded it last: an IP address, or what stands in for one.
    last_address = models.CharField(_("from"), max_length=100, blank=True, editable=False)

    objects = DisplayLinks()

    class Meta:
        verbose_name, verbose_name_plural = _("display link"), _("display links")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("boards:display", args=[self.secret])

    @property
    def embed_path(self) -> str:
        """The address of a frame inside of another site."""
        return f"{reverse('boards:embed', args=[self.board.slug])}?{PARAMETER}={self.secret}"
