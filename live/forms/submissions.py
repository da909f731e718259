"""A form that is sent twice is saved once: by a double click, by a browser that asks again, by two at the same moment.

Each form that is rendered has a token of its own. Submitting it writes a row of that token, in the transaction that
saves what the form is for, so that the second finds the first or waits for it. What is remembered is the token *and*
what was sent: somebody who goes back in the browser and changes the form does send something new.
"""

import hashlib
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from live import moments
from live.forms.models import Submission

FIELD = "_submission"
TOKEN = re.compile(r"[\w-]{16,22}", re.ASCII)
# How long somebody may take to send a form again, and how often older ones are deleted.
RETENTION = timedelta(days=1)
PRUNE_SECONDS = 3600.0

_next_prune = 0.0


class AlreadySubmitted(Exception):
    """This form has been submitted before; ``url`` is where it led."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


def field() -> SafeString:
    """The hidden field with a new token, for every form that is rendered."""
    # autocomplete: Firefox would keep the old token when the page is loaded again.
    return format_html(
        '<input type="hidden" name="{}" value="{}" autocomplete="off">', FIELD, secrets.token_urlsafe(12)
    )


@contextmanager
def once(request: HttpRequest) -> Iterator[Submission]:
    """A transaction that saves the request's form; ``AlreadySubmitted`` if it was. Set ``url`` to where it leads.

    A form without a token is saved each time.
    """
    with transaction.atomic():
        submission = Submission(token=_name(request))
        if submission.token:
            try:
                with transaction.atomic():
                    submission.save(force_insert=True)  # which waits for another request that submits the same one
            except IntegrityError:
                raise AlreadySubmitted(submitted_url(request) or "") from None
        yield submission
        if submission.token and submission.url:
            submission.save(update_fields=["url"])
        transaction.on_commit(_prune_sometimes, robust=True)


def is_submitted(request: HttpRequest) -> bool:
    """Whether the form with this token has been submitted, whatever was in it."""
    token = _token(request)
    return bool(token) and Submission.objects.filter(token__startswith=f"{token}.").exists()


def submitted_url(request: HttpRequest) -> str | None:
    """Where just this form led when it was submitted; None if it was not."""
    name = _name(request)
    return Submission.objects.filter(pk=name).values_list("url", flat=True).first() if name else None


def _token(request: HttpRequest) -> str:
    token = request.POST.get(FIELD, "")
    return token if TOKEN.fullmatch(token) else ""


def _name(request: HttpRequest) -> str:
    """The token and, as a hash, who sent what; empty without a token."""
    token = _token(request)
    if not token:
        return ""
    # The token against forgery may be another one each time.
    fields = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = sorted((name, [(file.name, file.size) for file in files]) for name, files in request.FILES.lists())
    who = getattr(getattr(request, "user", None), "pk", None)
    digest = hashlib.blake2b(repr((request.path, who, fields, files)).encode(), digest_size=20)
    return f"{token}.{digest.hexdigest()}"


def _prune_sometimes() -> None:
    """Forget forms that nobody sends again."""
    global _next_prune
    if time.monotonic() >= _next_prune:
        _next_prune = time.monotonic() + PRUNE_SECONDS
        Submission.objects.filter(at__lt=moments.now() - RETENTION).delete()
