"""The tokens of programs that send to the API."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from tokens.scopes import validate

# How exact Token.last_used is: a write of its own for each request would double the work of ingest.
LAST_USED_INTERVAL = timedelta(minutes=1)


class TokenManager(models.Manager["Token"]):
    """Issues tokens and recognises secrets."""

    def issue(self, name: str, *scopes: str, user: AbstractBaseUser | None = None) -> tuple["Token", str]:
        """A new token and its secret, which is nowhere else and cannot be read again. ``user``: as whom it acts.

        Raises ``ValidationError`` for a name or scope that cannot be; then nothing is made.
        """
        token = Token(name=name, scopes=list(scopes), user_id=None if user is None else user.pk)
        token.clean_fields(exclude=["digest", "last_used"])
        return token, token.replace_secret()

    def renew(self, **fields: Any) -> str:
        """A new secret of the one token with these fields; of a new one if there is none. So whoever makes it again and
        again has one, and the secrets from before are refused."""
        with transaction.atomic():
            # All of them: two may have been made at the same moment.
            known = list(self.select_for_update().filter(**fields))
            self.filter(pk__in=[token.pk for token in known[1:]]).update(active=False)
            return (known[0] if known else Token(**fields)).replace_secret()

    def recognise(self, secret: str) -> "Token | None":
        """The active token that this is the secret of; its use is noted, at most once a minute. That of a user who is
        deactivated is none."""
        usable = Q(user=None) | Q(user__is_active=True)
        token = self.select_related("user").filter(usable, digest=digest_of(secret), active=True).first()
        now = timezone.now()
        if token and (token.last_used is None or now - token.last_used >= LAST_USED_INTERVAL):
            self.filter(pk=token.pk).update(last_used=now)
        return token


class Token(models.Model):
    """What a program shows with each request, and what it may do. Only a digest of its secret is kept."""

    name = models.CharField(max_length=200, help_text="Who sends with it.")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="tokens",
        help_text="As whom it acts: it may do what this user may, as far as its scopes go. If empty, what they say.",
    )
    scopes = models.JSONField(
        default=list, validators=[validate], error_messages={"blank": "A token needs at least one scope."}
    )
    active = models.BooleanField(default=True, help_text="Requests with an inactive token are refused.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    last_used = models.DateTimeField(null=True, editable=False)

    objects = TokenManager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def replace_secret(self) -> str:
        """Give it a new secret, save it and return the secret; from now on the old one is refused."""
        secret = secrets.token_urlsafe(32)
        self.digest = digest_of(secret)
        self.save()
        return secret


def digest_of(secret: str) -> str:
    """The SHA-256 of a token's secret, in hex.

    No slow hash: the secret is 32 random bytes and not a password, so there is nothing to guess, and each request
    looks it up.
    """
    return hashlib.sha256(secret.encode()).hexdigest()
