"""The state of a panel that has no data yet: same box, a message, and the command that fills it."""

from django.utils.safestring import SafeString

from .frame import safe, text


def no_data(message: str, *, command: str = "") -> SafeString:
    """Return `message` in the place of a chart, and the exact `command` that brings data, if given."""
    code = f"<pre><code>{text(command)}</code></pre>" if command else ""
    return safe(f'<div class="chart-empty"><p>{text(message)}</p>{code}</div>')
