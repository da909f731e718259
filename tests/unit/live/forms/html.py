"""Requests to the site of the tests of forms, and what is in the HTML of its responses."""

import re

from django.http import HttpResponse

# Of htmx, and of htmx on a page that shows notices.
HTMX, SHOWS_NOTICES = {"HX-Request": "true"}, {"HX-Request": "true", "Live-Notices": "1"}
# The same form by a class and by a function.
EVERYWHERE = ["/enter", "/plain"]


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def token(html: str) -> str:
    return re.search(r'name="_submission" value="([^"]+)"', html)[1]  # type: ignore[index]


def widget(html: str, name: str) -> str:
    return re.search(rf'<input[^>]* name="{name}"[^>]*>', html)[0]  # type: ignore[index]
