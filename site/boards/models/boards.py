"""Boards."""

import re
import zoneinfo
from datetime import tzinfo

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boards.models.fields import JSONField
from boards.ranges import validate_range, zone_names
from boards.variables.declared import check_variables, variables_of

# As a content security policy takes it: no character in it ends the directive.
ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?", re.IGNORECASE | re.ASCII)


def check_zone(name: str) -> None:
    """Refuse what is no time zone of the IANA database."""
    if name not in zone_names():
        raise ValidationError(_("“%(name)s” is no time zone; one looks like Europe/Berlin."), params={"name": name})


class ViewBy(models.TextChoices):
    """Who may see a board, beside its owner, staff, and whoever may edit it."""

    PUBLIC = "public", _("Everybody")
    SIGNED_IN = "signed_in", _("People who are signed in")
    GROUPS = "groups", _("Members of groups")
    OWNER = "owner", _("Only its owner")


class EditBy(models.TextChoices):
    """Which editors may edit a board, beside its owner and staff."""

    EDITORS = "editors", _("Every editor who may see it")
    GROUPS = "groups", _("Editors in groups")
    OWNER = "owner", _("Only its owner")


def check_origins(text: str) -> None:
    """Refuse lines that are no origins: a scheme and a host, ``*.`` in front of it for all below, and no path."""
    for origin in text.split():
        if not ORIGIN.fullmatch(origin):
            words = _("“%(origin)s” is no origin; one looks like https://intranet.example, without a path.")
            raise ValidationError(words, params={"origin": origin[:100]})


class Board(models.Model):
    """One page of panels. What its columns say of who may see and edit it is read by ``boards.permissions`` alone."""

    title = models.CharField(_("title"), max_length=100)
    slug = models.SlugField(_("address"), unique=True, help_text=_("The last part of /boards/…/"))
    note = models.CharField(_("note"), max_length=300, blank=True, help_text=_("Shown under the title."))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    view_by = models.CharField(
        _("who may see it"),
        max_length=10,
        choices=ViewBy.choices,
        default=ViewBy.SIGNED_IN,
        help_text=_("Its owner, staff, and whoever may edit it always may."),
    )
    view_groups = models.ManyToManyField(Group, blank=True, related_name="+", verbose_name=_("groups that may see it"))
    edit_by = models.CharField(
        _("who may edit it"),
        max_length=10,
        choices=EditBy.choices,
        default=EditBy.EDITORS,
        help_text=_("Staff always may. Everybody else also has to be an editor."),
    )
    edit_groups = models.ManyToManyField(Group, blank=True, related_name="+", verbose_name=_("groups that may edit it"))
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
    # Of its document when it was last imported; empty if it never was. See ``boards.documents.imports``.
    imported_digest = models.CharField(_("imported digest"), max_length=64, blank=True, editable=False)
    embed_origins = models.TextField(
        _("sites that may show it"),
        blank=True,
        max_length=2000,
        validators=[check_origins],
        help_text=_("One origin a line, such as https://intranet.example or https://*.example."),
    )

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
