"""What anybody could do to the site who can reach it, where nothing in front of Django keeps them from it."""

import http.client
from collections.abc import Iterator
from dataclasses import replace

from live.doctor.address import Address
from live.doctor.findings import Finding, ok, warning
from live.doctor.http import page

# Daphne takes it from any client for the path under which the site is.
ROOT_PATH_HEADER, FORGED = "Daphne-Root-Path", "/live-doctor"
# Of a body that is announced and never sent; a server that means to take it says nothing and waits.
LARGE_BODY_BYTES, MAX_WAIT_SECONDS = 1 << 30, 2.0


def root_path(address: Address) -> Iterator[Finding]:
    """Whether a header of a stranger changes the links on a page, which a cache may then give to everybody."""
    answer = page(replace(address, headers={**address.headers, ROOT_PATH_HEADER: FORGED}))
    if answer is not None and FORGED.encode() in answer.body + answer.headers.get("location", "").encode():
        state = f"Whoever sends the header {ROOT_PATH_HEADER} changes the links on a page."
        advice = f'Serve with manage.py serve, or have the proxy drop it: proxy_set_header {ROOT_PATH_HEADER} "".'
        yield warning("root path", state, advice)
    else:
        yield ok("root path", f"The header {ROOT_PATH_HEADER} of a stranger changes nothing.")


def request_bodies(address: Address) -> Iterator[Finding]:
    """Whether a body that is much too large is refused before it is taken: Django's ASGI handler writes all of it to
    disk before any view is asked."""
    connection = address.connect()
    connection.timeout = MAX_WAIT_SECONDS
    size = f"{LARGE_BODY_BYTES >> 30} GiB"
    try:
        connection.putrequest("POST", f"{address.path}/", skip_host="Host" in address.headers)
        for name, value in {**address.headers, "Content-Length": str(LARGE_BODY_BYTES)}.items():
            connection.putheader(name, value)
        connection.endheaders()
        status = connection.getresponse().status
    except TimeoutError:
        state = f"A request of {size} is taken in from anybody, and written to disk."
        advice = "Limit it in the proxy: in nginx, client_max_body_size 8m; or serve with manage.py serve."
        yield warning("request bodies", state, advice)
    except (OSError, http.client.HTTPException):  # a server may close instead of answering
        yield ok("request bodies", f"A request of {size} is not taken.")
    else:
        yield ok("request bodies", f"A request of {size} is answered with {status} before it has come.")
    finally:
        connection.close()
