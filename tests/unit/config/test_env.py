"""Variables of the environment: right, wrong and missing, and what an operator reads then."""

import os
import re
import secrets
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.core.checks.security.base import SECRET_KEY_MIN_LENGTH
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.urls import get_resolver

from config import env
from live import health
from live.checks import postgresql_is_back_in_seconds
from tests.unit.config.conftest import NAME, refused

GOOD = secrets.token_urlsafe(50)


@contextmanager
def nobody() -> Iterator[None]:
    """As a user who may not do everything, as root may."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


# Flags, hosts, numbers


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
    ("value", "hosts"), [(None, []), ("", []), ("a", ["a"]), (" a , b,,c ", ["a", "b", "c"]), (",", [])]
)
def test_hosts(given: Any, value: str | None, hosts: list[str]) -> None:
    given(value)
    assert env.hosts(NAME) == hosts


@pytest.mark.parametrize("value", ["http://a", "a,b c"])
def test_what_is_no_host(given: Any, value: str) -> None:
    given(value)
    assert refused(lambda: env.hosts(NAME)).endswith("; it must be names as in board.example.com, without http://.")


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


def secret(*, debug: bool = False, file: Path = Path("/nowhere/secret")) -> str:
    return env.secret(NAME, file=file, debug=debug)


def test_a_random_secret_is_taken_as_it_is(given: Any) -> None:
    given(GOOD)
    assert secret() == GOOD
    assert secret(debug=True) == GOOD


@pytest.mark.parametrize("value", [None, ""])
def test_a_secret_that_is_neither_set_nor_in_its_file_is_refused(given: Any, tmp_path: Path, value: str | None) -> None:
    given(value)
    sentence = refused(lambda: secret(file=tmp_path / "secret"))
    assert sentence.startswith(f"{NAME} is not set, and {tmp_path}/secret does not exist; `make run` makes it, or ")
    assert sentence.endswith(env.MAKE_SECRET)
    assert secret(debug=True, file=tmp_path / "secret") == env.DEVELOPMENT_SECRET


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize("debug", [False, True])
def test_a_secret_that_is_not_set_is_read_from_its_file(
    given: Any, tmp_path: Path, value: str | None, debug: bool
) -> None:
    (tmp_path / "secret").write_text(f"{GOOD}\n")
    given(value)
    assert secret(debug=debug, file=tmp_path / "secret") == GOOD


def test_a_secret_that_is_set_is_stronger_than_its_file(given: Any, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("another")
    given(GOOD)
    assert secret(file=tmp_path / "secret") == GOOD


@pytest.mark.parametrize("content", ["", "\n", "short", "x" * 60, GOOD[:49]], ids=len)
def test_a_file_with_a_weak_secret_is_refused_and_not_repeated(given: Any, tmp_path: Path, content: str) -> None:
    (tmp_path / "secret").write_text(content)
    given(None)
    sentence = refused(lambda: secret(file=tmp_path / "secret"))
    expected = f"{NAME} is not set, and {tmp_path}/secret is a default or too short (under 50 characters); "
    assert sentence == f"{expected}make one with: {env.MAKE_SECRET}"
    assert secret(debug=True, file=tmp_path / "secret") == (content.strip() or env.DEVELOPMENT_SECRET)


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("kind", ["forbidden", "folder", "not text"])
def test_a_file_that_cannot_be_read_is_one_sentence(given: Any, tmp_path: Path, kind: str, debug: bool) -> None:
    file = tmp_path / "secret"
    file.mkdir() if kind == "folder" else file.write_bytes(b"\xff" * 60)
    file.chmod(0 if kind == "forbidden" else 0o700)
    given(None)
    with nobody() if kind == "forbidden" else nullcontext():
        sentence = refused(lambda: secret(debug=debug, file=file))
    assert sentence.startswith(f"{NAME} is not set, and {file} cannot be read: ")


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
    sentence = refused(secret)
    assert sentence.startswith(f"{NAME} is a default or too ")
    assert value not in sentence
    assert secret(debug=True) == value


def test_a_secret_is_as_long_as_the_deployment_checks_ask(given: Any) -> None:
    assert env.MIN_SECRET_LENGTH == SECRET_KEY_MIN_LENGTH == 50
    given(GOOD[:50])
    assert secret() == GOOD[:50]
    given(GOOD[:49])
    assert "too short (under 50 characters)" in refused(secret)


def test_the_secret_that_is_advised_is_accepted(given: Any) -> None:
    command = re.search(r"python3 -c '(.*)'$", env.MAKE_SECRET)
    assert command
    made = subprocess.run([sys.executable, "-c", command[1]], capture_output=True, text=True, check=True, timeout=60)
    given(made.stdout.strip())
    assert secret() == made.stdout.strip()


@pytest.mark.parametrize(
    ("value", "found"),
    [(None, []), (" ", []), (GOOD, [GOOD]), (f"{GOOD}, {GOOD[::-1]}\n", [GOOD, GOOD[::-1]])],
    ids=["unset", "empty", "one", "two"],
)
def test_secrets_from_before(given: Any, value: str | None, found: list[str]) -> None:
    given(value)
    assert env.secrets(NAME, debug=False) == found


def test_a_weak_secret_from_before_is_refused_and_not_repeated(given: Any) -> None:
    given(f"{GOOD},changeme")
    sentence = refused(lambda: env.secrets(NAME, debug=False))
    assert sentence == f"{NAME} has a secret that is a default or too short (under 50 characters)."
    assert env.secrets(NAME, debug=True) == [GOOD, "changeme"]


# The database


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture
def everybody() -> Iterator[None]:
    """What is made without further ado is open to everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("everybody")
def test_a_new_database_is_for_its_user_alone(given: Any, tmp_path: Path) -> None:
    given(None)
    found = Path(database(f"{tmp_path}/var/default.sqlite3")["NAME"])
    with sqlite3.connect(found) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE secrets (a)")
        files = sorted(found.parent.iterdir())
        assert [(path.name, mode(path)) for path in files] == [
            (f"default.sqlite3{end}", 0o600) for end in ("", "-shm", "-wal")
        ]
    connection.close()
    assert mode(found.parent) == 0o700


@pytest.mark.usefixtures("everybody")
def test_what_was_open_to_everybody_is_closed_with_a_warning(given: Any, tmp_path: Path, caplog: Any) -> None:
    given(None)
    folder = tmp_path / "var"
    folder.mkdir(mode=0o755)
    files = [folder / f"default.sqlite3{end}" for end in ("", "-wal", "-shm")]
    for file in files:
        file.touch(0o644)
    for _ in range(2):
        database(f"{folder}/default.sqlite3")
        assert [mode(path) for path in [folder, *files]] == [0o700, 0o600, 0o600, 0o600]
    assert [record.message for record in caplog.records] == [
        f"{path} was open to every user of this machine (mode {was}); it no longer is"
        for path, was in [(folder, "755"), *((file, "644") for file in files)]
    ]


@pytest.mark.usefixtures("everybody")
def test_a_database_that_a_group_may_read_is_left(given: Any, tmp_path: Path, caplog: Any) -> None:
    file = tmp_path / "board.sqlite3"
    file.touch(0o640)
    given(f"sqlite:///{file}")
    tmp_path.chmod(0o755)
    database()
    assert (mode(file), mode(tmp_path), caplog.records) == (0o640, 0o755, [])


def test_an_open_file_that_cannot_be_changed_is_warned_of(caplog: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        file = Path(folder) / "board.sqlite3"
        file.touch()
        file.chmod(0o644)
        with nobody():
            env.make_private(file, create=True)
    (record,) = caplog.records
    assert record.message.startswith(f"{file} is open to every user of this machine, which cannot be changed: ")


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


def test_postgresql_is_configured_as_live_asks_for(given: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given("postgres://ann@db.example.com/board")
    monkeypatch.setattr(connections["default"], "settings_dict", {"CONN_MAX_AGE": 0, **database()})
    monkeypatch.setattr(connections["default"], "vendor", "postgresql", raising=False)
    assert postgresql_is_back_in_seconds() == []


def test_postgresql_that_was_away_is_noticed_and_asked_again_soon(given: Any) -> None:
    given("postgres://ann@db.example.com/board?connect_timeout=7")
    found = database()
    assert found["CONN_HEALTH_CHECKS"]
    assert found["OPTIONS"]["pool"]["reconnect_timeout"] <= 3
    assert found["OPTIONS"]["tcp_user_timeout"] <= 4000
    assert found["OPTIONS"]["connect_timeout"] == 7


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


def test_days_are_no_fewer_than_what_they_outlive(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (env.days("AGE", 90, least=7), env.days("AGE", 90, least=365), env.days("AGE", 90, least=None)) == (
        90,
        365,
        None,
    )
    monkeypatch.setenv("AGE", "30")
    assert env.days("AGE", 90, least=30) == 30
    with pytest.raises(ImproperlyConfigured, match="AGE is '30'; it must be a number from 31 up"):
        env.days("AGE", 90, least=31)
    with pytest.raises(ImproperlyConfigured, match="AGE is '30'; it must be 0, which is for ever"):
        env.days("AGE", 90, least=None)
    monkeypatch.setenv("AGE", "0")
    assert env.days("AGE", 90, least=31) is env.days("AGE", 90, least=None) is None


# The path of the site


@pytest.mark.parametrize("value", ["", "/status", "/tools/status", "/a-b_c.d~1", " /status "])
def test_a_path_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("BASE_PATH", value)
    assert env.base_path("BASE_PATH") == value.strip()


@pytest.mark.parametrize(
    "value",
    [
        *("/", "status", "/status/", "status/", "//status", "/a//b", "/a/./b", "/..", "/a b", "/a%20b", "/ä", "/a?b"),
        *("https://example.com/status", "/status#", "/a\\b", "/a;b", "/a'b"),
    ],
)
def test_what_is_no_path_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("BASE_PATH", value)
    with pytest.raises(ImproperlyConfigured, match="it must look like /status or /tools/status") as raised:
        env.base_path("BASE_PATH")
    assert repr(value) in str(raised.value)


def test_no_path_is_the_beginning_of_addresses_of_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the page at /boards/x nobody could tell whether a proxy has taken a /boards before it."""
    own = {part for pattern in get_resolver().url_patterns for part in first_parts(pattern)}
    assert own | {"static", health.ALIVE[1:], health.READY[1:]} == env.OWN_PATHS
    for value in ("/boards", "/api/more"):
        monkeypatch.setenv("BASE_PATH", value)
        with pytest.raises(ImproperlyConfigured, match=f"BASE_PATH is '{value}'; addresses below it begin so, too"):
            env.base_path("BASE_PATH")


def first_parts(pattern: Any) -> set[str]:
    """With what the paths of a pattern begin."""
    first = re.match(r"\^?([^/(?\\]*)", str(pattern.pattern))[1]  # type: ignore[index]
    nested = getattr(pattern, "url_patterns", ())
    return {first} if first or not nested else {part for each in nested for part in first_parts(each)} - {""}
