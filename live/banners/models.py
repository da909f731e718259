"""Banners, their timelines, who has dismissed them, and how many pages have them."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from live.banners.validation import validate_minutes_before, validate_moment, validate_recipients, validate_text
from live.moments import MomentField
from live.notices import RecipientsField

# The region of banners that are for people, on whatever page they are. Other regions are recipients: "board:5".
EVERYWHERE = "everywhere"


class Banner(models.Model):
    """A message that stays on every page of its recipients from ``starts`` until ``ends``."""

    class Level(models.TextChoices):
        INFO = "info", _("information")
        MAINTENANCE = "maintenance", _("maintenance")
        DEGRADED = "degraded", _("degraded")
        OUTAGE = "outage", _("outage")

    level = models.CharField(_("level"), max_length=20, choices=Level.choices, default=Level.INFO)
    text = models.TextField(
        _("text"), max_length=1000, validators=[validate_text], help_text=_("Links: https://… or [words](https://…)")
    )
    recipients = RecipientsField(_("recipients"), max_length=200, default="everyone", validators=[validate_recipients])
    starts = MomentField(_("starts"), default=timezone.now, validators=[validate_moment])
    ends = MomentField(
        _("ends"), null=True, blank=True, validators=[validate_moment], help_text=_("Empty: until somebody ends it.")
    )
    announce_minutes_before = models.PositiveIntegerField(
        _("announced before"),
        default=0,
        validators=[validate_minutes_before],
        help_text=_("Minutes before the start from which it is announced."),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    created = MomentField(auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = _("banner"), _("banners")
        ordering = ["-starts", "-pk"]
        indexes = [models.Index(fields=["ends"], name="live_banner_ends")]

    def __str__(self) -> str:
        return f"{self.get_level_display()}: {self.text[:60]}"

    def clean(self) -> None:
        if self.text and not self.text.strip():
            raise ValidationError({"text": _("It needs words that can be written down.")})
        if self.ends is not None and self.starts is not None and self.ends <= self.starts:
            raise ValidationError({"ends": _("It must end after it has started.")})

    @property
    def dismissible(self) -> bool:
        """Whether a person may dismiss it: everything but an outage."""
        return self.level != self.Level.OUTAGE

    @property
    def announced_at(self) -> datetime:
        """From when on it is to be seen, in UTC: elsewhere Python counts hours on the wall, when the clocks change."""
        starts: datetime = self.starts.astimezone(UTC)
        return starts - timedelta(minutes=self.announce_minutes_before)

    @property
    def region(self) -> str:
        """Where on a page it is shown: ``EVERYWHERE``, or with the fragment whose viewers it is for."""
        return str(self.recipients) if self.recipients.viewers_of else EVERYWHERE


class BannerUpdate(models.Model):
    """What was known at a time: a line of a banner's timeline."""

    class State(models.TextChoices):
        INVESTIGATING = "investigating", _("investigating")
        IDENTIFIED = "identified", _("identified")
        MONITORING = "monitoring", _("monitoring")
        RESOLVED = "resolved", _("resolved")

    banner = models.ForeignKey(Banner, models.CASCADE, related_name="updates", verbose_name=_("banner"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices)
    text = models.TextField(_("text"), max_length=1000, blank=True, default="", validators=[validate_text])
    at = MomentField(_("at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name, verbose_name_plural = _("update"), _("updates")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.text[:60]}"


class Dismissal(models.Model):
    """Somebody has dismissed a banner. ``person`` are recipients who are one: ``user:5``, ``session:…``."""

    person = RecipientsField(max_length=100)
    banner = models.ForeignKey(Banner, models.CASCADE, related_name="dismissals")
    at = MomentField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "banner"], name="live_banner_dismissed_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.banner}"


class ReceiptCount(models.Model):
    """How many open pages of one server process have applied a banner as it is now, of how many that are to."""

    process = models.CharField(max_length=64)
    banner = models.ForeignKey(Banner, models.CASCADE, related_name="receipt_counts")
    received = models.PositiveIntegerField()
    viewers = models.PositiveIntegerField()
    at = MomentField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "banner"], name="live_receipt_count_once")]

    def __str__(self) -> str:
        return f"{self.received} of {self.viewers}"
