"""What a view asks of its client beside the route rules: a decorator, and a mixin for class-based views.

Both only add. Neither of them opens a view that `LoginRequiredMiddleware` closes: for clients that have no user, say
`@login_not_required` beside it.
"""

from collections.abc import Awaitable, Callable, Iterable
from functools import partial, wraps
from typing import Any, TypeVar, overload

from asgiref.sync import iscoroutinefunction
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views import View

from django_mtlsguard.identity import refused
from mtlsguard.requirement import Requirement, mark, require

V = TypeVar("V", bound=Callable[..., Any])


@overload
def client_certificate_required(view: V, /) -> V: ...
@overload
def client_certificate_required(*roles: str) -> Callable[[V], V]: ...
def client_certificate_required(*roles: Any) -> Any:
    """`@client_certificate_required`, or with roles, of which the client needs one."""
    if len(roles) == 1 and callable(roles[0]) and not isinstance(roles[0], type):
        return _guarded(Requirement(), roles[0])
    return partial(_guarded, require(*roles))


def _guarded(requirement: Requirement, view: V) -> V:
    made: Any
    if iscoroutinefunction(view):

        @wraps(view)
        async def made(request: HttpRequest, /, *args: Any, **kwargs: Any) -> Any:
            answer = refused(request, requirement)
            return await view(request, *args, **kwargs) if answer is None else answer

    else:

        @wraps(view)
        def made(request: HttpRequest, /, *args: Any, **kwargs: Any) -> Any:
            answer = refused(request, requirement)
            return view(request, *args, **kwargs) if answer is None else answer

    return mark(made, requirement)  # type: ignore[no-any-return]


class ClientCertificateRequiredMixin:
    """Left of the view's class. `roles`: of which the client needs one; none means any verified client."""

    roles: Iterable[str] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        ancestors = cls.__mro__
        if View in ancestors and ancestors.index(View) < ancestors.index(ClientCertificateRequiredMixin):
            raise TypeError("ClientCertificateRequiredMixin stands left of the view's class, or it is never asked")

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:
        requirement = _of(initkwargs.get("roles", cls.roles))
        view: Callable[..., HttpResponseBase] = super().as_view(**initkwargs)  # type: ignore[misc]
        return mark(view, requirement)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase | Awaitable[Any]:
        answer = refused(request, _of(self.roles))
        if answer is not None:
            return _awaited(answer) if getattr(self, "view_is_async", False) else answer
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]


def _of(roles: Iterable[str]) -> Requirement:
    if isinstance(roles, str):
        raise ImproperlyConfigured('roles are several: write roles = ("billing",)')
    return require(*roles)


async def _awaited(answer: HttpResponseBase) -> HttpResponseBase:
    return answer
