"""An axis of values below a plot: for bars that lie, and for the edges of a histogram."""

from functools import lru_cache

from .frame import Label, percent, text

MOST_LABELS = 9  # edges that all have a label; of more, every n-th has
ROOMY = 26  # characters that all labels may have together on a narrow tile


@lru_cache(maxsize=512)
def labels(words: tuple[str, ...], zero: int = 0) -> tuple[Label, ...]:
    """Return the labels of evenly spaced ticks, lowest first; those kept where room is scarce count from `zero`."""
    last = len(words) - 1
    every = -(-len(words) // MOST_LABELS)
    shown = [index for index in range(len(words)) if (index - zero) % every == 0]
    wide = sum([len(words[index]) for index in shown]) > ROOMY
    found = []
    for index in shown:
        place = (index - zero) // every
        names = ""
        if place % 4:
            names = ("odd" if wide else "half") if place % 2 else ("half" if wide else "quarter")
        # A wide label would leave the tile at the right; at the left it has the room of the other axis.
        if len(words[index]) > 5 and index == last:
            names += " last"
        found.append(Label(index / (last or 1), words[index], names.strip()))
    return tuple(found)


@lru_cache(maxsize=512)
def below(words: tuple[str, ...], zero: int = 0) -> str:
    """Return the labels as HTML."""
    items = []
    for label in labels(words, zero):
        names = f' class="{label.names}"' if label.names else ""
        items.append(f'<text x="{percent(label.at, 1)}"{names}>{text(label.words)}</text>')
    return f'<svg class="chart-x" aria-hidden="true">{"".join(items)}</svg>'
