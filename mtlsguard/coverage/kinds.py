"""What can be wrong with the coverage of an application: stable names, and for each why it matters and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    UNCOVERED = "uncovered"
    DEFAULT_ONLY = "default-only"
    TWO_PATHS = "two-paths"
    TWO_SLASHES = "two-slashes"
    LOOSER_METHOD = "looser-method"
    LOOSER_WEBSOCKET = "looser-websocket"
    LOOSER_VALUE = "looser-value"
    LOOSER_MOUNT = "looser-mount"
    PUBLIC_DECORATED = "public-decorated"
    WIDE_RULE = "wide-rule"
    STALE_RULE = "stale-rule"


@dataclass(frozen=True, slots=True)
class Advice:
    why: str
    fix: str


ADVICE: dict[Kind, Advice] = {
    Kind.UNCOVERED: Advice(
        "no rule and no decorator speaks of it, and client.absent lets clients without a certificate in",
        'name it in a rule (access = "optional" or "public" if that is meant), or set client.absent = "deny"',
    ),
    Kind.DEFAULT_ONLY: Advice(
        "any verified certificate passes only because nothing else was said",
        'name it in a rule, with access = "verified" if any certificate may pass',
    ),
    Kind.TWO_PATHS: Advice(
        "who is refused at one path takes the other",
        "give both paths the same rule, or put what is asked on the view with a decorator",
    ),
    Kind.TWO_SLASHES: Advice(
        "who is refused at one spelling of the last slash takes the other",
        "give both spellings the same rule and the same decorators",
    ),
    Kind.LOOSER_METHOD: Advice(
        "no rule or decorator of its own asks this of the method: it fell through to something weaker than GET has",
        "add the method to the rule that guards GET, or say in a rule or decorator of its own what it asks",
    ),
    Kind.LOOSER_WEBSOCKET: Advice(
        "a websocket hands out the same data as the pages beside it, and nobody may have thought of it",
        'cover it by the same rule (a rule without methods does, or one with "WEBSOCKET") or decorator',
    ),
    Kind.LOOSER_VALUE: Advice(
        "for this value of the parameter somebody passes whom the route refuses otherwise",
        "remove the exception, move it behind the stricter rule, or give the value a route of its own",
    ),
    Kind.LOOSER_MOUNT: Advice(
        "nobody can list what is in there, so that only a rule can guard it",
        "write a rule for exactly this mount, as strict as what lies beside it or open on purpose",
    ),
    Kind.PUBLIC_DECORATED: Advice(
        "on a public path no certificate is read, so that the decorator refuses everybody",
        'use access = "optional" or "verified" in the rule, or remove the decorator',
    ),
    Kind.WIDE_RULE: Advice(
        "the first rule that matches decides, and this open one with wildcards reaches further than it should",
        "name the open paths one by one, or put the rules that close before it",
    ),
    Kind.STALE_RULE: Advice(
        "it guards nothing: mistyped, or left over, or meant for what no route answers",
        "correct its path and methods, or remove it",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`place`: a path of the application or a rule, "routes[2]". `methods`: empty for a rule."""

    kind: Kind
    place: str
    methods: tuple[str, ...]
    what: str

    @property
    def why(self) -> str:
        return ADVICE[self.kind].why

    @property
    def fix(self) -> str:
        return ADVICE[self.kind].fix

    def __str__(self) -> str:
        return f"{self.place}: {self.what}; {self.why}. {self.fix[0].upper()}{self.fix[1:]}."
