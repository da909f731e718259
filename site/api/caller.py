"""Who sends a request: a token, and the user as whom it acts."""

from dataclasses import dataclass

from django.http import HttpRequest
from ninja.security.base import AuthBase

from live.api import Refused
from live.notices import Recipients
from tokens.authentication import check_scope, may_notify, name_in_log, token_of
from tokens.models import Token
from tokens.scopes import permits


@dataclass(frozen=True)
class Caller:
    """What a request may do."""

    request: HttpRequest
    token: Token

    @property
    def name(self) -> str:
        """For the audit log."""
        return name_in_log(self.token)

    def has(self, permission: str) -> bool:
        """Whether the user has this permission of Django's; a token without a user is limited by its scopes alone."""
        return self.token.user is None or self.token.user.has_perm(permission)

    def may(self, scope: str) -> bool:
        """Whether a scope permits this."""
        return permits(self.token.scopes, scope)

    def may_notify(self, word: str, recipients: Recipients) -> bool:
        """Whether they may decide what these recipients are shown, by a scope of this word."""
        return may_notify(word, self.request, recipients)

    def require(self, permission: str) -> None:
        """Raise ``Refused`` with 403 where the user does not have this permission."""
        if not self.has(permission):
            raise Refused(403, "forbidden", f"{self.token.user} does not have the permission {permission}.")


class TokenAuth(AuthBase):
    """The token of a request, with a scope of one of these words. Raises ``Refused``: 401, 403, 429."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, *words: str) -> None:
        super().__init__()
        self.words = words

    def __call__(self, request: HttpRequest) -> Caller:
        token = token_of(request)
        if not any(scope.partition(":")[0] in self.words for scope in token.scopes):
            check_scope(token, self.words[0])
        return Caller(request, token)


def caller_of(request: HttpRequest) -> Caller:
    """Whom ``TokenAuth`` has let in."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return caller
