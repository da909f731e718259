"""The password of the first start, forgotten: README names a command."""

import contextlib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from accounts.views.sign_in import _is_loopback
from tests.servers import ROOT, Site
from tests.waiting import until

COMMAND = ".venv/bin/python manage.py changepassword admin"
NEW = "another password of letters"


def typed(command: str, env: dict[str, str], *lines: str) -> str:
    """What a command says at a terminal at which somebody types these lines, each when it asks for it."""
    words = shlex.split(command.replace(".venv/bin/python", sys.executable))
    terminal, inside = os.openpty()
    process = subprocess.Popen(
        words, cwd=ROOT, env=env, stdin=inside, stdout=inside, stderr=inside, start_new_session=True
    )
    os.close(inside)
    output = bytearray()

    def asks(times: int) -> bool:
        output.extend(os.read(terminal, 1000))
        return output.count(b"Password") >= times

    for number, line in enumerate(lines, 1):
        until(lambda number=number: asks(number), f"question {number}")
        os.write(terminal, f"{line}\n".encode())
    with contextlib.suppress(OSError):  # the other end is closed
        while some := os.read(terminal, 1000):
            output.extend(some)
    os.close(terminal)
    assert process.wait(60) == 0, output.decode()
    return output.decode()


def test_the_command_that_readme_names_sets_another_one(tmp_path: Path) -> None:
    assert f"`{COMMAND}` sets another one" in " ".join((ROOT / "README.md").read_text().split())
    assert COMMAND in re.findall(r"```sh\n(.*)\n```", (ROOT / "docs/people.md").read_text())
    site = Site(tmp_path).prepare()
    assert "Password changed successfully for user 'admin'" in typed(COMMAND, site.env, NEW, NEW)
    check = "from django.contrib.auth.models import User; print(User.objects.get().check_password(input()))"
    assert site.shell(check.replace("input()", repr(NEW))).split()[-1] == "True"


@pytest.mark.database
@pytest.mark.django_db
def test_the_page_to_sign_in_says_it_to_somebody_at_the_server() -> None:
    for address, at_the_server in (("127.0.0.1", True), ("::1", True), ("192.0.2.1", False)):
        page = Client().get("/accounts/login/", REMOTE_ADDR=address).content.decode()
        assert (COMMAND in page) == at_the_server
        assert "An admin can make you a link to a new one." in page
    assert not _is_loopback("")
