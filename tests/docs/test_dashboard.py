"""What README and the pages about the dashboard have to paste does what they say."""

import json
import os
import re
import signal
import subprocess
from pathlib import Path

from tests.docs.blocks import DOCS, PAGES, blocks_of, claim
from tests.docs.paste import environment, for_site, paste
from tests.servers import ROOT, Site, copy_project, free_port
from tests.waiting import until

MAKE_RUN, MAKE_TEST = claim("README.md", "make run"), claim("README.md", "make test")
CURL, POINT = claim("README.md", "curl --json"), claim("README.md", '{"series": "cpu"')
BANNER, NOTIFY = claim("README.md", "BANNER="), claim("README.md", ".venv/bin/python manage.py shell")
QUERY, TOKEN = claim("README.md", "curl -G"), claim("README.md", ".venv/bin/python manage.py token")
COLLECT, FRAGMENT = claim("README.md", "export BOARDCAST_TOKEN"), claim("README.md", "@fragment(")
PASSWORD = claim("docs/people.md", ".venv/bin/python manage.py changepassword")
ASK, ASKED = claim("docs/querying.md", "curl -G"), claim("docs/querying.md", "{")
BOARD, BOARDS = claim("docs/boards-as-code.md", "version: 1"), claim("docs/boards-as-code.md", ".venv/bin/python")
BADGE, WALL = claim("docs/displays.md", "<img"), claim("docs/wall.md", "http://board.example.com")
SELECTOR, STATES = claim("docs/boards.md", "cpu{"), claim("docs/sending-data.md", "open = ")
DEPLOY_SCRIPT, OVER_HTTP = claim("docs/banners.md", "BANNER="), claim("docs/banners.md", "curl --json")
REGIONS, OF_BOARDS = claim("docs/banners.md", "{% load"), claim("docs/notices.md", '@recipients(\n    "Viewers')


def test_a_first_start_and_a_number_from_a_second_terminal(tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    for name in ("Makefile", "requirements.txt"):
        (root / name).write_bytes((ROOT / name).read_bytes())
    (root / ".venv").symlink_to(ROOT / ".venv")
    os.utime(root / "requirements.txt", (0, 0))  # all that is wanted is installed
    port, log = free_port(), tmp_path / "log"
    others = {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
    env = {name: value for name, value in os.environ.items() if name not in others}
    env |= {"PORT": str(port), "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as out:
        running = subprocess.Popen(MAKE_RUN.code.split(), cwd=root, env=env, stdout=out, stderr=out, process_group=0)
    try:
        until(lambda: "token " in log.read_text() or running.poll() is not None, "a board by make run", 60)
        printed = log.read_text()
        assert running.poll() is None and "password " in printed, printed
        site = Site(tmp_path, port=port)
        (site.token,) = re.findall(r"^ *token +(\S+)", printed, re.MULTILINE)
        assert json.loads(paste(CURL.code, site, tmp_path)) == {"accepted": 1}
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGTERM)
            running.wait(60)


def test_every_target_that_is_named_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"`(?:[A-Z_]+=\S+ )?make ([a-z-]+)", page.read_text())}
    assert MAKE_TEST.code.split()[1] in targets
    assert named and named <= targets


def test_a_banner_a_notice_a_point_and_a_query(site: Site, folder: Path) -> None:
    paste(BANNER.code, site, folder)
    paste(NOTIFY.code, site, folder)
    activity = site.browse().sign_in().get("/activity/").text
    assert "Hello to all of you" in activity
    assert (
        site.shell("from live.banners.models import Banner; print(Banner.objects.get().text)").strip()
        == "New disks at noon"
    )
    assert site.send(json.loads(POINT.code)).status == 200
    reader = paste(TOKEN.code.replace("--scope banners", "--scope 'read:*'"), site, folder).strip()
    assert site.send({"series": "cpu.load", "value": 1}, token=reader).status == 200
    for query in (QUERY, ASK):
        assert "series" in json.loads(paste(query.code, site, folder, TOKEN=reader)), query


def test_the_token_of_the_page_may_do_what_it_says(site: Site, folder: Path) -> None:
    secret = paste(TOKEN.code, site, folder).strip()
    assert site.send({"series": "cpu.load", "value": 1}, token=secret).status == 200
    assert site.send({"series": "orders", "value": 1}, token=secret).status == 403
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    assert site.http("POST", "/api/banners", b'{"level": "info", "text": "a"}', headers).status == 201


def test_another_machine_sends_its_numbers(site: Site, folder: Path) -> None:
    site.token = paste(
        "python manage.py token create both --scope 'write:machine.*' --scope 'read:*'", site, folder
    ).strip()
    code = for_site(COLLECT.code, site).replace("=...", f"={site.token}")
    collecting = subprocess.Popen(["bash", "-ec", code], cwd=folder, env=environment(site), process_group=0)
    try:
        ask = "/api/query?series=machine.cpu%7Bhost%3Dweb-1%7D&step=3600"
        headers = {"Authorization": f"Bearer {site.token}"}
        until(lambda: "web-1" in site.http("GET", ask, headers=headers).text, "a point of web-1", 30)
    finally:
        os.killpg(collecting.pid, signal.SIGTERM)
        collecting.wait(30)


def test_the_fragment_of_readme_is_that_of_the_guide() -> None:
    """Which test_live_pages puts into a project."""
    assert any(FRAGMENT.code in block.code for block in blocks_of(DOCS / "live.md"))


def test_a_forgotten_password(site: Site, folder: Path) -> None:
    paste(PASSWORD.code, site, folder, given="a new pass phrase\n" * 2)
    site.browse().sign_in("admin", "a new pass phrase")


def test_a_query_is_taken_as_it_is_written(site: Site, folder: Path) -> None:
    secret = paste("python manage.py token create reader --scope 'read:*'", site, folder).strip()
    (folder / "query.json").write_text(ASKED.code)
    ask = (
        'curl -fsSG http://127.0.0.1:8000/api/query -H "Authorization: Bearer $TOKEN" --data-urlencode query@query.json'
    )
    assert "series" in json.loads(paste(ask, site, folder, TOKEN=secret))


def test_a_board_is_exported_and_imported(site: Site, folder: Path) -> None:
    (folder / "web.yaml").write_text(BOARD.code)
    paste(".venv/bin/python manage.py boards import web.yaml", site, folder)
    assert "address: web" in paste(BOARDS.code, site, folder)
    assert "address: web" in (folder / "web.yaml").read_text()
    assert site.http("GET", "/boards/web/").status == 200


def test_addresses_of_badges_and_walls(site: Site) -> None:
    person = site.browse().sign_in()
    (badge,) = re.findall(r'src="https://boards.example(/[^"]+)"', BADGE.code)
    assert "<svg" in person.get(badge).text
    for address in WALL.code.split():
        assert person.get(address.removeprefix("http://board.example.com")).status == 200, address


def test_a_selector_with_a_variable_and_a_table_of_states(site: Site) -> None:
    site.shell(f"from series.selectors import parse; parse({SELECTOR.code.strip()!r})")
    site.shell(f"from boards.states import check_states; check_states({STATES.code!r})")


def test_a_banner_of_a_script_and_over_http(site: Site, folder: Path) -> None:
    site.shell('from live.banners.models import Banner; Banner.objects.create(pk=6, text="before").delete()')
    paste(OVER_HTTP.code, site, folder)
    assert "A switch has failed." in site.browse().get("/activity/").text
    paste(DEPLOY_SCRIPT.code, site, folder)


def test_regions_of_banners(site: Site) -> None:
    site.shell(f"""
from django.template import engines
from django.test import RequestFactory
from boards.models import Board

template = engines["django"].from_string({REGIONS.code!r})
html = template.render({{"board": Board.objects.first()}}, RequestFactory().get("/"))
assert "live_banners-banners-everywhere" in html and "live_banners-banners-board_3a_" in html, html
""")


def test_recipients_who_have_a_board_open(site: Site) -> None:
    site.shell(f"""
from django.contrib.auth.models import User
from boards import fragments
from boards.models import Board
from boards.permissions import may_see_board
from live.notices import Kind, notify, recipients

del Kind.registry["board"]  # the product's own
{OF_BOARDS.code}
admin, first, kind = User.objects.get(), Board.objects.first(), Kind.registry["board"]
assert kind.includes(admin, str(first.pk)) and (str(first.pk), first.title) in kind.choices()
assert kind.viewers_of(str(first.pk)) == fragments.board.key(pk=first.pk)
notify(board(first.pk), "info", "Hello")
""")
