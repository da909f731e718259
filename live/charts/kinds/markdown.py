"""Text in a tile, written as Markdown.

The parser is markdown-it-py (CommonMark, with tables and strikethrough), set to take no HTML; what it makes goes
through nh3, which lets only a list of harmless elements pass. Both are imported when the first text is written, so that
charts need neither.
"""

from functools import lru_cache
from html import escape, unescape
from re import compile as pattern
from typing import Any

from ..output.canvas import Canvas, width_of
from ..output.chart import Area, Chart, Data, chart_kind
from ..output.html import CONTROL
from ..text.alternative import name
from .empty import no_data

MAX_CHARACTERS = 20_000  # characters
FONT_PIXELS, LINE_PIXELS = 13.0, 20.0  # pixels: the letters of a picture, and from line to line
TAGS = set("p strong em s del a ul ol li code pre blockquote h3 h4 h5 h6 table thead tbody tr th td hr br".split())
SCHEMES = {"http", "https", "mailto"}
# A web address with a host, one of mail, or a path of this site, which "//other", "/\\other" and "https:other" are not.
_LINK = pattern(r"(?i)https?://[^/\\?#\s]|mailto:|(?![/\\]{2})(?![a-z][a-z0-9+.-]*:)")
_HEADING = pattern(r"<(/?)h([1-6])>")
_VOID = pattern(r"<(br|hr)>")
_TAG = pattern(r'<(?:[^>"]|"[^"]*")*>')
_CELL = pattern(r"</t[hd]>\s*(?=<t[hd]>)")
_ITEM = pattern(r"<li>\s*(?:<p>)?")
_BREAK = pattern(r"</(?:p|li|h[3-6]|tr|pre|blockquote)>|<br/?>|<hr/?>")


@chart_kind("text")
def markdown(text: str, *, title: str = "") -> Chart:
    """Return Markdown as a chart. Headings begin at the third level, images are their words.

    Links lead to web addresses, to mail, or to this site; what looks like a path and leads elsewhere ("//other") is no
    link.

    Raises ValueError for more than 20,000 characters, ImportError where markdown-it-py or nh3 is not installed.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"a text has at most {MAX_CHARACTERS:,} characters, not {len(text):,}")
    if not text.strip():
        return no_data(kind="text")
    lines = _lines(text)
    head = f"{name(title)}: " if title else ""
    return Chart(
        "text",
        f"{head}{name(' '.join(lines))}",
        lambda: f'<div class="chart-prose">{_html(text)}</div>',
        lambda canvas, area: _draw(canvas, area, lines),
        lambda: Data(("Text",), [(line,) for line in lines]),
    )


@lru_cache(maxsize=1)
def _libraries() -> tuple[Any, Any]:
    """Return the parser, and what cleans its HTML."""
    try:
        import nh3
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise ImportError("Markdown needs two more packages: pip install markdown-it-py nh3") from error
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    # What is no link here stays as it was typed.
    parser.validateLink = lambda url: _LINK.match(url) is not None  # type: ignore[method-assign]
    # The site's policy loads no picture from elsewhere, so what stays is its words.
    parser.add_render_rule("image", lambda _self, tokens, index, _options, _env: escape(tokens[index].content))
    return parser, nh3.clean


@lru_cache(maxsize=128)
def _html(text: str) -> str:
    """Return the HTML, well-formed as XML, too. Control characters, which neither allows, are left out."""
    parser, clean = _libraries()
    plain = parser.render(text.translate(CONTROL)).translate(CONTROL)
    html: str = clean(
        _HEADING.sub(lambda match: f"<{match[1]}h{min(int(match[2]) + 2, 6)}>", plain),
        tags=TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="noopener nofollow",
        strip_comments=True,
    )
    return _VOID.sub(r"<\1/>", html).replace("&nbsp;", "\u00a0").strip()


@lru_cache(maxsize=128)
def _lines(text: str) -> tuple[str, ...]:
    """Return the text without its markup, line by line."""
    joined = _ITEM.sub("\u2022 ", _CELL.sub(" \u00b7 ", _html(text)))
    lines = [" ".join(unescape(_TAG.sub("", line)).split()) for line in _BREAK.sub("\n", joined).split("\n")]
    return tuple([line for line in lines if line])


def _draw(canvas: Canvas, area: Area, lines: tuple[str, ...]) -> None:
    """Write the lines, wrapped, as many as there is room for; an ellipsis says that there are more."""
    y, bottom = area.y + 14, area.y + area.height
    space = width_of(" ", FONT_PIXELS)
    for count, line in enumerate(lines, 1):
        rows: list[list[str]] = [[]]
        used = -space
        for word in line.split(" "):
            size = width_of(word, FONT_PIXELS)
            if rows[-1] and used + space + size > area.width:
                if y + LINE_PIXELS * len(rows) > bottom:
                    rows[-1].append("…")
                    break
                rows.append([])
                used = -space
            rows[-1].append(word)
            used += space + size
        for row in rows:
            canvas.text(area.x, y, " ".join(row), size=FONT_PIXELS, room=area.width)
            y += LINE_PIXELS
        y += 4
        if y > bottom:
            if count < len(lines) and rows[-1][-1] != "…":
                canvas.text(area.x, min(y - 4, bottom), "…", size=FONT_PIXELS)
            return
