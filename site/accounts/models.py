"""What is remembered of people who sign in, beside Django's users and sessions."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role

INVITATION_DAYS = 7


class FailedSignIn(models.Model):
    """One failed attempt, by each of what it is counted by (``accounts.throttle``). It is forgotten after minutes."""

    # A hash: somebody may have typed a password where the name belongs.
    counted_by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["counted_by", "at"]), models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.counted_by[:8]} at {self.at}"


class Person(models.Model):
    """What this site knows of a user beside what Django does. There is none of somebody who was never here."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="person")
    # To within ``sessions.RENEW_SECONDS``.
    last_seen = models.DateTimeField(null=True)
    # How many links to a new password were made or revoked: only the one of this number is valid.
    reset_number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.user.get_username()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def valid(self) -> "InvitationQuerySet":
        """Those whose links are of use."""
        return self.filter(created_at__gt=_oldest())

    def expired(self) -> "InvitationQuerySet":
        """The others."""
        return self.filter(created_at__lte=_oldest())


def _oldest() -> datetime:
    return timezone.now() - timedelta(days=INVITATION_DAYS)


class Invitation(models.Model):
    """A link by which somebody makes an account. It is deleted once it is used or revoked.

    Its key is random, and the link signed besides: a copy of the database is not enough to use it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    whom = models.CharField(_("For whom"), max_length=150)
    role = models.CharField(_("Role"), max_length=6, choices=Role.choices, default=Role.VIEWER)
    groups = models.ManyToManyField(Group, verbose_name=_("Groups"), blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.whom

    @property
    def expires_at(self) -> datetime:
        """From then on its link is of no use."""
        return self.created_at + timedelta(days=INVITATION_DAYS)
