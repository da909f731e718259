"""The library that routes requests and validates them, with errors in the format of all of ``/api/``."""

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, UnreadablePostError
from django.urls import URLPattern, path
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as InvalidRequest
from ninja.operation import PathView

from boards.editing.outcome import Refused as NotDone
from live.api import Refused, View, endpoint

# The errors of pydantic that have codes of their own.
CODES = {"missing": "missing_field", "extra_forbidden": "unknown_field"}
MAX_FIELD_CHARACTERS = 60


class Service(NinjaAPI):
    """An API whose operations raise what they like: ``live.api.endpoint`` counts, logs and answers it."""

    def on_exception(self, request: HttpRequest, exc: Any) -> Any:
        """Raise the error as ``Refused``, if it is of the request."""
        raise refused(exc) from exc

    def addresses(self) -> list[URLPattern]:
        """All addresses, from the root of the API on. None ends with a slash."""
        return [
            path(route.replace("{", "<").replace("}", ">"), _view(one), name=one.operations[0].view_func.__name__)
            for router in self._get_bound_routers()
            for route, one in router.path_operations.items()
        ]


def _view(view: PathView) -> View:
    methods = sorted({method for operation in view.operations for method in operation.methods})
    return endpoint(view.get_view(), methods=methods)


def refused(error: Exception) -> Exception:
    """What is answered to a request that is wrong, or that cannot be done; all else is an error of ours."""
    match error:
        case InvalidRequest():
            return _invalid(error.errors)
        case NotDone():
            return Refused(409, "conflict", str(error))
        case ValidationError():
            return _cannot_be(error)
        case PermissionDenied():
            return Refused(403, "forbidden", str(error) or "You may not do that.")
        case RequestDataTooBig():
            return Refused(413, "too_large", "The body is too large.")
        case IntegrityError():
            return Refused(409, "conflict", "Somebody else has changed the same at the same moment; send it again.")
        case Http404():
            return Refused(404, "not_found", "There is nothing of that address.")
        case HttpError():
            return Refused(400, "invalid_json", "This is not JSON, or not in UTF-8.")
        case UnreadablePostError():
            return Refused(400, "incomplete_body", "The body could not be read to its end.")
    return error


def _invalid(errors: list[dict[str, Any]]) -> Refused:
    """Of the first field that is not as the description of the API says."""
    first = errors[0]
    # Where in the request, and the name of the parameter of the function, are nothing to its sender.
    source, *path = first["loc"]
    parts = [str(part) for part in (path[1:] if source == "body" else path)]
    field = ".".join(parts)[:MAX_FIELD_CHARACTERS]
    code = CODES.get(first["type"], "invalid_field" if source == "body" else "invalid_parameter")
    words = str(first["msg"])
    return Refused(400, code, f"{field or 'the body'}: {words[:1].lower()}{words[1:]}.", field=field or None)


def _cannot_be(error: ValidationError) -> Refused:
    """422: it is as described, and still cannot be."""
    if not hasattr(error, "error_dict"):
        return Refused(422, "cannot_be", " ".join(error.messages))
    field, messages = next(iter(error.message_dict.items()))
    return Refused(422, "cannot_be", f"{field}: {' '.join(messages).rstrip('.')}.", field=field)
