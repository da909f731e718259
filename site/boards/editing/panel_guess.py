"""What a new panel begins with when its first series is chosen: a title, a unit and the ends of its axis, guessed from
the series, where its editor has set none."""

from django.http import QueryDict
from django.utils.text import capfirst

from boards import kinds
from boards.guess import MAX_POINTS, guess
from boards.kinds import Kind
from boards.models import Panel
from series.making import NUMBER
from series.models import Series
from series.selection import chosen
from series.selectors import SelectorError
from series.tables import Point

MAX_TITLE = Panel._meta.get_field("title").max_length or 0


def title_of(kind: Kind) -> str:
    """The title of a new panel of a kind, until somebody gives it another one."""
    return capfirst(str(kind.label))


def fill_in(data: QueryDict, selector: str) -> None:
    """Fill in a form's data for the first series of a panel that has the title of a new one. Nothing for what is no
    selector, or means no series."""
    kind = kinds.registry.get(data.get("kind", ""))
    if kind is None or data.get("title") not in {title_of(one) for one in kinds.every()}:
        return
    try:
        some = chosen(selector)
    except SelectorError:
        return
    if not some:
        return
    points = Point.objects.filter(series=some[0].pk).order_by("time").values_list("value", flat=True)[:MAX_POINTS]
    holds_states = Series.objects.filter(pk=some[0].pk).exclude(value_type=NUMBER).exists()
    guessed = guess(some[0].name, list(points), holds_states=holds_states, many=len(some) > 1)
    data["title"] = guessed.title[:MAX_TITLE]
    # The unit of a counter is that of its rate, and what is shown is the counter.
    for name, value in ({} if guessed.function else guessed.options).items():
        if name in kind.by_name and not data.get(f"options.{name}"):
            data[f"options.{name}"] = str(value)
