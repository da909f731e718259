"""Notices, who has dismissed them, and the audit log."""

from django.conf import settings
from django.contrib.messages import constants
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from live import moments
from live.moments import MomentField
from live.notices.fields import RecipientsField
from live.notices.recipient_kinds import Recipients
from live.page.access import User


class Counter(models.Model):
    """Where a sequence stands. Updating its row is the lock under which numbers are given out."""

    name = models.CharField(max_length=50, primary_key=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.value}"

    @staticmethod
    def lock(name: str) -> None:
        """Hold its row until the transaction ends. To be called first: SQLite lets nobody become a writer later."""
        row = Counter.objects.filter(name=name)
        if not row.update(value=F("value")):
            Counter.objects.bulk_create([Counter(name=name)], ignore_conflicts=True)
            row.update(value=F("value"))


class Notice(models.Model):
    """A short-lived message to its recipients. Shown as a toast; also kept in the activity.

    ``seq`` is its sequence number in the feed, given out after its transaction has committed, so that no notice can
    appear behind a number that a page has already read past (``live.notices.sequence``). ``key`` names a notice that is
    replaced: it stays one row, which takes a new number with each change.
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

    recipients = RecipientsField(_("recipients"), max_length=200)
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
    # When the process that it tells the progress of last said that it lives.
    heard_at = MomentField(null=True, editable=False)
    cancel = models.CharField(max_length=10, choices=Cancel.choices, blank=True, default=Cancel.NO)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.CODE)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    created = MomentField(_("created"), default=timezone.now)
    # When it was sent as it is now: later than ``created`` if it has been replaced.
    at = MomentField(_("at"), default=timezone.now)
    expires = MomentField(_("expires"))
    seq = models.BigIntegerField(null=True, unique=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("notice"), _("notices")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["recipients", "key"], condition=~Q(key=""), name="live_notice_key_once")
        ]
        indexes = [
            models.Index(fields=["recipients", "-at", "-id"], name="live_notice_of_recipients"),
            models.Index(fields=["id"], condition=Q(seq=None), name="live_notice_unsequenced"),
            models.Index(fields=["heard_at"], condition=Q(fraction__isnull=False), name="live_notice_running"),
            models.Index(fields=["expires"], condition=Q(sticky=True), name="live_notice_sticky"),
        ]
        permissions = [
            ("notify_everyone", _("Can notify everyone")),
            ("notify_some", _("Can notify staff, groups and other recipients")),
            ("notify_user", _("Can notify single users")),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def dom_id(self) -> str:
        """Its element's id, the same in all its revisions."""
        return f"notice-{self.pk}"

    @property
    def is_silent(self) -> bool:
        """It tells the progress of a process that is not heard of any more (``live.notices.silent_progress``)."""
        return self.fraction is not None and self.level == constants.WARNING

    @property
    def last_heard(self) -> str:
        """When that process was last heard of, on the clock of the site; with the date where that is not today."""
        heard_at = timezone.localtime(self.heard_at)
        return date_format(heard_at, "H:i" if heard_at.date() == timezone.localdate(moments.now()) else "M j, H:i")


class Dismissal(models.Model):
    """Somebody has dismissed a notice. ``person`` are recipients who are one: ``user:5``, ``session:…``."""

    person = RecipientsField(max_length=100)
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="dismissals")
    at = MomentField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "notice"], name="live_notice_dismissed_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.notice}"


class AuditEntry(models.Model):
    """Who sent what to whom, and did what to a banner. Never changed."""

    at = MomentField(_("at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    # Outlives the account; names a token or a command where there is no user.
    who = models.CharField(_("who"), max_length=200)
    action = models.CharField(_("action"), max_length=50)
    recipients = RecipientsField(_("recipients"), max_length=200)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name, verbose_name_plural = _("audit entry"), _("audit log")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.who} {self.action}"


def record(action: str, recipients: Recipients, text: str, *, by: User | None = None, who: str = "") -> AuditEntry:
    """Write into the audit log who did what. ``who`` names a token or a command where there is no user."""
    pk = by.pk if by is not None else None
    who = who or (gettext("the site") if pk is None else str(by))
    return AuditEntry.objects.create(by_id=pk, who=who[:200], action=action, recipients=recipients, text=text)
