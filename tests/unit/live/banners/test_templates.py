"""No banner carries a script or a link that is not http(s): under any level, to any audience, in any of its texts."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from live.banners import fragments, lifecycle
from live.banners.models import Banner
from live.rendering.render import render
from live.rendering.tree import html_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]

PAYLOADS = [
    "<script>alert(1)</script>",
    "</article><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](java\tscript:alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    "[click](//evil.example)",
    '[click](https://ok.example/" onmouseover="alert(1))',
    "[<script>alert(1)</script>](https://ok.example/)",
    "https://ok.example/<script>alert(1)</script>",
    'https://ok.example/"onmouseover="alert(1)',
    "<!--live:live_banners-banner-1-->",
    "{% load live %}{{ request }}<svg onload=alert(1)>",
]
ALLOWED = {"section", "article", "svg", "path", "circle", "div", "p", "strong", "b", "a", "br", "time", "small", "ol"}
ALLOWED |= {"li", "button"}
ATTRIBUTES = {
    "a": {"href", "rel"},
    "section": {"tabindex"},
    "time": {"datetime"},
    "button": {"class", "type", "form", "formaction", "formmethod", "hx-post", "hx-target", "hx-swap", "aria-label"},
    "svg": {"class", "viewbox", "width", "height", "aria-hidden", "focusable"},
    "path": {"d"},
    "circle": {"cx", "cy", "r"},
}
OF_ANY = {"class", "id", "hx-swap-oob", "data-version", "data-seal", "lang", "aria-label"}


class Harmless(HTMLParser):
    """Says what is in a document that a banner's template does not make."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.comments: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, set()) | OF_ANY:
                self.wrong.append(f"<{tag} {name}>")
            if name == "href" and not (value or "").startswith(("http://", "https://")):
                self.wrong.append(f"<a href={value}>")

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def look(html: str) -> list[str]:
    parser = Harmless()
    parser.feed(html)
    parser.close()
    return parser.wrong + parser.comments


def test_the_look_finds_what_it_is_for() -> None:
    assert look('<a href="javascript:x" onclick="y">a</a><script>z</script><!--live:x-->') == [
        "<a href=javascript:x>",
        "<a onclick>",
        "<script>",
        "live:x",
    ]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("level", Banner.Level.values)
def test_for_every_level_and_audience(payload: str, level: str) -> None:
    root = User.objects.create_superuser("root")
    for audience in ("everyone", "signed_in", "staff", f"user:{root.pk}"):
        banner = lifecycle.save(Banner(text=payload, level=level, recipients=audience), who=payload)
        lifecycle.update(banner, "identified", payload, who=payload)
    seen = fragments.current_audience(root)
    keys = [
        each.key(region=fragments.EVERYWHERE, audience=seen) for each in (fragments.banners, fragments.announcement)
    ]
    html = html_of(*keys)
    assert html.count("<article") == 4
    assert look(html) == []
    assert look("<p" + render(fragments.receipts.key(pk=banner.pk)).html) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_in_the_preview_and_after_it_was_put_away(payload: str, admin_client: Client) -> None:
    form: dict[str, Any] = {
        "level": "info",
        "text": payload,
        "recipients": "everyone",
        "starts_0": "2026-06-01",
        "starts_1": "12:00",
        "announce_minutes_before": "0",
        "updates-TOTAL_FORMS": "1",
        "updates-INITIAL_FORMS": "0",
        "updates-0-state": "identified",
        "updates-0-text": payload,
    }
    preview = admin_client.post("/admin/live_banners/banner/preview/", form).content.decode()
    assert preview.count("<li><b>Identified</b>") == 1
    assert look(preview) == []
    banner = lifecycle.save(Banner(text=payload), who="a test")
    answer = admin_client.post(f"/live/banners/{banner.pk}/dismiss", headers={"HX-Request": "true"})
    said = answer.content.decode().replace(' tabindex="-1" autofocus', "")
    assert "Dismissed: " in said
    assert look(said) == []
