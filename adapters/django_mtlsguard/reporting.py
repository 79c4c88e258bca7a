"""Django's error pages and error mails without certificate data.

    DEFAULT_EXCEPTION_REPORTER_FILTER = "django_mtlsguard.reporting.MTLSGuardExceptionReporterFilter"
    DEFAULT_EXCEPTION_REPORTER = "django_mtlsguard.reporting.MTLSGuardExceptionReporter"

The filter is about settings, headers, forms and the variables of frames; the reporter about what no filter is asked
for: the texts of exceptions, the query and the user's name. Both work with DEBUG on, too.
"""

from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, QueryDict
from django.template.defaultfilters import pprint
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from django_mtlsguard.conf import guard
from mtlsguard.redact import redact_text, redact_value

_TEXTS = ("exception_value", "exception_notes", "request_insecure_uri", "user_str", "unicode_hint")


class Shown:
    """A text that prints as it is: what was made of a value has been looked at, the value is not shown again."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


class MTLSGuardExceptionReporterFilter(SafeExceptionReporterFilter):
    """What Django hides, and all certificate data."""

    def cleanse_setting(self, key: Any, value: Any) -> Any:
        return redact_value(super().cleanse_setting(key, value), key)

    def get_safe_request_meta(self, request: Any) -> dict[str, Any]:
        """The guard's own headers are hidden by name, the proxy's secret among them: nobody may have removed them."""
        hidden = _evidence()
        meta = super().get_safe_request_meta(request)
        return {key: self.cleansed_substitute if key in hidden else value for key, value in meta.items()}

    def get_post_parameters(self, request: HttpRequest | None) -> Any:
        return _clean_form(super().get_post_parameters(request))

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType) -> ItemsView[str, Any]:
        variables = super().get_traceback_frame_variables(request, tb_frame)
        return {name: _shown(name, value) for name, value in variables}.items()


class MTLSGuardExceptionReporter(ExceptionReporter):
    """What Django reports, with the texts of exceptions looked at."""

    def get_traceback_data(self) -> dict[str, Any]:
        data: dict[str, Any] = super().get_traceback_data()
        for key in _TEXTS:
            if data.get(key):  # Django 6 gives the exception itself
                data[key] = redact_text(str(data[key]))
        for frame in data["frames"]:
            if frame.get("exc_cause"):
                frame["exc_cause"] = redact_text(str(frame["exc_cause"]))
        if self.request is not None:
            data["request_GET_items"] = _clean_form(self.request.GET).items()
        if data["template_info"]:
            data["template_info"] = redact_value(data["template_info"], "template_info")
        return data

    def get_traceback_text(self) -> SafeString:
        """The mail. Looked at once more as a whole: it is plain text, in which nothing can be torn apart."""
        return SafeString(redact_text(super().get_traceback_text()))


def _shown(name: str, value: object) -> Shown:
    return Shown(redact_text(pprint(redact_value(value, name))))


def _clean_form(form: Any) -> Any:
    cleaned = QueryDict(mutable=True)
    for key, values in form.lists() if isinstance(form, MultiValueDict) else ():
        cleaned.setlist(redact_value(key), [redact_value(value, key) for value in values])
    return cleaned


def _evidence() -> frozenset[str]:
    try:
        names = guard().current.names
    except ImproperlyConfigured:
        return frozenset()
    return frozenset(key for key in names.cgi if key not in names.kept)
