"""The template context of *Send data*: the command to paste, and whether a token for it can be made."""

from typing import Any

from django.http import HttpRequest

from boards.permissions import may_edit

EXAMPLE = '{"series": "orders", "value": 12}'


def first_steps(request: HttpRequest, board: int = 0, secret: str = "") -> dict[str, Any]:
    """The command with this server's address, for whoever may edit; ``secret``: of a token that was just made."""
    command = (
        f"curl --json '{EXAMPLE}' -H \"Authorization: Bearer {secret or '$TOKEN'}\""
        f" {request.build_absolute_uri('/api/points')}"
    )
    return {
        "may_edit": may_edit(request.user, board),
        "may_make_tokens": request.user.has_perm("tokens.add_token"),
        "secret": secret,
        "command": command,
    }
