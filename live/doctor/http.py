"""What a browser gets over HTTP from the address of the site, or a probe."""

import http.client
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.signing import BadSignature, TimestampSigner, b62_decode
from django.templatetags.static import static

from live import health
from live.doctor.address import Address, Answer
from live.doctor.database import skew
from live.doctor.findings import Finding, ok, warning, wrong

# Each on a new connection, so that a proxy spreads them over all processes.
REQUESTS = 8
SOCKET_OF_PAGE = re.compile(r'ws-connect="([^"?]+)')
MAX_REDIRECTS = 4
LIKELY = {
    301: "it is redirected to {location}; give that address",
    302: "it is redirected to {location}; something in front of live takes this path",
    400: "the proxy or the server refuses the host name; see ALLOWED_HOSTS and proxy_set_header Host $http_host",
    404: "the server there is not live's: see with_live in asgi.py, or the path in --url",
    502: "the proxy does not reach the server: start it, or correct proxy_pass",
    503: "the proxy has no server that it takes for healthy",
    504: "the proxy waits for the server in vain",
}


def answers(address: Address) -> Iterator[Finding]:
    """Whether live's server is there at all. Nothing else need be asked of the address if this is not ok."""
    try:
        answer = address.get(address.path + health.ALIVE)
    except (OSError, http.client.HTTPException) as error:
        state = f"Nothing answers at {address.url} ({error})."
        if address.is_given:
            yield wrong("server", state, "Start the server, or correct the name, the proxy or its certificate.")
        else:
            yield warning("server", state, "Start it, or give --url: what needs a server was not checked.")
        return
    if answer.status == 200 and answer.body.strip() == health.OK.encode():
        yield ok("server", f"live answers at {address.url}.")
        return
    likely = LIKELY.get(answer.status, "another page answers there before live").format(
        location=answer.headers.get("location", "elsewhere")
    )
    state = f"{address.url}{health.ALIVE} answers with {answer.status}."
    yield wrong("server", state, f"Most likely {likely}.")


def ready(address: Address) -> Iterator[Finding]:
    """What the server says of itself."""
    answer = address.get(address.path + health.READY)
    words = ", ".join(answer.body.decode(errors="replace").split("\n")).strip(", ")[:200]
    if answer.status == 200:
        yield ok("ready", f"The server is ready: {words}.")
    else:
        yield wrong("ready", f"The server is not ready: {words}.", "See its log for what is not ok.")


def secret_and_clock(address: Address) -> Iterator[Finding]:
    """Whether every process behind the address has the SECRET_KEY and the clock of this one."""
    ours, old = 0, 0
    times: list[float] = []
    for _ in range(REQUESTS):
        headers = address.get(address.path + health.ALIVE).headers
        value = headers.get(health.SIGNATURE_HEADER.lower(), "")
        if _is_signed_with(value, settings.SECRET_KEY):
            ours += 1
            times.append(b62_decode(value.rsplit(":", 2)[1]) - time.time())
        elif any(_is_signed_with(value, str(key)) for key in settings.SECRET_KEY_FALLBACKS):
            old += 1
    if ours == REQUESTS:
        yield ok("same secret", f"{REQUESTS} answers are signed with the SECRET_KEY of these settings.")
    elif ours + old == REQUESTS:
        state = f"{old} of {REQUESTS} answers are signed with an old SECRET_KEY, of SECRET_KEY_FALLBACKS."
        yield warning("same secret", state, "Restart the processes that began before it was changed.")
    else:
        state = f"{REQUESTS - ours - old} of {REQUESTS} answers are signed with another SECRET_KEY than this one's."
        advice = "Give every process the same SECRET_KEY, and this command, too: their pages refuse each other's."
        yield wrong("same secret", state, advice)
    if times:
        # The one that is furthest off; a signature has whole seconds.
        now = time.time()
        yield from skew("clock of the server", now + max(times, key=abs), now, now, 1.0)


def _is_signed_with(value: str, key: str) -> bool:
    try:
        TimestampSigner(key=key, salt=health.SALT, fallback_keys=[]).unsign(value)
    except BadSignature:
        return False
    return True


def static_files(address: Address) -> Iterator[Finding]:
    """Whether the script of live pages is there, and is that of the installed version."""
    url = urljoin(f"{address.url}/", static("live/live.js"))
    parts = urlsplit(url)
    if parts.netloc != urlsplit(address.url).netloc:
        yield ok("static files", f"They come from {parts.netloc}, which was not asked.")
        return
    answer = address.get(parts.path)
    path = finders.find("live/live.js")
    if answer.status != 200:
        state = f"{url} answers with {answer.status}: no page becomes live."
        advice = "Run manage.py collectstatic and have the proxy serve STATIC_ROOT at STATIC_URL, or use whitenoise."
        yield wrong("static files", state, advice)
    elif isinstance(path, str) and answer.body != Path(path).read_bytes():
        state = f"{url} is not the script of the installed version."
        yield wrong("static files", state, "Run manage.py collectstatic, and empty the caches of proxy and CDN.")
    else:
        yield ok("static files", f"{parts.path} is the script of the installed version.")


def prefix(address: Address) -> Iterator[Finding]:
    """Whether pages know under which path the site is."""
    name = (settings.FORCE_SCRIPT_NAME or "").rstrip("/")
    expected = f"{address.path}/live/socket"
    answer = page(address)
    match = SOCKET_OF_PAGE.search(answer.body.decode(errors="replace")) if answer else None
    if match and match[1] != expected:
        state = f"Pages at {address.url} open their socket at {match[1]}, and it is at {expected}."
        yield wrong("prefix", state, f"Set FORCE_SCRIPT_NAME = {address.path or None!r}, or the server's root path.")
    elif match:
        yield ok("prefix", f"Pages open their socket at {match[1]}.")
    elif address.is_given and name != address.path and (name or address.path):
        state = f"The site is at the path {address.path or '/'}, and FORCE_SCRIPT_NAME is {name or None!r}."
        advice = f"Set FORCE_SCRIPT_NAME = {address.path or None!r}, unless the server gets a root path from the proxy."
        yield warning("prefix", state, advice)
    else:
        yield ok("prefix", f"The site is at the path {address.path or '/'}; the page there is not live.")


def page(address: Address) -> Answer | None:
    """What somebody gets who opens the address; None where that leads to another host."""
    path = f"{address.path}/"
    for _ in range(MAX_REDIRECTS):
        answer = address.get(path)
        if not answer.is_redirect:
            return answer
        parts = urlsplit(urljoin(f"{address.url}/", answer.headers.get("location", "")))
        if parts.netloc not in {urlsplit(address.url).netloc, address.headers.get("Host")}:
            return None
        path = parts.path + (f"?{parts.query}" if parts.query else "")
    return None
