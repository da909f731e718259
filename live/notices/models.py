"""What was said to whom: notices, banners, who has dismissed them, and the audit trail."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.messages import constants
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from live.notices import banner_checks
from live.notices.audiences import Audience, validate_audience


class Counter(models.Model):
    """Where a sequence stands. Updating its row is the lock under which numbers are given out."""

    name = models.CharField(max_length=50, primary_key=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


class Notice(models.Model):
    """A short-lived message to an audience. Shown as a toast; also kept in the activity feed.

    ``seq`` is its place in the feed, given out after its transaction has committed (``live.notices.sequence``): so
    that no notice can appear behind a place that a page has already read past. ``key`` names a notice that is replaced
    in place: it stays one row, which takes a new place with each change.
    """

    class Cancel(models.TextChoices):
        NO = "", _("cannot be cancelled")
        OFFERED = "offered", _("can be cancelled")
        ASKED = "asked", _("somebody has cancelled it")

    class Source(models.TextChoices):
        CODE = "code", _("the site")
        MESSAGE = "message", _("a message of a view")
        FORM = "form", _("a form")
        STAFF = "staff", _("staff")

    audience = models.CharField(_("audience"), max_length=200, validators=[validate_audience])
    level = models.PositiveSmallIntegerField(_("level"), default=constants.INFO)
    tags = models.CharField(max_length=200, blank=True, default="")
    text = models.TextField(_("text"))
    # The text is HTML that the site's own code made; otherwise it is escaped.
    html = models.BooleanField(default=False)
    link = models.CharField(_("link"), max_length=500, blank=True, default="")
    icon = models.CharField(_("icon"), max_length=50, blank=True, default="")
    # Stays until it is dismissed or expires, and is also on pages that are opened later.
    sticky = models.BooleanField(_("sticky"), default=False)
    key = models.CharField(max_length=100, blank=True, default="")
    # 0 to 1: how far something has come.
    fraction = models.FloatField(null=True, blank=True)
    cancel = models.CharField(max_length=10, choices=Cancel.choices, blank=True, default=Cancel.NO)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.CODE)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    created = models.DateTimeField(_("created"), default=timezone.now)
    # When it was said as it is now: later than ``created`` if it has been replaced.
    at = models.DateTimeField(_("at"), default=timezone.now)
    expires = models.DateTimeField(_("expires"))
    seq = models.BigIntegerField(null=True, unique=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("notice"), _("notices")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["audience", "key"], condition=~Q(key=""), name="live_notice_key_once")
        ]
        indexes = [
            models.Index(fields=["audience", "-at", "-id"], name="live_notice_of_audience"),
            models.Index(fields=["id"], condition=Q(seq=None), name="live_notice_unsequenced"),
        ]
        permissions = [
            ("notify_everyone", _("Can tell everyone")),
            ("notify_some", _("Can tell staff, groups, and what else is an audience")),
            ("notify_user", _("Can tell single users")),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def dom_id(self) -> str:
        """Its element's id, the same in all its revisions."""
        return f"notice-{self.pk}"


class Banner(models.Model):
    """A message that stays on every page of its audience from ``starts`` until ``ends``."""

    class Level(models.TextChoices):
        INFO = "info", _("information")
        MAINTENANCE = "maintenance", _("maintenance")
        DEGRADED = "degraded", _("degraded")
        OUTAGE = "outage", _("outage")

    level = models.CharField(_("level"), max_length=20, choices=Level.choices, default=Level.INFO)
    text = models.TextField(_("text"), max_length=1000, help_text=_("Links: https://… or [words](https://…)"))
    audience = models.CharField(_("audience"), max_length=200, default="everyone", validators=[validate_audience])
    starts = models.DateTimeField(_("starts"), default=timezone.now)
    ends = models.DateTimeField(_("ends"), null=True, blank=True, help_text=_("Empty: until somebody ends it."))
    # Minutes before ``starts`` from which it is announced: "starts in 25 min".
    ahead = models.PositiveIntegerField(
        _("announced ahead"), default=0, help_text=_("Minutes before the start from which it is announced.")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = _("banner"), _("banners")
        ordering = ["-starts", "-pk"]
        indexes = [models.Index(fields=["ends"], name="live_banner_ends")]

    def __str__(self) -> str:
        return f"{self.get_level_display()}: {self.text[:60]}"

    def clean(self) -> None:
        banner_checks.check(self)

    @property
    def dismissible(self) -> bool:
        """Whether a person may put it away: everything but an outage."""
        return self.level != self.Level.OUTAGE

    @property
    def announced_at(self) -> datetime:
        """From when on it is to be seen."""
        return self.starts - timedelta(minutes=self.ahead)

    @property
    def to(self) -> Audience:
        return Audience.parse(self.audience)


class BannerUpdate(models.Model):
    """What was known at a time: a line of a banner's timeline."""

    class State(models.TextChoices):
        INVESTIGATING = "investigating", _("investigating")
        IDENTIFIED = "identified", _("identified")
        MONITORING = "monitoring", _("monitoring")
        RESOLVED = "resolved", _("resolved")

    banner = models.ForeignKey(Banner, models.CASCADE, related_name="updates", verbose_name=_("banner"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices)
    text = models.TextField(_("text"), max_length=1000, blank=True, default="")
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name, verbose_name_plural = _("update"), _("updates")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.text[:60]}"


class Dismissal(models.Model):
    """Somebody has put a notice or a banner away. ``person`` is an audience of one: ``user:5``, ``session:…``."""

    person = models.CharField(max_length=100)
    notice = models.ForeignKey(Notice, models.CASCADE, null=True, related_name="dismissals")
    banner = models.ForeignKey(Banner, models.CASCADE, null=True, related_name="dismissals")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "notice"], name="live_dismissed_notice_once"),
            models.UniqueConstraint(fields=["person", "banner"], name="live_dismissed_banner_once"),
            models.CheckConstraint(
                condition=Q(notice=None, banner__isnull=False) | Q(notice__isnull=False, banner=None),
                name="live_dismissed_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.notice or self.banner}"


class Reach(models.Model):
    """How many open pages of one server process have applied a banner as it is now, of how many that are to."""

    process = models.CharField(max_length=64)
    banner = models.ForeignKey(Banner, models.CASCADE, related_name="reaches")
    have = models.PositiveIntegerField()
    of = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "banner"], name="live_reach_once")]

    def __str__(self) -> str:
        return f"{self.have} of {self.of}"


class Submission(models.Model):
    """A form that was taken: the same one, sent again, changes nothing."""

    token = models.CharField(max_length=64, primary_key=True)
    # Where it led, so that it can be answered in the same way again.
    url = models.TextField(blank=True, default="")
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.token


class AuditEntry(models.Model):
    """Who told whom what: banners and broadcasts. Never changed."""

    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    # Outlives the account; names a token or a command where there is no user.
    who = models.CharField(_("who"), max_length=200)
    action = models.CharField(_("action"), max_length=50)
    audience = models.CharField(_("audience"), max_length=200)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name, verbose_name_plural = _("audit entry"), _("audit trail")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.who} {self.action}"
