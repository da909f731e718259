import pytest

from tests.unit.api.program import Program, person
from tokens.models import Token

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_a_token_is_made_with_a_secret_that_is_shown_once() -> None:
    program = Program("tokens", "write:cpu.*")
    made = program.answer(201, "POST", "tokens", {"name": "sender", "scopes": ["write:cpu.user"]})
    secret = made.pop("secret")
    token = Token.objects.recognise(secret)
    assert token is not None and (token.name, token.scopes, token.user) == ("sender", ["write:cpu.user"], None)
    shown = program.get(f"tokens/{made['id']}")
    assert shown | {"last_used": None} == made and "secret" not in shown
    assert [one["name"] for one in program.get("tokens")["items"]] == ["program", "sender"]
    assert program.get("tokens?limit=1")["next"] == program.token.pk
    assert [one["name"] for one in program.get(f"tokens?limit=1&after={program.token.pk}")["items"]] == ["sender"]


@pytest.mark.parametrize("scope", ["write:*", "write:cpu*", "read:cpu.user", "banners", "metrics"])
def test_no_token_gives_more_than_it_may_itself(scope: str) -> None:
    program = Program("tokens", "write:cpu.*")
    body = {"name": "x", "scopes": ["write:cpu.user", scope]}
    assert program.answer(403, "POST", "tokens", body)["field"] == "scopes"
    made = program.answer(201, "POST", "tokens", {"name": "x", "scopes": ["write:cpu.*", "tokens"]})
    assert program.answer(403, "PATCH", f"tokens/{made['id']}", {"scopes": [scope]})["code"] == "forbidden"
    other = Token.objects.issue("other", scope)[0]
    assert program.answer(403, "POST", f"tokens/{other.pk}/secret")["code"] == "forbidden"
    Token.objects.filter(pk=other.pk).update(active=False)
    assert program.answer(403, "PATCH", f"tokens/{other.pk}", {"active": True})["code"] == "forbidden"


def test_one_is_renamed_deactivated_renewed_and_deleted() -> None:
    program = Program("tokens", "write:*")
    made = program.answer(201, "POST", "tokens", {"name": "x", "scopes": ["write:*"]})
    address = f"tokens/{made['id']}"
    assert program.answer(200, "PATCH", address, {"name": "y", "active": None})["name"] == "y"
    secret = program.answer(200, "POST", f"{address}/secret")["secret"]
    assert Token.objects.recognise(made["secret"]) is None and Token.objects.recognise(secret) is not None
    assert program.answer(200, "PATCH", address, {"active": False})["active"] is False
    assert Token.objects.recognise(secret) is None
    program.answer(204, "DELETE", address)
    program.answer(404, "DELETE", address)


def test_tokens_of_others_are_not_there() -> None:
    ada, bob = person("ada", "add_token"), person("bob")
    nobody = Program("tokens")
    program, other = Program("tokens", "write:*", user=ada), Program("tokens", user=bob)
    made = program.answer(201, "POST", "tokens", {"name": "x", "scopes": ["write:*"]})
    assert made["user"] == "ada"
    assert len(program.get("tokens")["items"]) == 2
    for one in (nobody, other):
        assert one.answer(404, "GET", f"tokens/{made['id']}")["code"] == "not_found"
        assert one.answer(404, "DELETE", f"tokens/{made['id']}")["code"] == "not_found"
        assert len(one.get("tokens")["items"]) == 1
    assert other.answer(403, "POST", "tokens", {"name": "x", "scopes": ["tokens"]})["code"] == "forbidden"
    for method, path, body in (("PATCH", "", {"active": False}), ("POST", "/secret", None), ("DELETE", "", None)):
        error = other.answer(409, method, f"tokens/{other.token.pk}{path}", body)
        assert error["code"] == "conflict", "a token that has leaked cannot shut out whose it is"


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 400, "missing_field", "name"),
        ({"name": "x", "scopes": []}, 400, "invalid_field", "scopes"),
        ({"name": "", "scopes": ["tokens"]}, 400, "invalid_field", "name"),
        ({"name": "\0", "scopes": ["tokens"]}, 400, "invalid_field", "name"),
        ({"name": "\ud800", "scopes": ["tokens"]}, 400, "invalid_field", "name"),
        ({"name": 5, "scopes": ["tokens"]}, 400, "invalid_field", "name"),
        ({"name": "x", "scopes": "tokens"}, 400, "invalid_field", "scopes"),
        ({"name": "x", "scopes": ["tokens"], "user": 1}, 400, "unknown_field", "user"),
        ({"name": "x", "scopes": ["cake"]}, 422, "cannot_be", None),
    ],
)
def test_what_cannot_be_is_refused(body: object, status: int, code: str, field: str | None) -> None:
    error = Program("tokens").answer(status, "POST", "tokens", body)
    assert (error["code"], error.get("field")) == (code, field)
    assert Token.objects.count() == 1
