"""Rows of a table and items of a list are fragments, which a browser's parser takes nowhere but there."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.screens import Screen
from tests.servers import Site

pytestmark = pytest.mark.browser
IMPORTS = "from django.contrib.auth.models import Group; from tests.tabular.fragments import *\n"


def test_rows_bodies_and_items_are_swapped_where_they_are(browser: Browser, stopped_site: Site) -> None:
    stopped_site.env["DJANGO_SETTINGS_MODULE"] = "tests.tabular.settings"
    site = stopped_site.start()
    site.shell(IMPORTS + "Group.objects.all().delete(); [Group.objects.create(name=name) for name in ('Ann', 'Bob')]")
    screen = Screen(browser, site, "/tabular/")
    rows, items = screen.page.locator("table > tbody > tr"), screen.page.locator("ul > li")
    expect(rows).to_have_text(["Ann", "Bob"])
    # In one frame with what is no part of a table, before it and behind it.
    site.shell(
        IMPORTS
        + "from django.db import transaction\n"
        + "with transaction.atomic():\n"
        + "    for group in Group.objects.all(): group.name += '!'; group.save(); row.changed(pk=group.pk);"
        + " item.changed(pk=group.pk); count.changed()"
    )
    expect(rows).to_have_text(["Ann!", "Bob!"])
    expect(items).to_have_text(["Ann!", "Bob!"])
    site.shell(IMPORTS + "Group.objects.create(name='Cid'); rows.changed(); count.changed()")
    expect(rows).to_have_text(["Ann!", "Bob!", "Cid"])
    screen.shows("3 groups")
    site.shell(
        IMPORTS + "group = Group.objects.get(name='Cid'); group.name = 'Cyd'; group.save(); row.changed(pk=group.pk)"
    )
    expect(rows).to_have_text(["Ann!", "Bob!", "Cyd"])
    fresh = screen.fresh()
    shown = {id: html for id, html in screen.fragments().items() if "item" not in id}
    assert shown == {id: fresh[id] for id in shown}
    # A row goes with its table; an item that is not there any more has words in its stead.
    site.shell(IMPORTS + "Group.objects.get(name='Bob!').delete(); rows.changed()")
    expect(rows).to_have_text(["Ann!", "Cyd"])
    expect(items).to_have_text(["Ann!", "This is no longer here."])
    expect(screen.page.locator("main template, table div, ul > div")).to_have_count(0)
    assert screen.not_reloaded() and screen.complaints == []
