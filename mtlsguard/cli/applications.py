"""EDGE: "module:attribute" -> the framework's application in it, its routes, and the policy of the guard around it."""

import importlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from mtlsguard.cli.terminal import CommandError
from mtlsguard.config import ConfigError
from mtlsguard.coverage import Endpoint
from mtlsguard.guard import Guard
from mtlsguard.loading import load
from mtlsguard.policy import Policy
from mtlsguard.wrappers import guard_of, layers


@dataclass(frozen=True, slots=True)
class Framework:
    """`routes`: the module that lists them. `settings`: the one whose `guard()` is that of the whole process."""

    routes: str
    settings: str = ""


# By the first part of the module that an application's class comes from.
FRAMEWORKS: dict[str, Framework] = {
    "starlette": Framework("starlette_mtlsguard.routes"),
    "fastapi": Framework("starlette_mtlsguard.routes"),
    "flask": Framework("flask_mtlsguard.routes"),
    "django": Framework("django_mtlsguard.routes", "django_mtlsguard.conf"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """`guard`: None where nothing of the kind was met on the way in."""

    framework: Framework
    application: object
    guard: Guard | None

    def endpoints(self) -> tuple[Endpoint, ...]:
        module = importlib.import_module(self.framework.routes)
        told: tuple[Endpoint, ...] = (
            module.endpoints() if self.framework.settings else module.endpoints(self.application)
        )
        return told


def named(name: str, *, factory: bool = False) -> object:
    """What `name` names, with the current folder in front. CommandError where there is nothing of that name."""
    sys.path.insert(0, str(Path.cwd()))
    module, _, attribute = name.partition(":")
    if not attribute:
        return _django_settings(module)
    found: object = _module(module)
    for part in attribute.split("."):
        found = getattr(found, part, None)
    if found is None:
        raise CommandError(f"{module} has no {attribute}")
    return found() if factory and callable(found) else found


def _module(name: str) -> object:
    try:
        return importlib.import_module(name)
    except ConfigError as error:
        raise CommandError(f"the guard in {name} does not start: {error}") from None
    except ImportError as error:
        raise CommandError(f"{name} cannot be imported: {error}") from None


def _django_settings(module: str) -> object:
    _module(module)
    os.environ["DJANGO_SETTINGS_MODULE"] = module
    try:
        wsgi = importlib.import_module("django.core.wsgi")
    except ImportError:
        raise CommandError('APP is "module:attribute", or a settings module where Django is installed') from None
    application: object = wsgi.get_wsgi_application()
    return application


def look_into(application: object) -> Found:
    """Through every wrapper; the outermost guard is the one that decides."""
    known = [(layer, framework) for layer in layers(application) if (framework := _framework(layer)) is not None]
    if not known:
        raise CommandError(
            "this application does not tell its routes: only those of "
            f"{', '.join(sorted(FRAMEWORKS))} can be listed, not of a plain ASGI or WSGI callable"
        )
    inner, framework = known[-1]
    return Found(framework, inner, guard_of(application))


def _framework(layer: object) -> Framework | None:
    roots = (cls.__module__.partition(".")[0] for cls in type(layer).__mro__)
    return next((FRAMEWORKS[root] for root in roots if root in FRAMEWORKS), None)


def policy_of(found: Found, file: Path | None) -> Policy:
    """From the file if there is one, else of the guard on the way, else of the framework's settings."""
    if file is not None:
        return _from_file(file)
    if found.guard is not None:
        return found.guard.current.policy
    if not found.framework.settings:
        raise CommandError("there is no guard around this application; name its configuration with --config FILE")
    settings = importlib.import_module(found.framework.settings)
    improper = importlib.import_module("django.core.exceptions").ImproperlyConfigured
    try:
        policy: Policy = settings.guard().current.policy
    except improper as error:
        raise CommandError(str(error)) from None
    return policy


def _from_file(file: Path) -> Policy:
    try:
        return load(file).policy
    except ConfigError as error:
        raise CommandError(f"{file} has problems: mtlsguard check-config shows them ({error})") from None
