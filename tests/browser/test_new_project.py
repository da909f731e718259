"""docs/live.md and docs/notices.md, done by the letter to projects that are not ours, made by startproject, on every
row of ``make test-matrix``: in a fresh virtual environment, with the package as it is built.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests import matrix
from tests.browser.people import Tab
from tests.browser.screens import Screen
from tests.servers import ROOT, Site

pytestmark = [pytest.mark.browser, pytest.mark.matrix]

VIEWS = """
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render

@login_required
def orders(request):
    return render(request, "shop/orders.html")

@login_required
def pay(request):
    messages.success(request, "Order %s is paid." % request.POST["number"])
    if request.headers.get("HX-Request"):
        return HttpResponse("<p id='done'>done</p>")
    return redirect("orders")
"""
URLS = """
from django.contrib import admin
from django.urls import path
from shop import views
urlpatterns = [path("admin/", admin.site.urls), path("", views.orders, name="orders"), path("pay", views.pay)]
"""
BASE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,"></head>
<body>
<ul class="messages">{% for message in messages %}<li class="{{ message.tags }}">{{ message }}</li>{% endfor %}</ul>
{% block content %}{% endblock %}
</body></html>
"""
ORDERS = """{% extends "shop/base.html" %}{% block content %}<h1>Orders</h1>
<form method="post" action="/pay">{% csrf_token %}<input name="number" aria-label="Number"><button>Pay</button></form>
<form method="post" hx-post="/pay" hx-target="#answer">{% csrf_token %}<input name="number" aria-label="By htmx">
<button>Pay here</button></form><div id="answer"></div>{% endblock %}
"""
MODELS = """
from django.db import models
class Order(models.Model):
    done = models.BooleanField(default=False)
"""
LOGIN = """<link rel="icon" href="data:,">
<form method="post">{% csrf_token %}{{ form.as_p }}<button>Sign in</button></form>"""
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)


class Guide:
    """The code in one part of a document, by its first line, which says where it goes; and the commands, in order."""

    def __init__(self, file: str, heading: str) -> None:
        part = (ROOT / file).read_text().partition(f"\n{heading}\n")[2]
        part = re.split(rf"^#{{2,{heading.index(' ')}}} ", part, maxsplit=1, flags=re.MULTILINE)[0]
        found = BLOCK.findall(part)
        self.code = {code.splitlines()[0].strip("{}# "): code for language, code in found if language != "sh"}
        self.commands = [line for language, code in found if language == "sh" for line in code.splitlines()]

    def follow(self, project: Site, *names: str) -> None:
        """Put these blocks where they say. Settings, and what is added to something, go to the end of their file."""
        for name in names:
            path = project.root / name.partition(",")[0]
            path.parent.mkdir(parents=True, exist_ok=True)
            added = path.name == "settings.py" or name.endswith(", at its end")
            path.write_text((path.read_text() if added else "") + self.code[name])

    def lines_of_settings(self, name: str) -> int:
        return sum(not line.startswith("#") for line in self.code[name].splitlines())

    def run(self, project: Site) -> str:
        """The commands after the installation, up to the one that serves, which goes on; what they said."""
        first, *others = (command.removeprefix("python manage.py ").split() for command in self.commands[1:4])
        said = [project.manage(*first), project.manage(*others[0])]
        assert others[1] == ["serve", "--port", "8000"]
        project.start("serve", "--port", str(project.port))
        return "".join(said)


LIVE = Guide("docs/live.md", "## A fragment of your own")
NOTICES = Guide("docs/notices.md", "## Replace flash messages")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    matrix.run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module", params=matrix.rows(), ids=str)
def python(request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a virtual environment in which there is a Django, and what the guides install."""
    row: matrix.Row = request.param
    folder = tmp_path_factory.mktemp("venv")
    matrix.run(row.interpreter, "-m", "venv", folder)
    matrix.run(folder / "bin/pip", "install", "--quiet", f"Django~={row.django}.0")
    assert LIVE.commands[0] == NOTICES.commands[0] == 'pip install "/path/to/boardcast[daphne]"'
    install = LIVE.commands[0].replace("/path/to/boardcast", str(wheel))
    matrix.run("sh", "-euc", f"PATH={folder}/bin:$PATH; {install} --quiet")
    return folder / "bin/python"


@pytest.fixture
def project(tmp_path: Path, python: Path) -> Site:
    """A small project as people have it."""
    root = tmp_path / "existing"
    root.mkdir()
    for arguments in (["startproject", "project", "."], ["startapp", "shop"]):
        command = [python, "-m", "django", *arguments]
        subprocess.run(command, cwd=root, check=True, timeout=60, env={"PATH": "/usr/bin:/bin"})
    (root / "shop/templates/registration").mkdir(parents=True)
    (root / "shop/templates/registration/login.html").write_text(LOGIN)
    site = Site(root, root=root, python=str(python))
    # Its settings are its own: nothing of ours comes from the environment.
    for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL"):
        del site.env[name]
    return site


def shop(project: Site) -> None:
    """Pages with flash messages, in a project whose apps are a tuple and whose template engine has a name."""
    templates = project.root / "shop/templates/shop"
    templates.mkdir()
    (templates / "base.html").write_text(BASE)
    (templates / "orders.html").write_text(ORDERS)
    (project.root / "shop/views.py").write_text(VIEWS)
    (project.root / "project/urls.py").write_text(URLS)
    settings = project.root / "project/settings.py"
    text, apps = re.subn(
        r"(?ms)^INSTALLED_APPS = \[(.*?)^\]", r"INSTALLED_APPS = (\1    'shop',\n)", settings.read_text()
    )
    text, engines = re.subn(r"(['\"]BACKEND['\"]: ['\"]django.template)", r"'NAME': 'pages',\n        \1", text)
    assert apps == engines == 1
    settings.write_text(text + 'LOGIN_REDIRECT_URL = "/"\n')


def test_package_has_no_file_of_tests_or_of_the_site(python: Path) -> None:
    shown = subprocess.run([python, "-m", "pip", "show", "-f", "boardcast-live"], capture_output=True, text=True).stdout
    files = shown.partition("Files:\n")[2].split()
    wanted = {"py.typed", "templates/live/head.html", "static/live/live.js", "locale/ar/LC_MESSAGES/django.mo"}
    assert {f"live/{name}" for name in wanted} <= set(files)
    assert any(re.fullmatch(r"boardcast_live-.*dist-info/licenses/LICENSE", name) for name in files)
    others = [name for name in files if not re.match(r"live/|boardcast_live-[\d.]+dist-info/", name)]
    assert others == []
    points = "from importlib.metadata import entry_points; print(*entry_points(group='pytest11').names)"
    assert "live" in subprocess.run([python, "-c", points], capture_output=True, text=True).stdout.split()
    assert [name for name in files if re.search(r"\btests?\b|\btest_|conftest", name)] == []


def test_page_of_a_new_project_is_live(browser: Browser, project: Site) -> None:
    (project.root / "shop/models.py").write_text(MODELS)
    LIVE.follow(project, *(name for name in LIVE.code if name.startswith("shop/")))
    LIVE.follow(project, "project/settings.py, at its end", "project/urls.py")
    assert LIVE.lines_of_settings("project/settings.py, at its end") <= 10
    project.manage("makemigrations", "shop", "-v0")
    try:
        assert "no issues" in LIVE.run(project)
        page = Screen(browser, project, "/")
        page.shows("0 open orders", within="body")
        order = "from shop.models import Order; from shop.fragments import open_orders; Order.objects.create()\n"
        project.shell(order + LIVE.code["open_orders.changed()"])
        page.shows("1 open orders", within="body")
        assert page.not_reloaded()
        # With runserver as the guide has it, under daphne's own server.
        project.stop_only()
        LIVE.follow(project, "project/asgi.py", "project/settings.py, for runserver")
        project.start("runserver", "--noreload", f"127.0.0.1:{project.port}")
        again = Screen(browser, project, "/")
        project.shell(order)
        again.shows("2 open orders", within="body")
        page.shows("2 open orders", within="body", seconds=20)
        assert page.not_reloaded() and again.not_reloaded()
    finally:
        project.stop()
    assert "Traceback" not in project.log.read_text()


def test_its_tests_see_what_open_pages_show(project: Site) -> None:
    """By Django's own runner, with DEBUG off and in a transaction; and a broken fragment is an error of the test."""
    (project.root / "shop/models.py").write_text(MODELS)
    LIVE.follow(project, *(name for name in LIVE.code if name.startswith("shop/")))
    LIVE.follow(project, "project/settings.py, at its end", "project/urls.py")
    project.manage("makemigrations", "shop", "-v0")
    command = [project.python, "manage.py", "test", "shop"]
    said = subprocess.run(command, cwd=project.root, env=project.env, capture_output=True, text=True, timeout=120)
    assert "Ran 2 tests" in said.stderr and said.returncode == 0, said.stderr
    fragments = project.root / "shop/fragments.py"
    fragments.write_text(fragments.read_text().replace('return {"count"', 'return 1 / 0 or {"count"'))
    said = subprocess.run(command, cwd=project.root, env=project.env, capture_output=True, text=True, timeout=120)
    assert "ZeroDivisionError" in said.stderr and "FAILED (errors=1)" in said.stderr


def test_flash_messages_become_live_in_five_minutes(browser: Browser, project: Site) -> None:
    shop(project)
    NOTICES.follow(project, "project/settings.py, at its end", "project/urls.py, at its end")
    assert NOTICES.lines_of_settings("project/settings.py, at its end") <= 10
    load, page = NOTICES.code["% load live live_notices live_banners %"].split("\n", 1)
    assert re.findall(r"{% live_(\w+) %}", page) == ["head", "banners", "notices", "page"]
    html = re.sub(r'<ul class="messages">.*?</ul>', "{% live_banners %}", BASE).replace(
        "</head>", "{% live_head %}</head>"
    )
    html = html.replace("</body>", "{% live_notices %}\n{% live_page %}\n</body>")
    (project.root / "shop/templates/shop/base.html").write_text(load + html)
    try:
        assert "no issues" in NOTICES.run(project)
        flash_messages(browser, project)
    finally:
        project.stop()
    assert "Traceback" not in project.log.read_text()


def flash_messages(browser: Browser, project: Site) -> None:
    project.shell(
        'from django.contrib.auth.models import User; User.objects.create_superuser("admin", password="admin")'
    )
    one = Tab(browser, project, "/accounts/login/", live=False)
    one.page.get_by_label("Username").fill("admin")
    one.page.get_by_label("Password").fill("admin")
    one.page.get_by_role("button", name="Sign in").click()
    one.expect("live")
    other = Tab(browser, project, "/", storage_state=one.context.storage_state())
    # A redirect: the next page, as always; the other page at once.
    one.page.get_by_label("Number").fill("7")
    one.page.get_by_role("button", name="Pay", exact=True).click()
    one.sees("Order 7 is paid.")
    one.expect("live")
    other.sees("Order 7 is paid.")
    # An htmx answer: with it, and not a second time by the socket.
    one.page.get_by_label("By htmx").fill("8")
    one.page.get_by_role("button", name="Pay here").click()
    expect(one.page.locator("#done")).to_have_text("done")
    other.sees("Order 7 is paid.", "Order 8 is paid.")
    one.sees("Order 7 is paid.", "Order 8 is paid.")
    # From a shell, in words that need escaping.
    project.shell('from live.notices import *; notify(everyone, "info", "<b>Sale</b>")')
    other.sees("Order 7 is paid.", "Order 8 is paid.", "<b>Sale</b>")
    one.sees("Order 7 is paid.", "Order 8 is paid.", "<b>Sale</b>")
    # A banner, by the guide's last command.
    command, banner = re.fullmatch(r'python manage.py (\w+) "(.+)"', NOTICES.commands[-1]).groups()  # type: ignore[union-attr]
    project.manage(command, banner)
    for tab in (one, other):
        expect(tab.page.locator(".live-banner")).to_contain_text(banner)
    assert other.not_reloaded()
    assert one.complaints == other.complaints == []
    # A page that is loaded later shows none of it again.
    later = Tab(browser, project, "/", storage_state=one.context.storage_state())
    assert later.seen == []
