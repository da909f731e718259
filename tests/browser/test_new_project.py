"""docs/notices.md, done by the letter to a project that is not ours: made by startproject, with flash messages."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.people import Tab
from tests.servers import ROOT, Site

pytestmark = pytest.mark.browser

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
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def blocks(language: str) -> list[str]:
    """The guide's code of the part that replaces flash messages, in order."""
    guide = (ROOT / "docs/notices.md").read_text()
    part = guide.partition("\n## Replace flash messages\n")[2].partition("\n## ")[0]
    return [code for found, code in BLOCK.findall(part) if found == language]


def existing(root: Path) -> None:
    """A small project as people have it."""
    for arguments in (["startproject", "project", "."], ["startapp", "shop"]):
        command = [sys.executable, "-m", "django", *arguments]
        subprocess.run(command, cwd=root, check=True, timeout=60, env={"PATH": "/usr/bin:/bin"})
    templates = root / "shop/templates/shop"
    templates.mkdir(parents=True)
    (templates / "base.html").write_text(BASE)
    (templates / "orders.html").write_text(ORDERS)
    (templates.parent / "registration").mkdir()
    login = '<form method="post">{% csrf_token %}{{ form.as_p }}<button>Sign in</button></form>'
    login = '<link rel="icon" href="data:,">' + login
    (templates.parent / "registration/login.html").write_text(login)
    (root / "shop/views.py").write_text(VIEWS)
    (root / "project/urls.py").write_text(URLS)
    settings = root / "project/settings.py"
    settings.write_text(settings.read_text() + '\nINSTALLED_APPS += ["shop"]\nLOGIN_REDIRECT_URL = "/"\n')


def follow_the_guide(root: Path) -> None:
    """What docs/notices.md says."""
    copy = "\n".join(line for line in blocks("sh")[0].splitlines() if not line.startswith("pip "))
    subprocess.run(
        ["sh", "-euc", copy], cwd=root, check=True, timeout=60, env={"BOARDCAST": str(ROOT), "PATH": "/usr/bin:/bin"}
    )
    added = {code.splitlines()[0].removeprefix("# "): code for code in blocks("python")}
    assert set(added) == {"project/settings.py", "project/asgi.py", "project/urls.py"}
    for name, code in added.items():
        path = root / name
        path.write_text(code if name.endswith("asgi.py") else path.read_text() + code)
    base = root / "shop/templates/shop/base.html"
    html = base.read_text().replace("</head>", "{% live_head %}</head>")
    html = html.replace("</body>", "{% live_notices %}\n{% live_page %}\n</body>")
    base.write_text("{% load live live_notices %}" + re.sub(r'<ul class="messages">.*?</ul>', "", html))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Site]:
    root = tmp_path / "existing"
    root.mkdir()
    existing(root)
    follow_the_guide(root)
    site = Site(root, root=root)
    # Its settings are its own: nothing of ours comes from the environment.
    for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL"):
        del site.env[name]
    site.manage("migrate", "-v0")
    said = site.manage("check")
    assert "no issues" in said, said
    site.shell('from django.contrib.auth.models import User; User.objects.create_superuser("admin", password="admin")')
    yield site.start("serve")
    site.stop()


def test_flash_messages_become_live_in_five_minutes(browser: Browser, project: Site) -> None:
    assert shutil.which("sh")
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
    assert other.not_reloaded()
    assert one.complaints == other.complaints == []
    # A page that is loaded later shows none of it again.
    later = Tab(browser, project, "/", storage_state=one.context.storage_state())
    assert later.seen == []
