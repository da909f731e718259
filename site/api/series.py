"""Series: which there are, with the newest value; when the next point is expected; deleting them, or their points."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status
from pydantic import AwareDatetime

from api.caller import Caller, TokenAuth, caller_of
from api.paging import not_found
from api.schemas import PARSED, Input, Limit, Page
from boards.models import DismissedSeries
from live.api import Refused
from series.models import Series
from series.permissions import may_read
from series.queries import QueryError
from series.samples import MAX_IDENTITY_BYTES, MAX_TIME, MIN_TIME, identity_of
from series.selection import chosen
from series.selectors import MAX_SELECTOR_LENGTH, SelectorError
from series.storage.delete import delete
from series.storage.query import latest
from series.storage.states import texts_of
from series.values import Number

router = Router(auth=TokenAuth("read", "series.edit"), tags=["series"])

ALL = "*"
Selector = Annotated[
    str, Query(ALL, max_length=MAX_SELECTOR_LENGTH, description="Which ones: `cpu{host=*}`, `disk.*`; all if left out.")
]
AfterText = Annotated[str, Query("", max_length=MAX_IDENTITY_BYTES, description="`next` of the page before.")]


Moment = Annotated[AwareDatetime | None, PARSED, Query(None, description="With a zone, such as 2026-11-25T03:12Z.")]


class NewestPoint(Schema):
    """The newest point. Of a series that holds states the value is a text."""

    time: datetime
    value: float | int | str


class SeriesOut(Schema):
    """A series. Name and tags never change: they are what it is."""

    id: int
    name: str
    tags: dict[str, str]
    series: str = Field(description="Name and tags as one text.")
    expected_interval: float | None = Field(
        description="Seconds in which the next point is expected; 0 for never, null for what is learned."
    )
    grace: float | None = Field(description="Seconds after that before it is late; null for what is usual.")
    newest: NewestPoint | None


class Expected(Input):
    """When the next points of a series are expected."""

    expected_interval: float | None = Field(
        None, ge=0, description="Seconds, from 0.1 to a year; 0 for never, null for what is learned."
    )
    grace: float | None = Field(None, ge=0, description="Seconds, up to a year; null for what is usual.")


@router.get("series", response=Page[SeriesOut])
def list_series(
    request: HttpRequest, selector: Selector = ALL, after: AfterText = "", limit: Limit = 100
) -> dict[str, Any]:
    """The series that a selector means, as far as this token may read them, in the order of their identities."""
    caller = caller_of(request)
    _check_reader(caller)
    try:
        some = {identity_of(one.name, one.tags): one.pk for one in chosen(selector) if caller.may(f"read:{one.name}")}
    except (SelectorError, QueryError) as error:
        raise Refused(422, "cannot_be", f"selector: {error}", field="selector") from error
    # Sorted here: databases have orders of their own, and none of them takes a list of any length.
    identities = sorted(identity for identity in some if identity > after)
    shown = identities[:limit]
    rows = Series.objects.filter(pk__in=[some[identity] for identity in shown])
    items = _as_json(sorted(rows, key=lambda series: series.identity))
    return {"items": items, "next": shown[-1] if len(identities) > limit else None}


@router.get("series/{int:pk}", response=SeriesOut)
def get_series(request: HttpRequest, pk: int) -> dict[str, Any]:
    """One series, with its newest point."""
    caller = caller_of(request)
    _check_reader(caller)
    return _as_json([_series(caller, "read", pk)])[0]


@router.patch("series/{int:pk}", response=SeriesOut)
def change_series(request: HttpRequest, pk: int, body: Expected) -> dict[str, Any]:
    """Say when the next points are expected, and when they are late."""
    caller = caller_of(request)
    series = _series(caller, "series.edit", pk)
    caller.require("series.change_series")
    changes = body.dict(exclude_unset=True)
    for name, value in changes.items():
        setattr(series, name, value)
    series.full_clean(exclude=[field.name for field in Series._meta.fields if field.name not in changes])
    if changes:
        series.save(update_fields=list(changes))
    return _as_json([series])[0]


@router.delete("series/{int:pk}", response={204: None})
def delete_series(request: HttpRequest, pk: int) -> Status[None]:
    """Delete a series, its points, and its lines on panels."""
    caller = caller_of(request)
    series = _series(caller, "series.edit", pk)
    caller.require("series.delete_series")
    series.delete()
    return Status(204, None)


@router.delete("series/{int:pk}/points", response={204: None})
def delete_points(request: HttpRequest, pk: int, since: Moment = None, until: Moment = None) -> Status[None]:
    """Delete the points of a series from `since` to before `until`; all, where both are left out."""
    caller = caller_of(request)
    series = _series(caller, "series.edit", pk)
    caller.require("series.delete_series")
    delete([series.pk], start=_moment("since", since, MIN_TIME), end=_moment("until", until, MAX_TIME))
    return Status(204, None)


@router.post("series/{int:pk}/dismiss", response={204: None})
def dismiss_series(request: HttpRequest, pk: int) -> Status[None]:
    """Offer series of this name for a board no more, to nobody: as Not now on the home page does."""
    caller = caller_of(request)
    series = _series(caller, "series.edit", pk)
    caller.require("boards.change_board")
    DismissedSeries.objects.get_or_create(name=series.name, defaults={"by": caller.token.user})
    return Status(204, None)


def _check_reader(caller: Caller) -> None:
    """Raise ``Refused`` with 403 where the user may see only what boards show."""
    user = caller.token.user
    if user is not None and not may_read(user):
        raise Refused(403, "forbidden", f"{user} may not read series by their names.")


def _series(caller: Caller, word: str, pk: int) -> Series:
    series: Series | None = Series.objects.select_related("latest").filter(pk=pk).first()
    if series is None or not caller.may(f"{word}:{series.name}"):
        raise not_found("series", pk)
    return series


def _moment(name: str, moment: datetime | None, default: datetime) -> datetime:
    if moment is None:
        return default
    if not MIN_TIME <= moment <= MAX_TIME:
        raise Refused(422, "cannot_be", f"{name} must be a time from {MIN_TIME.year} to {MAX_TIME.year}.", field=name)
    return moment


def _as_json(some: list[Series]) -> list[dict[str, Any]]:
    """Three queries, however many."""
    keys = [series.pk for series in some]
    newest, texts = latest(keys), texts_of([series.pk for series in some if series.holds_states])
    return [_one(series, newest.get(series.pk), texts.get(series.pk, {})) for series in some]


def _one(series: Series, newest: tuple[datetime, Number] | None, texts: dict[float, str]) -> dict[str, Any]:
    point = newest and {"time": newest[0], "value": texts.get(newest[1], newest[1])}
    columns = {name: getattr(series, name) for name in ("name", "tags", "expected_interval", "grace")}
    return {"id": series.pk, "series": series.identity, "newest": point} | columns
