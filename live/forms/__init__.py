"""A form is saved, and only its sender sees it: everybody else has the page as it was, and a double click saves twice.

A form here also sends a notice to whom it concerns, renews on every open page what it has changed, is saved once
however often it is submitted, and works in the same way with htmx and without any script:

    from live.forms import LiveFormMixin, form_invalid_response, form_valid_response
"""

from typing import TYPE_CHECKING

from live.lazy_names import lazy_names

__all__ = ["LiveFormMixin", "form_invalid_response", "form_valid_response"]

if TYPE_CHECKING:
    from live.forms.mixin import LiveFormMixin
    from live.forms.responses import form_invalid_response, form_valid_response
else:
    __getattr__ = lazy_names(__name__, "responses mixin", __all__)
