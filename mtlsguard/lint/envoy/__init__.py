"""The rules for Envoy, in the order of the documentation."""

from mtlsguard.lint.contract import Rule
from mtlsguard.lint.envoy.added import PASSES
from mtlsguard.lint.envoy.forwarded import FORWARDED
from mtlsguard.lint.envoy.incomplete import INCOMPLETE
from mtlsguard.lint.envoy.missing_clear import MISSING_CLEAR
from mtlsguard.lint.envoy.model import Envoy
from mtlsguard.lint.envoy.shown import LOGGED, RETURNED
from mtlsguard.lint.envoy.underscores import UNDERSCORES
from mtlsguard.lint.envoy.untrusted import ACCEPTED, UNANCHORED

ENVOY_RULES: tuple[Rule[Envoy], ...] = (
    FORWARDED,
    MISSING_CLEAR,
    PASSES,
    INCOMPLETE,
    ACCEPTED,
    UNANCHORED,
    UNDERSCORES,
    LOGGED,
    RETURNED,
)
