"""Settings from the environment: right, wrong and missing, and what an operator reads then."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks.security.base import SECRET_KEY_MIN_LENGTH
from django.core.exceptions import ImproperlyConfigured

from config import env

ROOT = Path(__file__).resolve().parents[2]
NAME = "BOARD_TEST"
GOOD = secrets.token_urlsafe(50)


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set the variable, or with None unset it."""

    def give(value: str | None) -> None:
        if value is None:
            monkeypatch.delenv(NAME, raising=False)
        else:
            monkeypatch.setenv(NAME, value)

    return give


def refused(call: Any) -> str:
    """The one sentence with which it is refused."""
    with pytest.raises(ImproperlyConfigured) as caught:
        call()
    sentence = str(caught.value)
    assert sentence.startswith(NAME)
    assert "\n" not in sentence
    return sentence


# Flags, words, numbers


@pytest.mark.parametrize(
    ("value", "flag"),
    [
        ("1", True),
        ("true", True),
        (" Yes ", True),
        ("ON", True),
        ("0", False),
        ("no", False),
        ("", False),
        (None, False),
    ],
)
def test_a_flag(given: Any, value: str | None, flag: bool) -> None:
    given(value)
    assert env.flag(NAME) is flag


@pytest.mark.parametrize("value", ["2", "maybe", "-1", "y e s"])
def test_what_is_no_flag(given: Any, value: str) -> None:
    given(value)
    assert refused(lambda: env.flag(NAME)) == f"{NAME} is {value!r}; it must be 1 or 0."


@pytest.mark.parametrize(
    ("value", "words"), [(None, []), ("", []), ("a", ["a"]), (" a , b,,c ", ["a", "b", "c"]), (",", [])]
)
def test_words(given: Any, value: str | None, words: list[str]) -> None:
    given(value)
    assert env.words(NAME) == words


@pytest.mark.parametrize(("value", "number"), [(None, 7), ("", 7), ("1", 1), (" 2.5 ", 2.5), ("1e3", 1000)])
def test_a_number(given: Any, value: str | None, number: float) -> None:
    given(value)
    assert env.number(NAME, 7, least=1) == number


@pytest.mark.parametrize("value", ["0", "0.99", "-5", "many", "nan", "inf", "1,5"])
def test_what_is_no_number(given: Any, value: str) -> None:
    given(value)
    assert refused(lambda: env.number(NAME, 7, least=1)) == f"{NAME} is {value!r}; it must be a number from 1 up."


# Where it listens


@pytest.mark.parametrize(
    ("value", "host"),
    [
        (None, "127.0.0.1"),
        ("", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "[::1]"),
        ("::1", "[::1]"),
        ("192.168.1.5", "192.168.1.5"),
        ("board.local", "board.local"),
    ],
)
def test_a_host_is_where_to_go(given: Any, value: str | None, host: str) -> None:
    given(value)
    assert env.host(NAME) == host


@pytest.mark.parametrize(("value", "port"), [(None, 8000), ("", 8000), ("1", 1), (" 65535 ", 65535)])
def test_a_port(given: Any, value: str | None, port: int) -> None:
    given(value)
    assert env.port(NAME) == port


@pytest.mark.parametrize("value", ["0", "65536", "-1", "http", "80.0"])
def test_what_is_no_port(given: Any, value: str) -> None:
    given(value)
    assert refused(lambda: env.port(NAME)) == f"{NAME} is {value!r}; it must be a number from 1 to 65535."


def test_a_port_of_thousands_of_digits_is_refused_and_not_repeated(given: Any) -> None:
    given("9" * 5000)
    assert refused(lambda: env.port(NAME)) == f"{NAME} is '{'9' * 20}'; it must be a number from 1 to 65535."


# The secret


def test_a_random_secret_is_taken_as_it_is(given: Any) -> None:
    given(GOOD)
    assert env.secret(NAME, debug=False) == GOOD
    assert env.secret(NAME, debug=True) == GOOD


@pytest.mark.parametrize("value", [None, ""])
def test_without_a_secret_nothing_starts(given: Any, value: str | None) -> None:
    given(value)
    sentence = refused(lambda: env.secret(NAME, debug=False))
    assert sentence.startswith(f"{NAME} is not set; make one with: python3 -c ")
    assert env.secret(NAME, debug=True) == env.DEVELOPMENT_SECRET


@pytest.mark.parametrize(
    "value",
    [
        "changeme",
        secrets.token_hex(15) + "a",
        "x" * 60,
        "abcabc" * 10,
        "django-insecure-" + secrets.token_urlsafe(50),
        env.DEVELOPMENT_SECRET,
    ],
    ids=["a word", "31 characters", "one letter", "few letters", "Django's own", "of development"],
)
def test_a_secret_that_can_be_guessed_is_refused_and_not_repeated(given: Any, value: str) -> None:
    given(value)
    sentence = refused(lambda: env.secret(NAME, debug=False))
    assert sentence.startswith(f"{NAME} is a default or too ")
    assert value not in sentence
    assert env.secret(NAME, debug=True) == value


def test_a_secret_is_as_long_as_the_deployment_checks_ask(given: Any) -> None:
    assert env.SECRET_LENGTH == SECRET_KEY_MIN_LENGTH == 50
    given(GOOD[:50])
    assert env.secret(NAME, debug=False) == GOOD[:50]
    given(GOOD[:49])
    assert "too short (under 50 characters)" in refused(lambda: env.secret(NAME, debug=False))


def test_the_secret_that_is_advised_is_accepted(given: Any) -> None:
    command = re.search(r"python3 -c '(.*)'$", env.MAKE_SECRET)
    assert command
    made = subprocess.run([sys.executable, "-c", command[1]], capture_output=True, text=True, check=True, timeout=60)
    given(made.stdout.strip())
    assert env.secret(NAME, debug=False) == made.stdout.strip()


# The database


def database(default: str = "/tmp/default.sqlite3") -> dict[str, Any]:
    return env.database(NAME, default=Path(default))


@pytest.mark.parametrize("value", [None, "", "  "])
def test_without_a_database_url_it_is_the_default_file(given: Any, tmp_path: Path, value: str | None) -> None:
    given(value)
    found = database(f"{tmp_path}/default.sqlite3")
    assert found["ENGINE"] == "django.db.backends.sqlite3"
    assert found["NAME"] == f"{tmp_path}/default.sqlite3"


def test_the_default_file_is_in_a_folder_that_is_made(given: Any, tmp_path: Path) -> None:
    given(None)
    for _ in range(2):
        assert database(f"{tmp_path}/var/default.sqlite3")["NAME"] == f"{tmp_path}/var/default.sqlite3"
        assert (tmp_path / "var").is_dir()


@pytest.mark.parametrize("folder", ["file", "file/var"])
def test_a_folder_that_cannot_be_made_is_one_sentence(given: Any, tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("")
    given(None)
    sentence = refused(lambda: database(f"{tmp_path}/{folder}/default.sqlite3"))
    assert sentence.startswith(f"{NAME} is not set, and {tmp_path}/{folder} cannot be made: ")


def test_a_sqlite_file_waits_for_writers_and_survives_a_power_cut(given: Any, tmp_path: Path) -> None:
    given(f"sqlite:///{tmp_path}/board.sqlite3")
    options = database()["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] >= 5
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        assert pragma in options["init_command"]


def test_a_relative_file_is_where_the_process_was_started(
    given: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given("sqlite:///board.sqlite3")
    assert database()["NAME"] == f"{tmp_path}/board.sqlite3"


def test_a_file_in_no_folder_is_refused(given: Any, tmp_path: Path) -> None:
    given(f"sqlite:///{tmp_path}/nowhere/board.sqlite3")
    assert refused(database) == f"{NAME} names a file in {tmp_path}/nowhere, which is no folder."


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgresql(given: Any, scheme: str) -> None:
    given(f"{scheme}://ann:p%40ss@db.example.com:5433/board?sslmode=require")
    found = database()
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert [found[name] for name in ("USER", "PASSWORD", "HOST", "NAME")] == ["ann", "p@ss", "db.example.com", "board"]
    assert int(found["PORT"]) == 5433
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["pool"]["max_size"] >= 4


@pytest.mark.parametrize(
    "value",
    [
        "board.sqlite3",
        "/srv/board.sqlite3",
        "mysql://ann:hunter2@db/board",
        "postgres://ann:hunter2@db",
        "postgres://ann:hunter2@db/",
        "postgres:///board",
        "postgres://ann:hunter2@db:http/board",
        "postgres://ann:hunter2@db:99999/board",
        "postgres://ann:hunter2[@db/board",
        "://",
    ],
)
def test_what_is_no_database_is_refused_without_the_password(given: Any, value: str) -> None:
    given(value)
    sentence = refused(database)
    assert sentence.endswith("it must look like sqlite:///data.sqlite3 or postgres://user:password@host:5432/name.")
    assert "hunter2" not in sentence


# The channel layer


@pytest.mark.parametrize("value", [None, "", " "])
def test_without_redis_the_layer_is_in_memory(given: Any, value: str | None) -> None:
    given(value)
    assert env.channel_layer(NAME) == {"BACKEND": "channels.layers.InMemoryChannelLayer"}


@pytest.mark.parametrize(
    "value",
    ["redis://127.0.0.1:6379/0", "rediss://:secret@redis.example.com/1", "redis://redis", "unix:///run/redis.sock"],
)
def test_redis(given: Any, value: str) -> None:
    given(value)
    layer = env.channel_layer(NAME)
    assert layer["BACKEND"] == "channels_redis.pubsub.RedisPubSubChannelLayer"
    assert layer["CONFIG"]["hosts"][0]["address"] == value


@pytest.mark.parametrize(
    "value",
    [
        "127.0.0.1:6379",
        "http://127.0.0.1:6379",
        "redis://",
        "redis://:hunter2@redis:http/0",
        "redis://redis:0",
        "redis://redis:99999",
        "redis://[::1",
        "memcached://:hunter2@cache",
    ],
)
def test_what_is_no_redis_is_refused_without_the_password(given: Any, value: str) -> None:
    given(value)
    sentence = refused(lambda: env.channel_layer(NAME))
    assert sentence.endswith("; it must look like redis://127.0.0.1:6379/0.")
    assert "hunter2" not in sentence


# The whole: manage.py, as an operator starts it


def manage(tmp_path: Path, *arguments: str, **given: str | None) -> "subprocess.CompletedProcess[str]":
    """``manage.py`` in a process with nothing in its environment but this, and what it needs to start at all."""
    clean = {"PATH": os.environ["PATH"], "SECRET_KEY": GOOD, "DATABASE_URL": f"sqlite:///{tmp_path}/board.sqlite3"}
    variables = {name: value for name, value in {**clean, **given}.items() if value is not None}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120
    )


def test_with_everything_right_the_checks_pass(tmp_path: Path) -> None:
    done = manage(tmp_path, "check")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is not set; make one with:"),
        ({"SECRET_KEY": "changeme"}, "SECRET_KEY is a default or too"),
        ({"SECRET_KEY": env.DEVELOPMENT_SECRET}, "SECRET_KEY is a default or too"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is a default or too"),
        ({"DEBUG": "perhaps"}, "DEBUG is 'perhaps'; it must be 1 or 0."),
        ({"HTTPS": "perhaps"}, "HTTPS is 'perhaps'; it must be 1 or 0."),
        ({"PORT": "http"}, "PORT is 'http'; it must be a number from 1 to 65535."),
        ({"INGEST_RATE": "0"}, "INGEST_RATE is '0'; it must be a number from 1 up."),
        ({"DATABASE_URL": "board.sqlite3"}, "DATABASE_URL cannot be read (no scheme)"),
        ({"DATABASE_URL": "sqlite:////nowhere/board.sqlite3"}, "DATABASE_URL names a file in /nowhere"),
        ({"REDIS_URL": "localhost"}, "REDIS_URL is 'localhost'; it must look like redis://127.0.0.1:6379/0."),
    ],
)
def test_what_is_wrong_is_one_sentence_and_no_traceback(
    tmp_path: Path, given: dict[str, str | None], sentence: str
) -> None:
    done = manage(tmp_path, "check", **given)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"boardcast: {sentence}")
    assert done.stderr.count("\n") == 1, done.stderr


def test_in_development_no_secret_is_needed(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", DEBUG="1", SECRET_KEY=None)
    assert done.returncode == 0, done.stderr


def test_in_production_the_deployment_checks_are_clean(tmp_path: Path) -> None:
    done = manage(
        tmp_path, "check", "--deploy", "--fail-level", "WARNING", ALLOWED_HOSTS="board.example.com", HTTPS="1"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues" in done.stdout


SETTINGS = """
from django.conf import settings as s
print([s.DEBUG, s.ALLOWED_HOSTS, s.CSRF_TRUSTED_ORIGINS, s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE,
       s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, s.SECURE_PROXY_SSL_HEADER, s.ADDRESS, s.INGEST_RATE])
"""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {},
            "[False, ['127.0.0.1', 'localhost', '[::1]'], [], False, False, False, False, None,"
            " 'http://127.0.0.1:8000', 100]",
        ),
        (
            {
                "DEBUG": "1",
                "HOST": "0.0.0.0",
                "PORT": "9000",
                "ALLOWED_HOSTS": "a.example, b.example",
                "INGEST_RATE": "5",
            },
            "[True, ['a.example', 'b.example'], ['https://a.example', 'https://b.example'], False, False, False, False,"
            " None, 'http://127.0.0.1:9000', 5.0]",
        ),
        (
            {"HTTPS": "1", "ALLOWED_HOSTS": "*"},
            "[False, ['*'], [], True, True, True, True,"
            " ('HTTP_X_FORWARDED_PROTO', 'https'), 'http://127.0.0.1:8000', 100]",
        ),
        (
            {"HTTPS": "1", "ALLOWED_HOSTS": "board.example.com,*"},
            "[False, ['board.example.com', '*'], ['https://board.example.com'], True, True, True, True,"
            " ('HTTP_X_FORWARDED_PROTO', 'https'), 'https://board.example.com', 100]",
        ),
    ],
)
def test_the_settings_follow_the_environment(tmp_path: Path, given: dict[str, str | None], expected: str) -> None:
    done = manage(tmp_path, "shell", "--no-imports", "-c", SETTINGS, **given)
    assert done.stdout.strip() == expected, done.stderr
