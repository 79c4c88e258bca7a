"""The rules for nginx, in the order of the documentation."""

from mtlsguard.lint.contract import Rule
from mtlsguard.lint.nginx.client_controlled import CLIENT_CONTROLLED
from mtlsguard.lint.nginx.depth import SHORT_CHAINS
from mtlsguard.lint.nginx.inheritance import LOST_HEADERS
from mtlsguard.lint.nginx.lenient_names import LENIENT_NAMES
from mtlsguard.lint.nginx.logged import LOGGED
from mtlsguard.lint.nginx.missing_clear import MISSING_CLEAR
from mtlsguard.lint.nginx.model import Nginx
from mtlsguard.lint.nginx.no_verdict import NO_VERDICT
from mtlsguard.lint.nginx.not_asked import NOT_ASKED
from mtlsguard.lint.nginx.returned import RETURNED
from mtlsguard.lint.nginx.unfit_form import UNFIT_FORM
from mtlsguard.lint.nginx.unread import UNREAD
from mtlsguard.lint.nginx.unverified import UNVERIFIED
from mtlsguard.lint.nginx.variables import UNKNOWN_VARIABLE

NGINX_RULES: tuple[Rule[Nginx], ...] = (
    LOST_HEADERS,
    MISSING_CLEAR,
    CLIENT_CONTROLLED,
    LENIENT_NAMES,
    UNFIT_FORM,
    UNKNOWN_VARIABLE,
    UNVERIFIED,
    NOT_ASKED,
    NO_VERDICT,
    LOGGED,
    RETURNED,
    UNREAD,
    SHORT_CHAINS,
)
