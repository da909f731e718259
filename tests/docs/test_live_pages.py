"""docs/live.md, notices.md and banners.md, followed by the letter in projects as startproject makes them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.blocks import DOCS, blocks_of
from tests.docs.guide import Around, Project
from tests.postgres import Postgres
from tests.servers import Redis

LIVE, NOTICES, BANNERS = (DOCS / f"{name}.md" for name in ("live", "notices", "banners"))
# The rest of that page is about boards, see test_dashboard.
SET_UP = [block for block in blocks_of(BANNERS) if block.language == "python"]
# What the pages take for granted.
MODELS = """
from django.db import models

class Order(models.Model):
    done = models.BooleanField(default=False)
    status = models.CharField(max_length=10, default="open")
    due = models.DateField(null=True)

    class Meta:
        permissions = [("refund_order", "Can refund an order")]

class Item(models.Model):
    order = models.ForeignKey(Order, models.CASCADE)
"""
PAGE = '<!doctype html>\n<html lang="en" data-live="connecting">\n'
LOGIN = '<form method="post">{% csrf_token %}{{ form.as_p }}<button>Sign in</button></form>'
URLS = """
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

urlpatterns = [
    path("accounts/", include("django.contrib.auth.urls")),
    path("", never_cache(TemplateView.as_view(template_name="shop/page.html"))),
    path("admin/", admin.site.urls),
]
"""
AROUND_LIVE = {
    "open_orders.changed()": Around(
        "from live import changes\nfrom shop.fragments import open_orders\nheard = []\n"
        "changes.listeners.append(heard.extend)",
        "assert heard == [open_orders.key().id], heard",
    ),
    '@fragment("shop/order.html#row", depends_on=': Around(
        "from live import fragment\nfrom live.testing import capture\nfrom shop.models import Item, Order",
        "order = Order.objects.create()\nwith capture() as live: Item.objects.create(order=order)\n"
        "assert row.key(pk=order.pk) in live.changed, live.changed",
    ),
    "<table>...": Around(
        PAGE + "{% load live %}<head>{% live_head %}</head><body>",
        "{% live_page %}</body></html>",
        "shop/templates/shop/list.html",
    ),
}
DONE = (
    "from live.notices.models import Notice\nassert Notice.objects.filter(text__startswith='Importing: done').count()"
)
AROUND_NOTICES = {
    "{% load live live_notices live_banners %}": Around(PAGE, "</html>", "shop/templates/shop/page.html"),
    "from live.notices import everyone": Around(
        "from types import SimpleNamespace as Some\nfrom django.contrib.auth.models import Group, User\n"
        'ada = User.objects.create(username="ada")\nexport = Some(url="/exports/1")\norder = Some(pk=7)\n'
        'Group.objects.create(name="Operators")',
        "from live.notices.models import Notice\n"
        'sent = [str(to) for to in Notice.objects.order_by("pk").values_list("recipients", flat=True)]\n'
        'group_pk = Group.objects.get(name="Operators").pk\n'
        'assert sent == ["everyone", f"user:{ada.pk}", f"group:{group_pk}", "permission:shop.refund_order"], sent\n'
        'assert "Order 7" in Notice.objects.get(recipients="permission:shop.refund_order").text',
    ),
    "await anotify(": Around(
        "from live.notices import anotify, staff",
        'from live.notices.models import Notice\nassert await Notice.objects.filter(recipients="staff").aexists()',
    ),
    "from live.notices import progress": Around(
        "from django.contrib.auth.models import User\n"
        'ada = User.objects.get(username="ada")\nrows, loaded = [1, 2, 3], []\nload = loaded.append',
        f"{DONE} == 1 and loaded == rows",
    ),
    "with progress(": Around(
        "from django.contrib.auth.models import User\nfrom live.notices import progress, user\n"
        'ada = User.objects.get(username="ada")\ndef load_customers(): pass',
        f"{DONE} == 2",
    ),
    'notify(tenant(5), "info"': Around(
        "from live.notices import notify\nfrom shop.recipients import tenant",
        'from live.notices.models import Notice\nassert Notice.objects.filter(recipients="tenant:5").exists()',
    ),
}


def started(folder: Path) -> Project:
    """A project as the tutorial starts it, with an app that has models and migrations."""
    folder.mkdir()
    project = Project(folder)
    project.follow(blocks_of(DOCS / "tutorial.md")[:1])
    project.file("shop/models.py").write_text(MODELS)
    project.file("shop/templates/registration/login.html").write_text(LOGIN)
    project.file("with_shop.py").write_text('from project.settings import *\nINSTALLED_APPS += ["shop"]\n')
    project.follow_sh("python manage.py makemigrations shop --settings with_shop")
    return project


def add_to_settings(project: Project, text: str) -> None:
    settings = project.file("project/settings.py")
    settings.write_text(f"{settings.read_text()}\n{text}\n")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    postgres = Postgres().create().start()
    yield postgres
    postgres.remove()


def test_live(tmp_path: Path, postgres: Postgres, redis: Redis) -> None:
    project = started(tmp_path / "project")
    address = {"HOST": "127.0.0.1", "PORT": postgres.port, "USER": "boardcast", "NAME": "postgres"}
    add_to_settings(project, f'DATABASES = {{"default": {{"ENGINE": "django.db.backends.postgresql", **{address!r}}}}}')
    project.words = {"redis://localhost": redis.url}
    project.around = AROUND_LIVE
    project.follow(LIVE)
    # What stands behind its commands.
    project.follow_sh("python manage.py check --fail-level WARNING\npython manage.py test shop")
    try:
        project.follow_sh("python manage.py serve --port 8000")
        project.follow_sh("daphne -p 8000 project.asgi:application")
        project.follow_sh("python manage.py runserver --noreload 8000")
    finally:
        project.stop()
    project.run(
        "from django.template.loader import render_to_string\nfrom django.test import RequestFactory\n"
        "from shop.models import Order\norder = Order.objects.create()\n"
        'html = render_to_string("shop/list.html", request=RequestFactory().get("/"))\n'
        'assert f"<td>{order.pk}</td>" in html, html'
    )


def notices_project(folder: Path) -> Project:
    project = started(folder)
    add_to_settings(project, 'INSTALLED_APPS += ["shop"]')
    project.file("project/urls.py").write_text(URLS)
    project.file("shop/templates/shop/refund.html").write_text(
        "{% partialdef notice %}Order {{ order.pk }} is refunded.{% endpartialdef %}"
    )
    return project


def test_notices(tmp_path: Path) -> None:
    project = notices_project(tmp_path / "project")
    project.around = AROUND_NOTICES
    project.follow([block for block in blocks_of(NOTICES) if not block.code.startswith(OF_BOARDS)])


# Of the dashboard; the others are for any project.
OF_BOARDS = '@recipients(\n    "Viewers of a board"'


def test_banners(tmp_path: Path) -> None:
    project = notices_project(tmp_path / "project")
    add_to_settings(project, 'INSTALLED_APPS += ["live", "live.notices", "django_htmx"]')
    add_to_settings(project, 'MESSAGE_STORAGE = "live.notices.storage.LiveStorage"')
    project.file("project/urls.py").write_text(
        f'{URLS}\nurlpatterns += [path("live/", include("live.urls"))]\n'
        'urlpatterns += [path("live/notices/", include("live.notices.urls"))]\n'
    )
    project.file("shop/templates/shop/page.html").write_text(
        PAGE + "{% load live live_notices live_banners %}<head>{% live_head %}</head>\n<body>{% live_banners %}"
        "{% live_notices %}{% live_page %}</body></html>"
    )
    project.follow(SET_UP)
    project.follow_sh("python manage.py migrate\npython manage.py check --fail-level WARNING")
    try:
        project.follow_sh("python manage.py serve --port 8000")
    finally:
        project.stop()
