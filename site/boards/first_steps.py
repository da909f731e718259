"""The template context of *Send data*: the command to paste, and whether a token for it can be made."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from boards.permissions import may_edit
from tokens.models import Token

# What a token that is made on the spot may do.
SCOPE = "write:*"
EXAMPLE = '{"series": "orders", "value": 12}'


def first_steps(request: HttpRequest, board: int = 0, secret: str = "") -> dict[str, Any]:
    """The command with this server's address, for whoever may edit; ``secret``: of a token that was just made."""
    command = (
        f"curl --json '{EXAMPLE}' -H \"Authorization: Bearer {secret or '$TOKEN'}\""
        f" {request.build_absolute_uri(reverse('points'))}"
    )
    may_make_tokens = request.user.has_perm("tokens.add_token")
    return {
        "may_edit": may_edit(request.user, board),
        "may_make_tokens": may_make_tokens,
        "has_token": may_make_tokens and Token.objects.filter(**token_of(request)).exists(),
        "secret": secret,
        "command": command,
    }


def token_of(request: HttpRequest) -> dict[str, Any]:
    """The fields of the one token that this person has made on the spot."""
    name = _("%s, on the home page") % request.user.get_username()
    return {"user": request.user, "name": name, "scopes": [SCOPE], "active": True}
