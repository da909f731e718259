"""The whole site below a path of its host, behind a real nginx that leaves the path in what it asks or takes it off."""

import html
import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.request import Request

import pytest

from tests.crawl import leaving
from tests.proxies import Nginx
from tests.servers import Answer, Session, Site

BASE = "/status"
# A board's address, a date, and what is numbered: a page for each of these is the same page.
SHAPE = re.compile(r"\d[\w:-]*|(?<=^/boards/)[\w-]+|(?<=^/charts/)[\w-]+|(?<=/thumbnails/)[\w-]+")
LOGIN = "/accounts/login/"
DISPLAY = """
from boards.models import Board, DisplayLink
DisplayLink.objects.create(board=Board.objects.get(slug="this-week"), name="Hall")
"""


@pytest.fixture(scope="module")
def below(tmp_path_factory: pytest.TempPathFactory, installation: Site) -> Iterator[Site]:
    """A running site at /status."""
    site = copy_of(installation, tmp_path_factory.mktemp("below"), BASE_PATH=BASE)
    yield site.start()
    site.stop()


@pytest.fixture(params=["kept", "stripped"])
def nginx(request: pytest.FixtureRequest, below: Site, tmp_path: Any) -> Iterator[Nginx]:
    """In front of it."""
    with Nginx(tmp_path / "nginx", below.port, path=BASE, strips=request.param == "stripped") as nginx:
        yield nginx


def copy_of(installation: Site, folder: Any, **env: str) -> Site:
    (folder / "db.sqlite3").write_bytes((installation.folder / "db.sqlite3").read_bytes())
    site = Site(folder, env={"SECRET_KEY": installation.env["SECRET_KEY"], **env})
    site.token = installation.token
    return site


def token_in(page: str) -> dict[str, str]:
    """The field of a form that Django looks for."""
    return {"csrfmiddlewaretoken": re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]}


def signed_in(site: Any, suffix: str = "-status") -> Session:
    session = Session(site)
    form = token_in(session.get(LOGIN).text)
    answer = session.post(LOGIN, {**form, "username": "admin", "password": "admin", "next": ""})
    assert answer.status == 200 and session.cookie(f"sessionid{suffix}"), answer.text[:500]
    return session


def shown(session: Session, path: str) -> Answer:
    """As a browser asks for a page."""
    return session._open(Request(session.site.address + path, headers={"Accept": "text/html"}))


def test_no_page_leads_out_of_it(nginx: Nginx) -> None:
    starts = ("/", "/find/?q=week", "/api/", "/boards/this-week/", "/boards/this-week/?wall")
    wrong, opened = leaving(signed_in(nginx), *starts, base=BASE, shape_of=SHAPE)
    assert wrong == []
    assert {"/", "/boards/*/", "/boards/*/edit", "/boards/*/displays", "/boards/*/share", "/people/"} <= opened
    assert {"/admin/", "/activity/", "/charts/", "/static/boards/icon.svg", "/panels/*", "/boards/*.png"} <= opened
    assert len(opened) > 150
    wrong, opened = leaving(Session(nginx), "/", LOGIN, base=BASE, shape_of=SHAPE)  # type: ignore[arg-type]
    assert wrong == []
    assert {"/", LOGIN, "/boards/*/"} <= opened


def test_pages_of_errors_stay_below_it(nginx: Nginx) -> None:
    session = Session(nginx)  # type: ignore[arg-type]
    for path in ("/boards/nowhere/", "/nowhere"):
        answer = shown(session, path)
        assert answer.status == 404
        addresses = re.findall(r'(?:href|src|action)="(/[^"]*)"', answer.text)
        assert all(address.startswith(f"{BASE}/") for address in addresses), addresses
    assert "next=/status/boards/nowhere/" in shown(session, "/boards/nowhere/").text


def test_the_path_itself_leads_to_the_first_page(below: Site) -> None:
    """Where a proxy passes it on, and without one."""
    answer = below.http("GET", BASE)
    assert (answer.status, answer.headers["Location"]) == (301, f"{BASE}/")


def test_who_signs_in_and_out_stays_below_it(nginx: Nginx, below: Site) -> None:
    session = Session(nginx)  # type: ignore[arg-type]
    page = session.opener.open(f"{nginx.address}/account/")
    assert page.url == f"{nginx.address}{LOGIN}?next={BASE}/account/", "who is nobody yet is sent there"
    form = {**token_in(page.read().decode()), "username": "admin", "password": "admin", "next": f"{BASE}/account/"}
    assert "Your account" in session.post(LOGIN, form).text
    cookies = {(cookie.name, cookie.path) for cookie in session.jar}
    assert {("sessionid-status", BASE), ("csrftoken-status", BASE), ("known_browser-status", BASE)} == cookies
    answer = session.post("/accounts/logout/", token_in(session.get("/account/").text))
    assert answer.status == 200 and "Sign in" in answer.text
    assert not session.cookie("sessionid-status")


def test_a_form_is_sent(nginx: Nginx) -> None:
    session = signed_in(nginx)
    form = {**token_in(session.get("/new").text), "title": "Ours", "view_by": "owner", "edit_by": "owner"}
    answer = session.post("/new", form)
    assert answer.status == 200 and "Ours" in answer.text, answer.text[:500]
    assert session.get("/boards/ours/").status == 200


def test_the_command_of_the_page_sends_a_point(nginx: Nginx, below: Site) -> None:
    command = re.search(r"curl --json .*?/api/points", signed_in(nginx).get("/").text)
    assert command, "the home page says how to send"
    words = shlex.split(html.unescape(command[0]).replace("$TOKEN", below.token))
    assert words[-1] == f"{nginx.address}/api/points"
    done = subprocess.run([*words, "-sS"], capture_output=True, text=True, timeout=60)
    assert json.loads(done.stdout) == {"accepted": 1}, done.stderr


def test_what_programs_ask_is_below_it(nginx: Nginx, below: Site) -> None:
    session = Session(nginx)  # type: ignore[arg-type]
    for path, words in [
        ("/healthz", "ok"),
        ("/readyz", "database ok"),
        ("/static/live/live.js", "ws"),
        ("/boards.schema.json", '"$schema"'),
        ("/boards/this-week.svg", "<svg"),
        ("/favicon.ico", "<svg"),
        ("/api/openapi.json", f'"servers": [{{"url": "{BASE}"}}]'),
    ]:
        answer = session.get(path)
        assert answer.status == 200 and words in answer.text, path
    assert f"There is nothing at {BASE}/api/nothing." in session.get("/api/nothing").text
    assert session.get("/live/metrics").status == 401
    assert "live_viewers" in signed_in(nginx).get("/live/metrics").text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v2/write?bucket=any", b"m value=1"),
        ("/write?db=any", b"m value=1"),
        ("/metrics/job/backup/host/a%2Fmetrics%2Fb", b"m 1\n"),
    ],
)
def test_senders_of_other_programs_are_taken(nginx: Nginx, below: Site, path: str, body: bytes) -> None:
    process = subprocess.run(
        ["curl", "-sS", "-w", "%{http_code}", "--data-binary", "@-", "-H", f"Authorization: Token {below.token}"]
        + ["-u", f"any:{below.token}"] * path.startswith("/metrics")
        + [f"{nginx.address}{path}"],
        input=body,
        capture_output=True,
        timeout=60,
    )
    assert process.stdout[-3:] in (b"200", b"202", b"204"), process.stdout


def test_a_display_and_an_embed_are_below_it(nginx: Nginx, below: Site) -> None:
    below.shell(DISPLAY)
    page = signed_in(nginx).get("/boards/this-week/displays").text
    for address in re.findall(r"http://127\.0\.0\.1[^\s<&\"]+", html.unescape(page)):
        assert address.startswith(nginx.address), address
    display = re.search(rf"{nginx.address}(/display/[\w:-]+)", page)
    assert display
    for path in (display[1], "/boards/this-week/embed"):
        answer = Session(nginx).get(path)  # type: ignore[arg-type]
        assert answer.status == 200 and f'ws-connect="{BASE}/live/socket"' in answer.text
        assert f'src="{BASE}/static/live/live.js"' in answer.text


def test_two_sites_on_one_host_have_nothing_of_each_other(
    below: Site, installation: Site, tmp_path: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One at / and one at /status: browsers send the cookies of the first to the second, too."""
    other = copy_of(installation, tmp_path_factory.mktemp("root")).start()
    try:
        with Nginx(tmp_path / "nginx", below.port, path=BASE, beside=other.port) as nginx:
            first = Site(tmp_path, port=nginx.port)
            session = signed_in(first, suffix="")
            session.site = nginx  # type: ignore[assignment]
            assert "Sign in" in session.get("/").text, "who is signed in at / is nobody at /status"
            form = {**token_in(session.get(LOGIN).text), "username": "admin", "password": "admin"}
            assert session.post(LOGIN, form).status == 200
            session.post("/accounts/logout/", token_in(session.get("/account/").text))
            assert "Sign in" in session.get("/").text
            session.site = first
            assert "Your account" in session.get("/account/").text, "and is still signed in at /"
    finally:
        other.stop()
