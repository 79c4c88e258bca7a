"""Objects are safe by construction: every class of the package, whatever view is taken of it.

Two nets. Every public class is made with certificate data in each of its fields that could hold some, and printed: a
new class that prints it fails here. And the objects of a running guard are walked, whichever classes they are of.
"""

import asyncio
import copy
import dataclasses
import enum
import gc
import importlib
import inspect
import pickle
import pkgutil
import pprint
import re
import traceback
import types
from collections.abc import Callable, Iterator
from typing import Any

import flask
import pytest
from structlog.tracebacks import ExceptionDictTransformer

import mtlsguard
from flask_mtlsguard import MTLSGuard
from mtlsguard import Allow, Deny, Reason
from mtlsguard.asgi import GuardMiddleware
from mtlsguard.decision import Identity, Revealed
from mtlsguard.loading import load
from mtlsguard.testing import Issued, present
from mtlsguard.wsgi import GuardMiddleware as WSGIMiddleware
from starlette_mtlsguard import GuardMiddleware as StarletteMiddleware
from tests.redact.material import Material
from tests.world import NOW, PROXY, configuration, guard, judge, pki, scope

SECRET = "correct-horse-battery-staple"
KEY = "0123456789abcdef-the-key-of-pseudonyms"

# Tools for people who run them: they print what they are asked for. The sinks hold what is on its way out.
NOT_SERVING = ("mtlsguard.cli", "mtlsguard.testing", "mtlsguard.lint", "mtlsguard.proxies", "mtlsguard.redact.forms")


def leaf() -> Issued:
    return pki().leaf("Mallory the Seventh", spiffe="spiffe://example.org/ns/billing/sa/mallory")


LEAF = leaf()
MATERIAL = Material(LEAF.certificate, ("Mallory the Seventh",))
AUTHORITY = Material(pki().root.certificate, ())  # an operator's own, and no secret, but nothing for a log either


def leaks(text: str) -> list[str]:
    found = MATERIAL.leaks_in(text) + AUTHORITY.leaks_in(text)
    return found + [word for word in (SECRET, KEY, "sa/mallory", repr(LEAF.der)[40:80]) if word in text]


def modules() -> Iterator[types.ModuleType]:
    for info in pkgutil.walk_packages(mtlsguard.__path__, "mtlsguard."):
        if info.name.startswith(NOT_SERVING) or info.name.endswith("__main__"):
            continue
        try:
            yield importlib.import_module(info.name)
        except ImportError:  # an extra that is not installed
            continue


# Whose octets are never a client's.
OTHER_OCTETS = {
    "mtlsguard.connection.Names": "names of headers",
    "mtlsguard.refusal.Refusal": "constant answers",
    "mtlsguard.redact.records.Piece": "of a stream that is about to be redacted, in a command of its own",
}


def public_classes() -> dict[str, type]:
    found = {}
    for module in modules():
        for name, one in vars(module).items():
            ours = inspect.isclass(one) and one.__module__ == module.__name__ and not name.startswith("_")
            if ours and not issubclass(one, enum.Enum) and f"{module.__name__}.{name}" not in OTHER_OCTETS:
                found[f"{module.__name__}.{name}"] = one
    return found


CLASSES = public_classes()
_OCTETS = re.compile(r"\bbytes\b")
_SECRETIVE = re.compile(r"^(?:der|pem|fingerprint|certificate|subject|issuer|secret|password|seen|leaf|chain|spki)s?$")


def tainted(name: str, annotation: str) -> Any:
    """Certificate data of the type that the field takes; None where it could take none."""
    if "Callable" in annotation:
        return None
    if "tuple[bytes" in annotation or "list[bytes" in annotation:
        return (LEAF.der,)
    if "frozenset[bytes" in annotation:
        return frozenset({LEAF.der})
    if "Pairs" in annotation:
        return [(b"x-ssl-client-cert", LEAF.der)]
    if _OCTETS.search(annotation):
        return LEAF.der
    if "DistinguishedName" in annotation:
        return (frozenset({("2.5.4.3", "Mallory the Seventh")}),)
    if "x509" in annotation:
        return LEAF.certificate
    if "SerialKey" in annotation or name == "serial":
        return LEAF.serial
    return LEAF.pem if _SECRETIVE.match(name) and "str" in annotation else None


def specimen(kind: type) -> Any:
    """Made without its constructor, so that no rule of it is in the way."""
    if issubclass(kind, tuple):
        return tuple.__new__(kind, [tainted(name, str(one)) for name, one in kind.__annotations__.items()])
    if issubclass(kind, BaseException):
        return None
    if issubclass(kind, bytes | frozenset):
        return kind(LEAF.der)
    made = object.__new__(kind)
    for name, annotation in annotations(kind).items():
        try:
            object.__setattr__(made, name, tainted(name, annotation))
        except AttributeError:
            continue
    return made


def annotations(kind: type) -> dict[str, str]:
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        found |= {name: str(one) for name, one in inspect.get_annotations(base).items()}
    return found


def printed(made: object) -> str:
    texts = []
    for show in (repr, str, format, lambda one: f"{one}", lambda one: "%s" % (one,), pprint.pformat):  # noqa: UP031
        try:
            texts.append(show(made))
        except (AttributeError, TypeError, ValueError, KeyError):  # a field that this specimen lacks
            continue
    return "\n".join(texts)


@pytest.mark.parametrize("name", CLASSES, ids=list(CLASSES))
def test_no_public_object_prints_what_it_holds(name: str) -> None:
    assert leaks(printed(specimen(CLASSES[name]))) == [], "give the field repr=False, or the class a __repr__"


def test_the_net_would_catch_one() -> None:
    @dataclasses.dataclass
    class Careless:
        der: bytes

    assert leaks(printed(specimen(Careless))) != []


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """A guard that has decided, with everything in its configuration that is secret, and what it decided."""
    key = tmp_path_factory.mktemp("key") / "key"
    key.write_text(KEY)
    issuer = pki().intermediate.certificate.subject.rfc4514_string()
    by = guard(
        proxy={"secret": {"header": "X-S", "values": [SECRET]}},
        trust={"pinned": [LEAF.fingerprint], "issuers": [issuer]},
        serials={"deny": [{"issuer": "CN=Mallory the Seventh", "serial": hex(LEAF.serial)}]},
        audit={"key": {"file": str(key)}},
    )
    allow = judge(present(LEAF, "nginx") | {"x-s": SECRET}, by)
    assert isinstance(allow, Allow)
    return [by, by.current, by.current.policy, allow, allow.identity, judge(leaf(), guard(), now=0.0)]


def within(roots: list[object]) -> Iterator[object]:
    """All objects of our classes that can be reached."""
    waiting, seen = list(roots), set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type | types.ModuleType | types.FunctionType):
            continue
        seen.add(id(one))
        if type(one).__module__.startswith("mtlsguard.") and not isinstance(one, enum.Enum):
            yield one
        waiting += gc.get_referents(one)


def test_nothing_in_a_running_guard_prints_what_it_holds(roots: list[object]) -> None:
    found = list(within(roots))
    assert len({type(one) for one in found}) > 20
    assert {type(one).__qualname__ for one in found if leaks(printed(one))} == set()


POLICY_VIEWS = {
    "asdict": dataclasses.asdict,
    "astuple": dataclasses.astuple,
    "deepcopy": copy.deepcopy,
    "copy": copy.copy,
    "fields": lambda one: [getattr(one, field.name) for field in dataclasses.fields(one)],
    "pprint": pprint.pformat,
}


@pytest.mark.parametrize("view", POLICY_VIEWS)
def test_no_view_of_a_policy_shows_certificates_or_secrets(view: str, roots: list[object]) -> None:
    policy: Any = roots[2]
    for part in (policy.trust, policy.audit, policy.serials, policy.proxy.secret):
        assert leaks(f"{POLICY_VIEWS[view](part)!s}") == []
    try:
        assert leaks(f"{POLICY_VIEWS[view](policy)!s}") == []
    except TypeError as refused:  # a whole policy cannot be copied deeply: it has mappings that nobody may change
        assert leaks(str(refused)) == []  # noqa: PT017


def test_every_part_of_a_policy_can_still_be_compared_and_replaced(roots: list[object]) -> None:
    policy: Any = roots[2]
    assert dataclasses.replace(policy) == policy
    assert policy.trust.anchors == (pki().root.der,)


@pytest.mark.parametrize("at", range(6))
def test_what_users_are_handed_has_no_dictionary_that_shows_it(at: int, roots: list[object]) -> None:
    assert leaks(repr(getattr(roots[at], "__dict__", {}))) == []


@pytest.mark.parametrize("at", range(5))
def test_what_users_are_handed_is_not_pickled(at: int, roots: list[object]) -> None:
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)) as caught:
        pickle.dumps(roots[at])
    assert leaks(str(caught.value)) == []


def test_a_refusal_is_pickled_because_it_says_nothing() -> None:
    refusal = Deny(Reason.EXPIRED)
    assert pickle.loads(pickle.dumps(refusal)) == refusal  # noqa: S301 - made here


def test_as_a_dictionary_a_decision_refuses_or_shows_nothing(roots: list[object]) -> None:
    with pytest.raises(TypeError, match="per request"):
        dataclasses.asdict(roots[3])  # type: ignore[call-overload]


def test_who_wants_to_see_asks(roots: list[object]) -> None:
    identity: Any = roots[4]
    assert isinstance(identity, Identity)
    revealed = identity.reveal()
    assert isinstance(revealed, Revealed)
    assert (revealed.name, revealed.certificate[:2]) == ("spiffe://example.org/ns/billing/sa/mallory", b"0\x82")
    assert leaks(printed(revealed)) == []


def test_a_test_certificate_prints_nothing_either() -> None:
    assert leaks(printed(LEAF)) == []


WRONG: dict[str, dict[str, Any]] = {
    "a certificate as an anchor's name": {"trust": {"anchors": [LEAF.pem[:200]]}},
    "a certificate where a network belongs": {"proxy": {"trusted": [LEAF.pem]}},
    "a DN that is none": {"trust": {"issuers": ["Mallory the Seventh"]}},
    "a secret that is too short": {"proxy": {"secret": {"header": "X-S", "values": [SECRET, ""]}}},
    "a fingerprint that is cut": {"trust": {"pinned": [LEAF.fingerprint[:-2]]}},
    "a serial that is none": {"serials": {"deny": [{"issuer": "CN=Mallory the Seventh", "serial": "0xZZ"}]}},
}


@pytest.mark.parametrize("name", WRONG)
def test_an_error_in_the_configuration_repeats_nothing(name: str) -> None:
    with pytest.raises(mtlsguard.ConfigError) as caught:
        load(configuration(**WRONG[name]))
    told = f"{caught.value!s} {caught.value!r} {vars(caught.value)!r} {caught.value.problems!r}"
    assert leaks(told) == []


STEPS = (
    "mtlsguard.engine.screen",
    "mtlsguard.engine.name_of",
    "mtlsguard.engine.pseudonym",
    "mtlsguard.engine.certificate.parse",
    "mtlsguard.certificate._touch",
    "mtlsguard.certificate.distinguished_name",
    "mtlsguard.evidence._misused",
    "mtlsguard.evidence.named_by_connection",
    "mtlsguard.dialects.nginx.only",
    "mtlsguard.cache.Memory.remember",
    "mtlsguard.chain.TrustStore.build",
    "mtlsguard.access.Roles.of",
)


def fails(*_: object) -> None:
    raise RuntimeError("a bug")


@pytest.mark.parametrize("step", STEPS)
def test_no_frame_of_ours_shows_anything_when_a_step_of_the_decision_fails(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = GuardMiddleware(fails, configuration(), clock=lambda: NOW)  # type: ignore[arg-type]
    request = scope(present(leaf(), "nginx"))
    monkeypatch.setattr(step, fails)
    caught: list[BaseException] = []
    try:
        asyncio.run(app(request, fails, fails))  # type: ignore[arg-type]
    except RuntimeError as error:
        caught.append(error)
    if not caught:
        pytest.fail(f"{step} is no step of the decision any more")
    dump = ExceptionDictTransformer(show_locals=True, locals_max_string=100_000)
    error = caught[0]
    frames = [one for trace in dump((type(error), error, error.__traceback__)) for one in trace["frames"]]
    ours = [one for one in frames if "/mtlsguard/" in one["filename"]]
    assert ours
    assert leaks(repr(ours)) == []


def asgi_application(make: Callable[..., Any]) -> BaseException:
    app = make(fails, configuration(), clock=lambda: NOW)
    return raised(lambda: asyncio.run(app(scope(present(leaf(), "nginx")), fails, fails)))


def wsgi_application(make: Callable[..., Any]) -> BaseException:
    app = make(fails, configuration(), clock=lambda: NOW)
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in present(leaf(), "nginx").items()}
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "REMOTE_ADDR": PROXY, **headers}
    return raised(lambda: app(environ, fails))


def flask_application(make: Callable[..., Any]) -> BaseException:
    app = flask.Flask("shop")
    app.config |= {"MTLSGUARD": configuration(), "TESTING": True}
    make(app, clock=lambda: NOW)
    app.add_url_rule("/", view_func=fails)
    client = app.test_client()
    return raised(lambda: client.get("/", headers=present(leaf(), "nginx"), environ_base={"REMOTE_ADDR": PROXY}))


def raised(call: Callable[[], object]) -> BaseException:
    try:
        call()
    except RuntimeError as error:
        return error
    raise AssertionError


BEHIND = {
    "ASGI": (asgi_application, GuardMiddleware),
    "Starlette": (asgi_application, StarletteMiddleware),
    "WSGI": (wsgi_application, WSGIMiddleware),
    "Flask": (flask_application, MTLSGuard),
}


@pytest.mark.parametrize("name", BEHIND)
def test_no_frame_of_ours_shows_anything_when_the_application_behind_it_fails(name: str) -> None:
    run, make = BEHIND[name]
    frames = [frame for frame, _ in traceback.walk_tb(run(make).__traceback__)]
    ours = [frame for frame in frames if "mtlsguard/" in frame.f_code.co_filename]
    assert ours
    assert [frame.f_code.co_name for frame in ours if leaks(repr(frame.f_locals))] == []
