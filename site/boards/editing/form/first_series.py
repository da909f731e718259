"""What a new panel begins with when its first series is chosen: a title, a unit and the ends of its axis, guessed from
the series, where its editor has set none."""

from django.http import QueryDict

from boards import kinds
from boards.data.first_points import beginning_of
from boards.editing.form.series_picker import meant_by
from boards.editing.words import title_of
from boards.models import Panel
from series.selectors import SelectorError, parse

MAX_TITLE = Panel._meta.get_field("title").max_length or 0


def fill_in(data: QueryDict, selector: str) -> None:
    """Fill in a form's data for the first series of a panel that has the title of a new one. Nothing for what is no
    selector, or means no series."""
    kind = kinds.registry.get(data.get("kind", ""))
    if kind is None or data.get("title") not in {title_of(one) for one in kinds.every()}:
        return
    try:
        some = meant_by(parse(selector)).series
    except SelectorError:
        return
    if not some:
        return
    first = some[0]
    guessed = beginning_of(first.pk, first.name, holds_states=first.holds_states, many=len(some) > 1).guess
    data["title"] = guessed.title[:MAX_TITLE]
    # The unit of a counter is that of its rate, and what is shown is the counter.
    for name, value in ({} if guessed.function else guessed.options).items():
        if name in kind.by_name and not data.get(f"options.{name}"):
            data[f"options.{name}"] = str(value)
