"""Boards as files in the browser: download one, and import some. The import is a plain form: what it would change is
shown before anything is changed."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from boards.documents import yaml_text
from boards.documents.export import document_of
from boards.documents.imports import Difference, NotOverwritten, Rejected, differences_of, import_text
from boards.documents.permit import permit_for
from boards.documents.schema import schema as document_schema
from boards.editing.decorators import for_editors
from boards.models import Board
from boards.permissions import may_add_boards

# Of a line that is quoted beside what is wrong in it.
MAX_LINE_CHARACTERS = 200
# UTF-8 has four bytes a character at most.
MAX_FILE_BYTES = 4 * yaml_text.MAX_CHARACTERS


class ImportForm(forms.Form):
    """A text, or a file instead of it. ``text`` of the data that is cleaned is what is imported."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,application/yaml"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "autocomplete": "off", "dir": "ltr"}),
    )
    overwrite = forms.BooleanField(label=gettext_lazy("Overwrite what is there"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        if file is not None and file.size > MAX_FILE_BYTES:
            self.add_error("file", _("It is longer than %d characters.") % yaml_text.MAX_CHARACTERS)
        elif file is not None:
            try:
                data["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("This is no text in UTF-8."))
        elif not data.get("text", "").strip():
            self.add_error("file", _("Choose a file, or write its text below."))
        data["text"] = data.get("text", "").replace("\r\n", "\n")
        return data


@never_cache
@require_safe
@for_editors
def download(request: HttpRequest, board: Board) -> HttpResponse:
    """The board as YAML."""
    response = HttpResponse(yaml_text.write(document_of(board)), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{board.slug}.yaml"'
    return response


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of these files, for editors."""
    return JsonResponse(document_schema(), json_dumps_params={"indent": 1}, content_type="application/schema+json")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def import_boards(request: HttpRequest) -> HttpResponse:
    """The form; what a file would change, with ``do=preview``; and the import."""
    if not may_add_boards(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "boards/import.html", {"form": ImportForm(label_suffix="")})
    form = ImportForm(request.POST, request.FILES, label_suffix="")
    if not form.is_valid():
        return _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    text, permit = form.cleaned_data["text"], permit_for(request.user)
    try:
        if request.POST.get("do") != "import":
            return _page(request, form, differences=differences_of(text, permit))
        imported = import_text(text, request.user, overwrite=form.cleaned_data["overwrite"], permit=permit)
    except Rejected as error:
        lines = yaml_text.LINE_END.split(text)
        problems = [(one.problem, one.mark, lines[one.mark.line - 1][:MAX_LINE_CHARACTERS]) for one in error.located]
        return _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY, problems=problems)
    except NotOverwritten as error:
        return _page(request, form, HTTPStatus.CONFLICT, differences=error.differences)
    messages.success(request, " ".join(one.outcome for one in imported) or _("There was no board in it."))
    if len(imported) == 1:
        return redirect("boards:board", imported[0].address)
    return redirect("boards:index")


def _page(request: HttpRequest, form: ImportForm, status: int = HTTPStatus.OK, **context: Any) -> HttpResponse:
    """The page with what came of it. The text is that of the file: a browser does not send that again."""
    text = form.cleaned_data.get("text", "")
    shown = ImportForm(initial={"text": text, "overwrite": form.cleaned_data.get("overwrite")}, label_suffix="")
    differences: list[Difference] = context.get("differences", [])
    context |= {
        "form": shown,
        "errors": form.errors,
        "has_changes": any(one.has_changed for one in differences),
        "overwrites": any(one.overwrites for one in differences),
        "is_checked": "differences" in context,
    }
    return render(request, "boards/import.html", context, status=status)
