"""Forms of class-based views: "Ada entered week 48", and what depends on it is new on every open page.

    class EnterWeek(LiveFormMixin, UpdateView):
        model, fields, template_name = Week, ["hours"], "weeks/week.html"
        success_url = reverse_lazy("weeks")

        def get_recipients(self):
            return group("Planners")

        def get_notice(self):
            return f"{self.request.user} entered week {self.object.number}"

        def get_changed(self):
            return [fragments.week.key(pk=self.object.pk)]

One view and one template serve the page, the response to htmx and the form without a script. The form is a partial of
the page's template; ``live/forms/form.html`` and ``field.html`` can be included in it.
"""

from collections.abc import Iterable
from functools import partial as partially
from typing import Any

from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.views.generic.edit import BaseCreateView, FormMixin, ProcessFormView

from live.forms import submissions
from live.forms.responses import VALIDATE, announce, check_field, focus_first_error, with_out_of_band
from live.keys import Key
from live.notices import Recipients, wants_partial


class LiveFormMixin(FormMixin, ProcessFormView):  # type: ignore[type-arg]
    """For FormView, CreateView and UpdateView: put it before them.

    ``partial`` is the form's template partial, by default ``#form`` of the page's template. It is given the page's
    context. Whatever the view does in ``form_valid`` is one transaction, which is the only one of its form.
    """

    recipients: Recipients | None = None
    notice_level: str | int = "success"
    partial: str = ""

    # The form is to be empty, though the request is a POST.
    _fresh = False

    def get_recipients(self) -> Recipients | None:
        """Who gets the notice. Without recipients only the person who sent the form does."""
        return self.recipients

    def get_notice(self) -> str:
        """Its text, once the form is saved. Nothing is sent if it is empty."""
        return ""

    def get_changed(self) -> Iterable[Key]:
        """The fragments that the form has changed: announced to all, and sent with the response."""
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
            # What the class does with a form, whether it is valid or not, it must not do now.
            self.form_valid = self.form_invalid = partially(check_field, request)  # type: ignore[method-assign]
            return super().post(request, *args, **kwargs)
        try:
            with submissions.once(request) as self._submission:
                response = super().post(request, *args, **kwargs)
                if response.status_code >= 400:  # rejected: it will be sent again
                    self._submission.url = ""
                    transaction.set_rollback(True)
                return response
        except submissions.AlreadySubmitted as earlier:
            if not wants_partial(request):
                return HttpResponseRedirect(earlier.url or request.get_full_path())
            self._fresh = True
            page = self.get(request, *args, **kwargs)
            page.template_name = self.get_partial()  # type: ignore[attr-defined]
            return page

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Save as the view does, and send the notice."""
        response = super().form_valid(form)
        self._submission.url = getattr(response, "url", "")
        changed = tuple(self.get_changed())
        out_of_band = announce(self.request, self.get_recipients(), self.notice_level, self.get_notice(), changed)
        if not wants_partial(self.request):
            return response
        self._fresh = True
        context = self.get_context_data(form=self.get_form())
        return with_out_of_band(TemplateResponse(self.request, self.get_partial(), context), out_of_band)

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """The page, or for htmx the form, with the errors beside the fields."""
        focus_first_error(form)
        response = super().form_invalid(form)
        response.status_code = 422
        if wants_partial(self.request):
            response.template_name = self.get_partial()  # type: ignore[attr-defined]
        return response
