"""Alerts and widgets, sent with curl as their programs send them: on open pages while they fire, and in series."""

import json
import re
import shutil
import subprocess
from typing import Any

import pytest

from tests.pages import OpenPage
from tests.servers import Site
from tests.unit.series.ingest.formats.webhooks import ALERTMANAGER, GRAFANA, resolved

WEEK = "/boards/this-week/"
EVERYWHERE = "live_banners-banners-everywhere"


def curl(site: Site, path: str, body: dict[str, Any], *options: str) -> list[str]:
    """What it prints of the response: the body, and the status."""
    program = shutil.which("curl")
    assert program, "curl is needed"
    command = [program, "-sS", "-w", " %{http_code}", "-d", json.dumps(body), *options, f"{site.address}{path}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.rsplit(" ", 1)


def points(site: Site, series: str) -> list[str]:
    code = f"from series.models import *; print(*Point.objects.filter(series__name={series!r}).values_list('value'))"
    return site.shell(code).strip().split("\n")[-1].split()


def banners(html: str) -> str:
    """Those of a page."""
    return "".join(re.findall(r'<article [^>]*class="live-banner .*?</article>', html, re.DOTALL))


# The bodies begin and end in this year, which may be ahead of the clock: then they are of when they arrive.
@pytest.mark.parametrize(
    ("path", "body", "text"),
    [
        ("/api/alertmanager", ALERTMANAGER, "BlackBox Probe Failure: "),
        ("/api/grafana", GRAFANA, "This alert was triggered for zone us-1 (+ 1 more)"),
    ],
)
def test_a_banner_is_on_every_page_while_alerts_fire(site: Site, path: str, body: dict[str, Any], text: str) -> None:
    page = OpenPage(site, WEEK).live()
    user = "--user", f"any:{site.token}"
    accepted = [json.dumps({"accepted": len(body["alerts"])}), "200"]
    assert curl(site, path, body, *user) == accepted
    page.until(text)
    page.wait(lambda: "aria-label" in page.fragments[EVERYWHERE], "the open page has a banner")
    assert text in banners(OpenPage(site, WEEK).html)
    assert curl(site, path, resolved(body), *user) == accepted
    page.wait(lambda: "aria-label" not in page.fragments[EVERYWHERE], "the banner goes")
    assert banners(OpenPage(site, WEEK).html) == ""
    # Since when, and when it was said.
    assert sorted(points(site, "alerts")) == sorted(["(0.0,)", "(1.0,)"] * 2 * len(body["alerts"]))


def test_a_widget_has_its_token_in_its_body(site: Site) -> None:
    assert curl(site, "/widgets/karma", {"auth_token": site.token, "current": 42}) == ["", "204"]
    assert curl(site, "/widgets/karma", {"auth_token": "wrong", "current": 43}) == ["Invalid API key\n", "401"]
    assert points(site, "karma") == ["(42.0,)"]
