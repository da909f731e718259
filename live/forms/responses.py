"""Responses to forms, for views that are functions, and what class-based views share with them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.response import TemplateResponse

from live.forms import submissions
from live.forms.sending import OutOfBand, send
from live.keys import Key
from live.notices import Recipients, wants_partial

# Sent in place of a whole form by a field that was left: its name. Nothing is saved then.
VALIDATE = "_validate"


def form_valid_response(
    request: HttpRequest,
    form: BaseForm,
    *,
    save: Callable[[], Any],
    fresh: Callable[[], BaseForm],
    partial: str,
    success_url: Any,
    context: Mapping[str, Any] | None = None,
    recipients: Recipients | None = None,
    notice: str | Callable[[Any], str] = "",
    level: str | int = "success",
    changed: Iterable[Key] | Callable[[Any], Iterable[Key]] = (),
) -> HttpResponse:
    """The response to a valid form, for views that are functions. See ``LiveFormMixin`` for what it does.

    ``save`` saves it, in a transaction; nothing is saved where a field is only checked, or the form was taken before.
    ``fresh`` makes the form that comes next, with which ``partial`` is rendered, as ``form``, beside ``context``.
    ``success_url`` is what ``redirect`` takes. ``success_url``, ``notice`` and ``changed`` may be functions of what
    ``save`` has returned.
    """
    if VALIDATE in request.POST:
        return check_field(request, form)

    def resolve(value: Any, result: Any) -> Any:
        return value(result) if callable(value) else value

    out_of_band: OutOfBand = str
    try:
        with submissions.once(request) as submission:
            result = save()
            url = submission.url = resolve_url(resolve(success_url, result))
            out_of_band = send(request, recipients, level, resolve(notice, result), tuple(resolve(changed, result)))
    except submissions.TakenBefore as before:
        url = before.url
    return _response(request, url, out_of_band, fresh, partial, context)


def form_invalid_response(
    request: HttpRequest,
    form: BaseForm,
    *,
    page: Callable[[], HttpResponse],
    fresh: Callable[[], BaseForm],
    partial: str,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The response to a form that is not valid, for views that are functions: for htmx ``partial``, with the form as
    ``form`` beside ``context``, else ``page()``, which shows the form in its place. Both with status 422.

    A form that was taken before, and is not valid only because of that ("there is one of that name"), gets the
    response of the valid one, with ``fresh()``.
    """
    if VALIDATE in request.POST:
        return check_field(request, form)
    url = submissions.taken_to(request)
    if url is not None:
        return _response(request, url, str, fresh, partial, context)
    focus_first_error(form)
    response = (
        TemplateResponse(request, partial, {**(context or {}), "form": form}) if wants_partial(request) else page()
    )
    response.status_code = 422
    return response


def check_field(request: HttpRequest, form: BaseForm) -> HttpResponse:
    """The errors of one field, and nothing else: only the words beside it are touched."""
    field = next((field for field in form if field.html_name == request.POST[VALIDATE]), None)
    wrong = bool(field and field.errors)
    # Asked after the errors were found: the form was sent while its last field was still being checked, and what has
    # just been saved by it may be the reason of the error ("there is one of that name").
    if field is None or submissions.is_taken(request):
        return HttpResponse(status=204)
    context = {"field": field, "swap": True, "wrong": wrong}
    return TemplateResponse(request, "live/forms/field.html#error", context)


def focus_first_error(form: BaseForm) -> None:
    """Where the cursor belongs in a form that was rejected."""
    name = next((name for name in form.fields if name in form.errors), None)
    if name is not None:
        form.fields[name].widget.attrs["autofocus"] = True


def _response(
    request: HttpRequest,
    url: str,
    out_of_band: OutOfBand,
    fresh: Callable[[], BaseForm],
    partial: str,
    context: Mapping[str, Any] | None,
) -> HttpResponse:
    if not wants_partial(request):
        return HttpResponseRedirect(url)
    return with_out_of_band(TemplateResponse(request, partial, {**(context or {}), "form": fresh()}), out_of_band)


def with_out_of_band(response: TemplateResponse, out_of_band: OutOfBand) -> TemplateResponse:
    """The form with fragments and the notice behind it. They are rendered with it, after the transaction: a fragment
    that cannot be rendered must not take back what was saved."""
    response.add_post_render_callback(lambda done: done.write(out_of_band()))
    return response
