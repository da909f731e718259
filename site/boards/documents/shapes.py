"""Check of what shape a document is: names, types, and what a column of the models takes."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boards.documents.columns import REQUIRED, columns_of, type_of
from boards.documents.problems import IN_NO_TEXT, Path, Problem, instead, quoted

# Of lists and objects in each other, also in what comes as JSON.
MAX_DEPTH = 20
# Boards of a document, panels of a board, lines of a panel: more nobody looks at, and storing them takes minutes.
MAX_ITEMS = 500
NOT_ALLOWED = gettext_lazy("%(value)s is not allowed; %(instead)s")


def column_problems(path: Path, values: Mapping[str, Any], model: type[Model]) -> Iterator[Problem]:
    """What is wrong with what are columns: of another type, or nothing that the model takes."""
    columns = columns_of(model)
    for name in REQUIRED[model]:
        if values.get(name) in (None, ""):
            yield Problem((*path, name) if name in values else path, _("“%s” is missing.") % name)
    for name, field in columns.items():
        value, of = values.get(name), type_of(field)
        if value is None or (value == "" and of.type is str):
            continue
        if type(value) is not of.type:
            yield wrong_type((*path, name), value, of.words)
        elif field.choices and isinstance(value, str) and value not in (known := choices_of(field)):
            words = _("%(value)s is not a kind; %(instead)s") if name == "kind" else NOT_ALLOWED
            yield Problem((*path, name), words % {"value": quoted(value), "instead": instead(value, known)})
        else:
            try:
                field.clean(value, None)
            except ValidationError as error:
                yield Problem((*path, name), " ".join(error.messages))


def choices_of(field: Any) -> list[str]:
    """The values that a column can have."""
    return [value for value, _label in field.flatchoices if value]


def items(path: Path, value: object) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The items of a list of objects, with their paths; ``unknown_names`` says what is none."""
    for index, item in enumerate(value[:MAX_ITEMS] if isinstance(value, list) else []):
        if isinstance(item, dict):
            yield (*path, index), item


def unknown_names(path: Path, values: Mapping[str, Any], known: Collection[str]) -> Iterator[Problem]:
    """Names that a document does not have there, and lists that are none."""
    for name in values:
        if name not in known:
            words = _("There is no %(name)s here; %(instead)s")
            what = {"name": quoted(name), "instead": instead(name, list(known))}
            yield Problem((*path, name), words % what, of_key=True)
    for name in ("boards", "panels", "lines"):
        value = values.get(name)
        if name in known and value is not None and not isinstance(value, list):
            yield wrong_type((*path, name), value, _("a list, of which each item begins with a dash"))
        elif name in known and isinstance(value, list) and len(value) > MAX_ITEMS:
            words = _("There are %(count)d; at most %(most)d fit.")
            yield Problem((*path, name, MAX_ITEMS), words % {"count": len(value), "most": MAX_ITEMS})
        for index, item in enumerate(value if name in known and isinstance(value, list) else []):
            if not isinstance(item, dict):
                yield wrong_type((*path, name, index), item, _("names and values"))


def wrong_type(path: Path, value: object, words: object) -> Problem:
    """That a value is of another type; ``words`` say of which it must be."""
    text = _("It must be %(type)s, not %(value)s.") % {"type": words, "value": quoted(value)}
    if str(words) == _("a text") and isinstance(value, bool | int | float):
        text += " " + _("Write it in quotes.")
    return Problem(path, text)


def is_too_deep(value: object, depth: int = MAX_DEPTH) -> bool:
    """Whether more lists and objects are in each other than anything here reads."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth < 0 or any(is_too_deep(one, depth - 1) for one in inner)


def texts_refused(path: Path, value: object) -> Iterator[Problem]:
    """Texts that no database takes, wherever they are."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from texts_refused((*path, name), name)
            yield from texts_refused((*path, name), item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts_refused((*path, index), item)
    elif isinstance(value, str) and IN_NO_TEXT.search(value):
        yield Problem(path, _("There is a character in it that no text can have."))
