"""The routes of the test project: what they show is what the tests look at."""

from django.contrib import admin
from django.contrib.auth import authenticate, login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path, re_path
from django.utils.decorators import method_decorator
from django.views import View

from django_mtlsguard import ClientCertificateRequiredMixin, client_certificate_required, identity_of

SEEN: list[HttpRequest] = []


def whoami(request: HttpRequest) -> HttpResponse:
    SEEN.append(request)
    identity = identity_of(request)
    return JsonResponse({"identity": identity and identity.name, "user": request.user.get_username()})


async def awhoami(request: HttpRequest) -> HttpResponse:
    SEEN.append(request)
    identity = identity_of(request)
    user = await request.auser()
    return JsonResponse({"identity": identity and identity.name, "user": user.get_username()})


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def storable(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", headers={"Cache-Control": "max-age=60"})


def by_password(request: HttpRequest) -> HttpResponse:
    user = authenticate(request, username=request.POST["username"], password=request.POST["password"])
    if user is not None:
        login(request, user)
    return HttpResponse("in" if user else "out")


@client_certificate_required
def any_client(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@client_certificate_required("billing", "audit")
def invoices(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@client_certificate_required("billing")
async def ainvoices(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@login_not_required
@client_certificate_required("billing")
def for_services(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


class Ledger(ClientCertificateRequiredMixin, View):
    roles = ("billing",)

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")


class AsyncLedger(ClientCertificateRequiredMixin, View):
    roles = ("billing",)

    async def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")


@method_decorator(client_certificate_required("billing"), name="dispatch")
class Decorated(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")


class WritersOnly(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")

    @method_decorator(client_certificate_required("billing"))
    def post(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")


def breaks(request: HttpRequest) -> HttpResponse:
    """An error in a frame that holds a certificate in every form."""
    identity = identity_of(request)
    revealed = identity.reveal()
    pem, subject = PEM
    held = {"x-ssl-client-cert": pem, "der": revealed.certificate, "subject": subject}
    if held:
        raise ValueError(pem)
    return HttpResponse("unreachable")


PEM: list[str] = []

urlpatterns = [
    path("", whoami),
    path("async/", awhoami),
    path("optional/", whoami),
    path("optional/async/", awhoami),
    path("optional/login/", by_password),
    path("optional/any/", any_client),
    path("optional/invoices/", invoices),
    path("optional/ainvoices/", ainvoices),
    path("optional/services/", for_services),
    path("optional/ledger/", Ledger.as_view()),
    path("optional/aledger/", AsyncLedger.as_view()),
    path("optional/decorated/", Decorated.as_view()),
    path("optional/writers/", WritersOnly.as_view()),
    path("public/", whoami),
    path("public/async/", awhoami),
    path("public/plain/", plain),
    path("public/login/", by_password),
    path("storable/", storable),
    path("ledger/", plain),
    path("breaks/", breaks),
    path("admin/", admin.site.urls),
    path("files/<int:year>/<path:rest>", plain),
    re_path(r"^archive/(?P<year>[0-9]{4})/(?P<slug>[\w-]+)/$", plain),
    path("nested/<slug:name>/", include([path("deep/", plain), re_path("loose", plain)])),
]
