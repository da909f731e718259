"""Boards."""

import zoneinfo
from datetime import tzinfo

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boards.models.fields import JSONField
from boards.ranges import validate_range, zone_names
from boards.variables.declared import check_variables, variables_of


def check_zone(name: str) -> None:
    """Refuse what is no time zone of the IANA database."""
    if name not in zone_names():
        raise ValidationError(_("“%(name)s” is no time zone; one looks like Europe/Berlin."), params={"name": name})


class Board(models.Model):
    """One page of panels."""

    title = models.CharField(_("title"), max_length=100)
    slug = models.SlugField(_("address"), unique=True, help_text=_("The last part of /boards/…/"))
    note = models.CharField(_("note"), max_length=300, blank=True, help_text=_("Shown under the title."))
    public = models.BooleanField(_("public"), default=False, help_text=_("Shown to people who are not signed in."))
    show_activity = models.BooleanField(
        _("show activity"), default=True, help_text=_("The last messages to its viewers, below the panels.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[check_zone])
    range = models.CharField(
        _("range"),
        max_length=60,
        blank=True,
        validators=[validate_range],
        help_text=_("What it shows at first: 6 h, 7 d, today, week. If empty, what its panels say."),
    )
    variables = JSONField(
        _("variables"),
        default=list,
        blank=True,
        validators=[check_variables],
        help_text=_('Tags of which viewers choose a value: [{"name": "host", "default": "web-1"}].'),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name, verbose_name_plural = _("board"), _("boards")
        ordering = ["position", "title", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("boards:board", args=[self.slug])

    def variable_names(self) -> list[str]:
        """The names of the variables that it declares."""
        return [one.name for one in variables_of(self.variables)]

    @property
    def zone(self) -> tzinfo:
        """The zone in which its times are shown."""
        return zoneinfo.ZoneInfo(self.time_zone)
