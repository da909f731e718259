import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from tokens.models import Token
from tokens.scopes import overview

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_create_prints_the_secret_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("token", "create", "deploy", "--scope", "write:cpu.*", "--scope=banners")
    token = Token.objects.recognise(capsys.readouterr().out.removesuffix("\n"))
    assert token is not None
    assert (token.name, token.scopes) == ("deploy", ["write:cpu.*", "banners"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["deploy"], "scopes: A token needs at least one scope."),
        (
            ["deploy", "--scope", "banners", "--scope", "cake"],
            "scopes: 'cake' is not a scope; the scopes are: banners (",
        ),
        (["deploy", "--scope", "write"], "scopes: 'write' is not a scope"),
        (["", "--scope", "banners"], "name: This field cannot be blank."),
        (["x" * 201, "--scope", "banners"], "name: Ensure this value has at most 200 characters (it has 201)."),
    ],
)
def test_create_refuses_what_cannot_be_in_one_sentence_and_makes_none(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("token", "create", *arguments)
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)
    assert capsys.readouterr().out == ""
    assert not Token.objects.exists()


def test_help_says_which_scopes_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        call_command("token", "create", "--help")
    assert caught.value.code == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"The scopes are: {overview()}." in said


def test_create_for_a_user(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="There is no user 'ada'"):
        call_command("token", "create", "laptop", "--scope", "banners", "--user", "ada")
    ada = User.objects.create_user("ada")
    call_command("token", "create", "laptop", "--scope", "banners", "--user", "ada")
    assert Token.objects.get().user == ada
