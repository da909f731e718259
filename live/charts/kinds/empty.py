"""The state of a chart that has no data yet: same box, a message, and the command that fills it."""

from ..output.canvas import Canvas, shortened
from ..output.chart import Area, Chart, Data
from ..output.html import NO_DATA, text


def no_data(
    message: str = NO_DATA, *, command: str = "", link: tuple[str, str] | None = None, kind: str = "empty"
) -> Chart:
    """Return `message` instead of a chart, and the exact `command` that brings data, if there is one.

    `link` is an address that leads to where something can be done about it, and its words.
    """

    def html() -> str:
        to = f' <a href="{text(link[0])}">{text(link[1])}</a>' if link else ""
        code = f"<pre><code>{text(command)}</code></pre>" if command else ""
        return f'<div class="chart-empty"><p>{text(message)}{to}</p>{code}</div>'

    def draw(canvas: Canvas, area: Area) -> None:
        x, y = area.x + area.width / 2, area.y + area.height / 2
        canvas.text(x, y, message, token="muted", anchor="middle", room=area.width)
        if command:
            words = shortened(command, area.width, 11)
            canvas.text(x, y + 24, words, size=11, anchor="middle", room=area.width)

    return Chart(kind, message, html, draw, lambda: Data((), ()))
