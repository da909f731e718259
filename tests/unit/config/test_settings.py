"""The settings as a whole: ``manage.py`` and other servers, as an operator starts them."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import env
from tests.servers import ROOT, copy_project

GOOD = secrets.token_urlsafe(50)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, without a ``var/``."""
    return copy_project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def var(project: Path) -> Iterator[Path]:
    """Its ``var/`` with a secret, as ``make run`` makes them."""
    folder = project / "var"
    folder.mkdir(mode=0o700)
    (folder / "secret").write_text(f"{GOOD}\n")
    yield folder
    shutil.rmtree(folder)


def run(project: Path, *command: str, **given: str | None) -> "subprocess.CompletedProcess[str]":
    """A process with nothing in its environment but this, and what it needs to start at all."""
    clean = {"PATH": os.environ["PATH"], "SECRET_KEY": GOOD, "DATABASE_URL": "sqlite:///board.sqlite3"}
    variables = {name: value for name, value in {**clean, **given}.items() if value is not None}
    command = (sys.executable, *command)
    return subprocess.run(command, cwd=project, env=variables, capture_output=True, text=True, timeout=120)


def manage(project: Path, *arguments: str, **given: str | None) -> "subprocess.CompletedProcess[str]":
    return run(project, "manage.py", *arguments, **given)


def test_with_everything_right_the_checks_pass(project: Path) -> None:
    done = manage(project, "check")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is not set, and "),
        ({"SECRET_KEY": "changeme"}, "SECRET_KEY is a default or too"),
        ({"SECRET_KEY": env.DEVELOPMENT_SECRET}, "SECRET_KEY is a default or too"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is a default or too"),
        ({"DEBUG": "perhaps"}, "DEBUG is 'perhaps'; it must be 1 or 0."),
        ({"HTTPS": "perhaps"}, "HTTPS is 'perhaps'; it must be 1 or 0."),
        ({"PORT": "http"}, "PORT is 'http'; it must be a number from 1 to 65535."),
        ({"INGEST_RATE": "0"}, "INGEST_RATE is '0'; it must be a number from 1 up."),
        ({"NEW_SERIES_PER_HOUR": "many"}, "NEW_SERIES_PER_HOUR is 'many'; it must be a number from 0 up."),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES is '-1'; it must be a number from 0 up."),
        ({"SOCKETS_PER_ADDRESS": "0"}, "SOCKETS_PER_ADDRESS is '0'; it must be a number from 1 up."),
        ({"BASE_PATH": "status"}, "BASE_PATH is 'status'; it must look like /status or /tools/status, "),
        ({"BASE_PATH": "/boards"}, "BASE_PATH is '/boards'; addresses below it begin so, too: "),
        ({"DATABASE_URL": "board.sqlite3"}, "DATABASE_URL cannot be read (no scheme)"),
        ({"DATABASE_URL": "sqlite:////nowhere/board.sqlite3"}, "DATABASE_URL names a file in /nowhere"),
        ({"REDIS_URL": "localhost"}, "REDIS_URL is 'localhost'; it must look like redis://127.0.0.1:6379/0."),
    ],
)
def test_what_is_wrong_is_one_sentence_and_no_traceback(
    project: Path, given: dict[str, str | None], sentence: str
) -> None:
    done = manage(project, "check", **given)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"boardcast: {sentence}")
    assert done.stderr.count("\n") == 1, done.stderr


def test_in_development_no_secret_is_needed(project: Path) -> None:
    done = manage(project, "check", DEBUG="1", SECRET_KEY=None)
    assert done.returncode == 0, done.stderr


def test_in_production_the_deployment_checks_are_clean(project: Path) -> None:
    done = manage(project, "check", "--deploy", "--fail-level", "WARNING", ALLOWED_HOSTS="board.example.com", HTTPS="1")
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
def test_the_settings_follow_the_environment(project: Path, given: dict[str, str | None], expected: str) -> None:
    done = manage(project, "shell", "--no-imports", "-c", SETTINGS, **given)
    assert done.stdout.strip() == expected, done.stderr


BELOW = """
from django.conf import settings as s
print([s.FORCE_SCRIPT_NAME, s.STATIC_URL, s.SESSION_COOKIE_PATH, s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_PATH,
       s.CSRF_COOKIE_NAME, s.SECURE_REDIRECT_EXEMPT])
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", r"[None, '/static/', '/', 'sessionid', '/', 'csrftoken', ['^live/metrics$']]"),
        (
            "/our/status.page",
            "['/our/status.page', '/our/status.page/static/', '/our/status.page', 'sessionid-our-status.page',"
            r" '/our/status.page', 'csrftoken-our-status.page', ['^our/status\\.page/live/metrics$']]",
        ),
    ],
)
def test_what_has_an_address_follows_the_path_of_the_site(project: Path, path: str, expected: str) -> None:
    done = manage(project, "shell", "--no-imports", "-c", BELOW, BASE_PATH=path)
    assert done.stdout.strip() == expected, done.stderr


# The secret in var/


def test_every_command_finds_the_secret_of_make_run(project: Path, var: Path) -> None:
    environment: dict[str, str | None] = {"SECRET_KEY": None, "DATABASE_URL": None}
    for command, words in [
        (["migrate", "-v1"], "Applying tokens.0001_initial... OK"),
        (["--help"], "[tokens]\n    token"),
        (["shell", "--no-imports", "-c", "from django.conf import settings as s; print(s.SECRET_KEY)"], GOOD),
        (["createsuperuser", "--no-input", "--username=ann", "--email="], "Superuser created successfully."),
        (["banner", "Hello"], "1"),
        (["token", "create", "deploy", "--scope", "banners"], ""),
    ]:
        done = manage(project, *command, **environment, DJANGO_SUPERUSER_PASSWORD="a long pass phrase")
        assert (done.returncode, done.stderr) == (0, ""), (command, done.stderr)
        assert words in done.stdout


def test_another_server_finds_the_secret_of_make_run(project: Path, var: Path) -> None:
    code = "from config.asgi import application; from django.conf import settings; print(settings.SECRET_KEY)"
    done = run(project, "-c", code, SECRET_KEY=None, PYTHONPATH=f"{project}:{project}/site")
    assert (done.stdout.strip(), done.returncode) == (GOOD, 0), done.stderr


def test_a_secret_in_the_environment_is_stronger_than_the_one_in_var(project: Path, var: Path) -> None:
    (var / "secret").write_text("short")
    assert manage(project, "check").returncode == 0
    done = manage(project, "check", SECRET_KEY=None)
    assert done.stderr.startswith(f"boardcast: SECRET_KEY is not set, and {var}/secret is a default or too short")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_a_missing_secret_names_the_file_in_var(project: Path) -> None:
    done = manage(project, "--help", SECRET_KEY=None)
    assert done.stderr.startswith(f"boardcast: SECRET_KEY is not set, and {project}/var/secret does not exist; ")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_make_run_and_make_dev_leave_the_secret_to_manage_py() -> None:
    """What they run is what everybody else can run: no export of theirs."""
    for target in ("run", "dev"):
        command = ["make", "--dry-run", "--no-print-directory", "--assume-old=requirements.txt", target]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
        assert "SECRET_KEY" not in done.stdout
        assert "manage.py run" in done.stdout


def test_tests_are_the_same_whatever_the_shell_has_for_a_server() -> None:
    """With DEBUG the app had a listener of its own, and what nobody else hears was not said to be unheard."""
    code = "import pytest, manage, tests.settings; print(tests.settings.DEBUG)"
    env = {**os.environ, "DEBUG": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert done.stdout == "False\n", done.stderr
