"""Plain text into HTML: everything is escaped, and only links to http and https are links."""

import re
from urllib.parse import urlsplit

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

# [words](https://…), or an address by itself. No white space and no quote can be in an address.
LINK = re.compile(r"\[(?P<words>[^\[\]\n]+)\]\((?P<address>https?://[^\s\"'<>()]+)\)|(?P<bare>https?://[^\s\"'<>]+)")
# What ends a sentence does not belong to the address before it.
AFTER = ".,;:!?)]}'"


def text_to_html(text: str) -> SafeString:
    """The text as HTML: escaped, ``https://…`` and ``[words](https://…)`` as links, and line ends as ``<br>``."""
    done, at = [], 0
    for match in LINK.finditer(text):
        address = match["address"] or _without_punctuation(match["bare"])
        end = match.end() if match["address"] else match.start() + len(address)
        if not is_web(address):
            continue
        link = format_html('<a href="{}" rel="noopener">{}</a>', address, match["words"] or address)
        done += [escape(text[at : match.start()]), link]
        at = end
    done.append(escape(text[at:]))
    return mark_safe("".join(done).replace("\r\n", "\n").replace("\n", "<br>"))


def check_link(link: str) -> str:
    """Where a notice may lead: an http(s) address or a path of this site. ``ValueError`` for anything else."""
    path = link.startswith("/") and not link.startswith(("//", "/\\"))
    if (link and not (is_web(link) or path)) or re.search(r"[\s\\\x00-\x1f]", link):
        raise ValueError(f"{link!r} is no link; it must begin with https://, http:// or, on this site, /")
    return link


def is_web(address: str) -> bool:
    """Whether it is an http or https address with a host."""
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _without_punctuation(address: str) -> str:
    """The address without what ends the sentence; a closing bracket stays if it has been opened in the address."""
    while address and address[-1] in AFTER:
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address
