"""A program with a token, which sends JSON and reads JSON."""

import json
from typing import Any

from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client

from tokens.models import Token


class Program:
    """``scopes``: of its token; ``user``: as whom it acts."""

    def __init__(self, *scopes: str, user: User | None = None) -> None:
        self.token, secret = Token.objects.issue("program", *scopes, user=user)
        self.client = Client(enforce_csrf_checks=True)
        self.headers = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.generic(method, f"/api/{path}", content, "application/json", **self.headers, **headers)

    def get(self, path: str) -> Any:
        """What is answered, with 200."""
        return self.answer(200, "GET", path)

    def answer(self, status: int, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """What is answered, with this status; None for an empty body. Errors are in the one format."""
        response = self.send(method, path, body, **headers)
        assert response.status_code == status, response.content
        if not response.content:
            return None
        content = json.loads(response.content)
        if status >= 400:
            error = content["error"]
            assert {"code", "message"} <= error.keys() <= {"code", "message", "index", "field"}
            assert error["message"].endswith((".", ")", "?")), error["message"]
            return error
        return content


def person(name: str, *permissions: str) -> User:
    """Somebody with these permissions, by their code names."""
    user = User.objects.create_user(name)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user
