"""Responses to forms: what functions respond with, and what class-based views share with them.

A form that is saved sends its recipients a notice, and what it has changed is new on every open page.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.response import TemplateResponse

from live import changes, metrics
from live.forms import submissions
from live.keys import Key
from live.notices import (
    MAX_NOTICE_CHARACTERS,
    Notice,
    Recipients,
    TooManyNotices,
    check_rate,
    level_number,
    render_out_of_band,
    send,
    shows_notices,
    wants_partial,
)
from live.page import access
from live.rendering.context import around, current_context
from live.rendering.tree import html_of

logger = logging.getLogger(__name__)

# Sent in place of a whole form by a field that was left: its name. Nothing is saved then.
VALIDATE = "_validate"

# The out-of-band HTML of a response, made when it is called.
OutOfBand = Callable[[], str]


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

    ``save`` saves it, in a transaction; nothing is saved where a field is only checked, or the form was submitted
    before. ``fresh`` makes the form that comes next, with which ``partial`` is rendered, as ``form``, beside
    ``context``. ``success_url`` is what ``redirect`` takes; it, ``notice`` and ``changed`` may be functions
    of what ``save`` has returned.
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
            out_of_band = announce(request, recipients, level, resolve(notice, result), tuple(resolve(changed, result)))
    except submissions.AlreadySubmitted as earlier:
        url = earlier.url
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
    """The response to an invalid form, for views that are functions: for htmx ``partial``, with the form as ``form``
    beside ``context``, else ``page()``, which shows the form in its place. Both with status 422.

    A form that was submitted before, and is invalid only because of that ("there is one of that name"), gets the
    response of the valid one, with ``fresh()``.
    """
    if VALIDATE in request.POST:
        return check_field(request, form)
    url = submissions.submitted_url(request)
    if url is not None:
        return _response(request, url, str, fresh, partial, context)
    focus_first_error(form)
    alone = wants_partial(request)
    response = TemplateResponse(request, partial, {**(context or {}), "form": form}) if alone else page()
    response.status_code = 422
    return response


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
    response.add_post_render_callback(lambda rendered: rendered.write(out_of_band()))
    return response


def check_field(request: HttpRequest, form: BaseForm) -> HttpResponse:
    """The errors of one field of a form that was validated, and nothing else: only the words beside it are touched."""
    field = next((field for field in form if field.html_name == request.POST[VALIDATE]), None)
    # Asked after the validation: the form was sent while its last field was still being checked, and what has just been
    # saved by it may be the reason of the error ("there is one of that name").
    if field is None or submissions.is_submitted(request):
        return HttpResponse(status=204)
    return TemplateResponse(request, "live/forms/field.html#error", {"field": field, "swap": True})


def focus_first_error(form: BaseForm) -> None:
    """Where the cursor belongs in a form that was rejected."""
    name = next((name for name in form.fields if name in form.errors), None)
    if name is not None:
        form.fields[name].widget.attrs["autofocus"] = True


def announce(
    request: HttpRequest, recipients: Recipients | None, level: str | int, text: str, changed: Sequence[Key] = ()
) -> OutOfBand:
    """In the transaction of the form: announce the fragments, and send a notice to the recipients and to the sender.

    The sender gets it once. A page that can take it gets the same notice as the others, with the response, and drops
    the one that comes by the socket. Otherwise the next page shows it, whose cursor in the feed is behind it.
    """
    if changed:
        changes.changed(*(key.id._replace(audience=None, options=None, context=None) for key in changed))
    # Plain text, also where the view has marked it as safe.
    words = text[:MAX_NOTICE_CHARACTERS]
    if len(text) > MAX_NOTICE_CHARACTERS:
        words = f"{words[:-1]}…"
    notice = _send(request, recipients, level, words) if words.strip() else None
    here = notice is not None and shows_notices(request)
    if words.strip() and not here:
        # "local": not to the sender's other pages, which get the notice as all recipients do.
        tags = "local" if notice is not None else ""
        messages.add_message(request, level_number(level), words, extra_tags=tags, fail_silently=True)

    def out_of_band() -> str:
        user = access.visitor(request)
        context = current_context()
        with around(context):
            keys = [key.within(context) for key in changed]
            keys = [key if key.audience is not None else access.audience_of(user, key) for key in keys]
            # What the form has changed, as its sender may see it.
            fragments = html_of(*(key for key in keys if access.may_see(user, [key]) is None))
        return fragments + (render_out_of_band(notice) if notice is not None and here else "")

    return out_of_band


def _send(request: HttpRequest, recipients: Recipients | None, level: str | int, text: str) -> Notice | None:
    """None if there are no recipients, or if they were sent too much: the form is saved anyway."""
    if recipients is None:
        return None
    try:
        check_rate(recipients, sources=[Notice.Source.FORM])
    except TooManyNotices as error:
        metrics.failures.labels("form_notice").inc()
        logger.warning("%r was not sent to everyone: %s", text, error)
        return None
    return send(recipients, level, text, source=Notice.Source.FORM, by=access.visitor(request))
