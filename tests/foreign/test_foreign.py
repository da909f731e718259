"""`live` from its wheel in a project of somebody else, who does everything in another way than we do: a model of users
with UUIDs, two databases, Jinja2 beside Django's templates, Arabic, an htmx of their own, nonces, a prefix, naive
times, sessions in cookies, and WSGI for all but the sockets.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django_htmx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.screens import Screen
from tests.matrix import run
from tests.proxies import HOST, UPGRADE, Nginx
from tests.servers import ROOT, Site, free_port, listens
from tests.waiting import until

pytestmark = pytest.mark.browser
PROJECT = Path(__file__).parent / "project"
HTMX = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
PEOPLE = """
from people.models import Person
from shop.models import Item, Order
ada, bob = (Person.objects.create_user(name, password="secret") for name in ("ada", "bob"))
for customer in ("Grace", "Joan"):
    Order.objects.create(owner=ada, customer=customer)
Item.objects.create(name="pens", count=1250)
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel puts into an environment, and nothing else of this repository."""
    folder, wheels = tmp_path_factory.mktemp("package"), tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", wheels, ROOT)
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, *wheels.iterdir())
    return folder


@pytest.fixture(scope="module")
def foreign(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Behind nginx, which sends the sockets to one server and all else to another."""
    folder = tmp_path_factory.mktemp("foreign")
    root = folder / "project"
    subprocess.run(["cp", "-r", PROJECT, root], check=True)
    (root / "shop/static/shop").mkdir(parents=True)
    (root / "shop/static/shop/own-htmx.js").write_bytes(HTMX.read_bytes())
    site = Site(folder, root=root, env={"PYTHONPATH": str(package)})
    site.manage("makemigrations", "-v0", "people", "shop")
    for command in (["migrate", "-v0"], ["migrate", "-v0", "--database", "stock"], ["collectstatic", "-v0"]):
        site.manage(*command)
    assert "no issues" in site.manage("check")
    site.shell(PEOPLE)
    site.start("serve", "--port", str(site.port))
    wsgi, log = free_port(), folder / "wsgi.log"
    command = ["gunicorn", "--bind", f"127.0.0.1:{wsgi}", "--threads", "4", "--log-file", str(log), "--capture-output"]
    pages = subprocess.Popen([sys.executable, "-m", *command, "config.wsgi"], cwd=root, env=site.env)
    until(lambda: listens(wsgi), "a WSGI server", 30)
    sockets = f"location /shop/live/socket {{ proxy_pass http://127.0.0.1:{site.port}; {UPGRADE} {HOST} }}"
    try:
        with Nginx(folder / "nginx", wsgi, f"{HOST} {sockets}", path="/shop", strips=True) as nginx:
            yield Site(folder, port=nginx.port, root=root, env=site.env)
    finally:
        pages.terminate()
        pages.wait(10)
        site.stop()
    assert "Traceback" not in (said := site.log.read_text() + log.read_text()), said


def signed_in(browser: Browser, foreign: Site, name: str, **context: Any) -> Screen:
    """On the page of their orders, with the browser's language among the options."""
    screen = Screen(browser, foreign, "/shop/enter/?next=/shop/", live=False, **context)
    screen.page.get_by_role("textbox").nth(0).fill(name)
    screen.page.locator("[type=password]").fill("secret")
    screen.page.get_by_role("button").click()
    screen.expect("live")
    screen.page.evaluate("() => { window.marker = 'not reloaded' }")
    return screen


def test_each_sees_the_same_change_in_their_own_language(browser: Browser, foreign: Site) -> None:
    english = signed_in(browser, foreign, "ada", locale="en-GB")
    arabic = signed_in(browser, foreign, "ada", locale="ar-EG")
    expect(arabic.page.locator("html")).to_have_attribute("dir", "rtl")
    pay = "from shop.models import *; from datetime import datetime;"
    pay += "Order.objects.filter(customer='Grace').update(paid_at=datetime(2026, 3, 1))"
    foreign.shell(pay)
    english.shows("Grace: March")
    arabic.shows("Grace: مارس")
    assert english.not_reloaded() and arabic.not_reloaded()
    assert english.complaints == arabic.complaints == []


def test_its_own_htmx_works_and_what_it_brings_is_live(browser: Browser, foreign: Site) -> None:
    screen = signed_in(browser, foreign, "ada")
    screen.page.locator("#on").click()
    expect(screen.page.locator("#on")).to_have_text("clicked")
    screen.page.locator("#more").click()
    screen.shows("Joan: ")
    foreign.shell(
        "from shop.models import *; from datetime import datetime;"
        "Order.objects.filter(customer='Joan').update(paid_at=datetime(2026, 5, 1))"
    )
    screen.shows("Joan: May")
    assert screen.not_reloaded() and screen.complaints == []


def test_a_page_of_jinja2_shows_the_other_database(browser: Browser, foreign: Site) -> None:
    screen = Screen(browser, foreign, "/shop/stock/")
    screen.shows("pens: 1250")
    foreign.shell("from shop.models import Item; Item.objects.filter(name='pens').update(count=1249)")
    screen.shows("pens: 1249")
    assert screen.not_reloaded() and screen.complaints == []


def test_a_log_out_ends_the_page_in_another_tab(browser: Browser, foreign: Site) -> None:
    screen = signed_in(browser, foreign, "bob")
    other = screen.context.new_page()
    other.goto(f"{foreign.address}/shop/")
    other.locator("#leave").click()
    screen.expect("ended")
