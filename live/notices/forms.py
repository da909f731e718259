"""Forms that tell everybody: "Ada entered week 48", and what depends on it is new on every open page.

    class EnterWeek(LiveFormMixin, UpdateView):
        model, fields, template_name = Week, ["hours"], "weeks/week.html"
        success_url = reverse_lazy("weeks")

        def get_audience(self):
            return live.group("Planners")

        def get_notice(self):
            return f"{self.request.user} entered week {self.object.number}"

        def get_changed(self):
            return [fragments.week.key(pk=self.object.pk)]

One view and one template serve the page, the answer to htmx and the form without a script. The form is a partial of the
page's template; ``live/notices/form.html`` and ``field.html`` can be included in it.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial as partially
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.response import TemplateResponse
from django.views.generic.edit import BaseCreateView, FormMixin, ProcessFormView

from live.keys import Key
from live.notices import submissions, telling
from live.notices.audiences import Audience

# Sent in place of a whole form by a field that was left: its name. Nothing is saved then.
VALIDATE = "_validate"

if TYPE_CHECKING:

    class _FormView(FormMixin[Any], ProcessFormView):
        """What the mixin is mixed into."""

else:
    _FormView = object


class LiveFormMixin(_FormView):
    """For FormView, CreateView and UpdateView: put it before them.

    ``partial`` is the form's template partial, by default ``#form`` of the page's template. It is given the page's
    context. Whatever the view does in ``form_valid`` is one transaction, which is the only one of its form.
    """

    audience: Audience | None = None
    notice_level: str | int = "success"
    partial: str = ""

    # The form is to be empty, though the request is a POST.
    _fresh = False

    def get_audience(self) -> Audience | None:
        """Who is told. Without an audience only the person who sent the form is."""
        return self.audience

    def get_notice(self) -> str:
        """What they are told, once the form is saved. Nothing if empty."""
        return ""

    def get_changed(self) -> Iterable[Key]:
        """The fragments that the form has changed: announced to all, and sent with the answer."""
        return ()

    def get_partial(self) -> list[str]:
        """The templates to choose from for the form alone."""
        return [self.partial] if self.partial else [f"{name}#form" for name in self.get_template_names()]  # type: ignore[attr-defined]

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        if self._fresh:
            kwargs.pop("data", None)
            kwargs.pop("files", None)
            if isinstance(self, BaseCreateView):  # not what has just been made
                kwargs["instance"] = None
        return kwargs

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        if VALIDATE in request.POST:
            # What the class does with a form, whether it is right or wrong, it must not do now.
            self.form_valid = self.form_invalid = partially(check, request)  # type: ignore[method-assign]
            return super().post(request, *args, **kwargs)
        try:
            with submissions.once(request) as self._submission:
                response = super().post(request, *args, **kwargs)
                if response.status_code >= 400:  # not taken: it will be sent again
                    self._submission.url = ""
                    transaction.set_rollback(True)
                return response
        except submissions.TakenBefore as before:
            if not telling.by_htmx(request):
                return HttpResponseRedirect(before.url or request.get_full_path())
            self._fresh = True
            page = self.get(request, *args, **kwargs)
            page.template_name = self.get_partial()  # type: ignore[attr-defined]
            return page

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Save as the view does, and tell."""
        response = super().form_valid(form)
        self._submission.url = getattr(response, "url", "")
        changed = tuple(self.get_changed())
        pieces = telling.tell(self.request, self.get_audience(), self.notice_level, self.get_notice(), changed)
        if not telling.by_htmx(self.request):
            return response
        self._fresh = True
        context = self.get_context_data(form=self.get_form())
        return _answer(TemplateResponse(self.request, self.get_partial(), context), pieces)

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """The page, or for htmx the form, with the errors beside the fields."""
        focus_first_error(form)
        response = super().form_invalid(form)
        response.status_code = 422
        if telling.by_htmx(self.request):
            response.template_name = self.get_partial()  # type: ignore[attr-defined]
        return response


def form_taken(
    request: HttpRequest,
    form: BaseForm,
    *,
    save: Callable[[], Any],
    fresh: Callable[[], BaseForm],
    partial: str,
    success_url: Any,
    context: Mapping[str, Any] | None = None,
    audience: Audience | None = None,
    notice: str | Callable[[Any], str] = "",
    level: str | int = "success",
    changed: Iterable[Key] | Callable[[Any], Iterable[Key]] = (),
) -> HttpResponse:
    """The answer to a valid form, for views that are functions. See ``LiveFormMixin`` for what it does.

    ``save`` saves it, in a transaction; nothing is saved where a field is only checked, or the form was taken before.
    ``fresh`` makes the form that comes next, with which ``partial`` is rendered, as ``form``, beside ``context``.
    ``success_url`` is what ``redirect`` takes. ``success_url``, ``notice`` and ``changed`` may be functions of what
    ``save`` has returned.
    """
    if VALIDATE in request.POST:
        return check(request, form)

    def said(value: Any, result: Any) -> Any:
        return value(result) if callable(value) else value

    pieces: telling.Pieces | None = None
    try:
        with submissions.once(request) as submission:
            result = save()
            url = submission.url = resolve_url(said(success_url, result))
            pieces = telling.tell(request, audience, level, said(notice, result), tuple(said(changed, result)))
    except submissions.TakenBefore as before:
        url = before.url
    return _function_answer(request, url, pieces, fresh, partial, context)


def form_refused(
    request: HttpRequest,
    form: BaseForm,
    *,
    page: Callable[[], HttpResponse],
    fresh: Callable[[], BaseForm],
    partial: str,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The answer to a form that is not valid, for views that are functions: for htmx ``partial``, with the form as
    ``form`` beside ``context``, else ``page()``, which shows the form in its place. Both with status 422.

    A form that was taken before, and is not valid only because of that ("there is one of that name"), is answered as
    taken, with ``fresh()``.
    """
    if VALIDATE in request.POST:
        return check(request, form)
    url = submissions.taken_to(request)
    if url is not None:
        return _function_answer(request, url, None, fresh, partial, context)
    focus_first_error(form)
    response = (
        TemplateResponse(request, partial, {**(context or {}), "form": form}) if telling.by_htmx(request) else page()
    )
    response.status_code = 422
    return response


def check(request: HttpRequest, form: BaseForm) -> HttpResponse:
    """What is wrong with one field, and nothing else: only the words beside it are touched."""
    field = next((field for field in form if field.html_name == request.POST[VALIDATE]), None)
    wrong = bool(field and field.errors)
    # Asked after the errors were found: the form was sent while its last field was still being checked, and what has
    # just been saved by it may be the reason of the error ("there is one of that name").
    if field is None or submissions.is_taken(request):
        return HttpResponse(status=204)
    context = {"field": field, "swap": True, "wrong": wrong}
    return TemplateResponse(request, "live/notices/field.html#error", context)


def focus_first_error(form: BaseForm) -> None:
    """Where the cursor belongs after a form was refused."""
    name = next((name for name in form.fields if name in form.errors), None)
    if name is not None:
        form.fields[name].widget.attrs["autofocus"] = True


def _function_answer(
    request: HttpRequest,
    url: str,
    pieces: telling.Pieces | None,
    fresh: Callable[[], BaseForm],
    partial: str,
    context: Mapping[str, Any] | None,
) -> HttpResponse:
    if not telling.by_htmx(request):
        return HttpResponseRedirect(url)
    response = TemplateResponse(request, partial, {**(context or {}), "form": fresh()})
    return _answer(response, pieces) if pieces else response


def _answer(response: TemplateResponse, pieces: telling.Pieces) -> TemplateResponse:
    """The form with the pieces behind it. They are rendered with it, after the transaction: a fragment that cannot be
    rendered must not take back what was saved."""
    response.add_post_render_callback(lambda done: done.write(pieces()))
    return response
