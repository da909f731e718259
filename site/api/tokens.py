"""Tokens that a token makes: of its user, or of nobody, and they may do no more than itself."""

from datetime import datetime
from typing import Annotated

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import StringConstraints

from api.caller import Caller, TokenAuth, caller_of
from api.paging import not_found, page
from api.schemas import After, Input, Limit, Page, Text
from live.api import Refused
from tokens.models import Token
from tokens.scopes import MAX_SCOPE_LENGTH, validate

router = Router(auth=TokenAuth("tokens"), tags=["tokens"])

Name = Annotated[Text, StringConstraints(min_length=1, max_length=200)]
Scope = Annotated[Text, StringConstraints(min_length=1, max_length=MAX_SCOPE_LENGTH)]
MAX_SCOPES = 100


class NewToken(Input):
    """What a new token may do."""

    name: Name = Field(description="Who sends with it.")
    scopes: list[Scope] = Field(min_length=1, max_length=MAX_SCOPES, description="Such as `write:cpu.*`.")


class TokenChange(Input):
    """What is to change; null is as if left out."""

    name: Name | None = None
    scopes: list[Scope] | None = Field(None, min_length=1, max_length=MAX_SCOPES)
    active: bool | None = Field(None, description="Requests with an inactive token are refused.")


class TokenOut(Schema):
    """A token. Its secret is shown only where it is made."""

    id: int
    name: str
    scopes: list[str]
    active: bool
    user: str | None = Field(description="As whom it acts.")
    created: datetime
    last_used: datetime | None


class TokenWithSecret(TokenOut):
    """A token and its secret, which cannot be read again."""

    secret: str


@router.get("tokens", response=Page[TokenOut])
def list_tokens(request: HttpRequest, after: After = None, limit: Limit = 100) -> dict[str, object]:
    """The tokens of the same user, or of nobody."""
    return page(_own(request).order_by("pk"), after, limit, _as_json)


@router.post("tokens", response={201: TokenWithSecret})
def make_token(request: HttpRequest, body: NewToken) -> Status[dict[str, object]]:
    """A new token, and its secret. It has no scope that this token does not have, and acts as the same user."""
    caller = caller_of(request)
    caller.require("tokens.add_token")
    _check_scopes(caller, body.scopes)
    token, secret = Token.objects.issue(body.name, *body.scopes, user=caller.token.user)
    return Status(201, _as_json(token) | {"secret": secret})


@router.get("tokens/{int:pk}", response=TokenOut)
def get_token(request: HttpRequest, pk: int) -> dict[str, object]:
    """One token."""
    return _as_json(_token(request, pk))


@router.patch("tokens/{int:pk}", response=TokenOut)
def change_token(request: HttpRequest, pk: int, body: TokenChange) -> dict[str, object]:
    """Another name, other scopes, or no more requests: `{"active": false}`."""
    caller, token = caller_of(request), _other(request, pk)
    changes = body.dict(exclude_none=True)
    if "scopes" in changes or changes.get("active"):
        caller.require("tokens.add_token")
        _check_scopes(caller, changes.get("scopes", token.scopes))
    for name, value in changes.items():
        setattr(token, name, value)
    token.full_clean(exclude=["digest"])
    token.save(update_fields=list(changes))
    return _as_json(token)


@router.post("tokens/{int:pk}/secret", response=TokenWithSecret)
def renew_secret(request: HttpRequest, pk: int) -> dict[str, object]:
    """A new secret; the one from before is refused from now on."""
    caller, token = caller_of(request), _other(request, pk)
    caller.require("tokens.add_token")
    _check_scopes(caller, token.scopes)
    return _as_json(token) | {"secret": token.replace_secret()}


@router.delete("tokens/{int:pk}", response={204: None})
def delete_token(request: HttpRequest, pk: int) -> Status[None]:
    """Forget a token. To refuse it for a while, make it inactive."""
    _other(request, pk).delete()
    return Status(204, None)


def _own(request: HttpRequest) -> QuerySet[Token]:
    return Token.objects.select_related("user").filter(user=caller_of(request).token.user)


def _token(request: HttpRequest, pk: int) -> Token:
    token = _own(request).filter(pk=pk).first()
    if token is None:
        raise not_found("token", pk)
    return token


def _other(request: HttpRequest, pk: int) -> Token:
    """One to change. Never itself: a token that has leaked cannot shut out whose it is."""
    token = _token(request, pk)
    if token == caller_of(request).token:
        raise Refused(409, "conflict", "A token does not change itself; a person does, or another token.")
    return token


def _check_scopes(caller: Caller, scopes: list[str]) -> None:
    validate(scopes)
    if beyond := [scope for scope in scopes if not caller.may(scope)]:
        message = f"A token gives no scope that it does not have itself: {', '.join(beyond)}."
        raise Refused(403, "forbidden", message, field="scopes")


def _as_json(token: Token) -> dict[str, object]:
    names = ("name", "scopes", "active", "created", "last_used")
    user = token.user.get_username() if token.user else None
    return {"id": token.pk, "user": user} | {name: getattr(token, name) for name in names}
