"""Bindings in the admin: made from an uploaded certificate, shown shortened, switched off and on in the list."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from django_mtlsguard.models import CertificateBinding
from django_mtlsguard.names import BindingKind, BindingName, name
from django_mtlsguard.uploads import NoCertificateError, certificate_in


class NewBindingForm(forms.ModelForm):  # type: ignore[type-arg] # generic for the type checker only
    """The names come from the certificate's ASN.1; nobody types them."""

    certificate = forms.FileField(
        label=_("Certificate"), help_text=_("The client's certificate, PEM or DER. It is read and not kept.")
    )

    class Meta:
        model = CertificateBinding
        fields = ("user", "certificate", "kind", "label", "enabled")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        upload, kind = cleaned.get("certificate"), cleaned.get("kind")
        if upload and kind:
            self._take(upload, BindingKind(kind))
        return cleaned

    def _take(self, upload: "UploadedFile[bytes]", kind: BindingKind) -> None:
        try:
            found = name(certificate_in(upload.read()), kind)
        except NoCertificateError as error:
            self.add_error("certificate", ValidationError(str(error)))
            return
        if found is None:
            self.add_error("kind", ValidationError(_("This certificate has no such name, or more than one.")))
        elif CertificateBinding.objects.filter(lookup=found.lookup).exists():
            self.add_error("certificate", ValidationError(_("This name is bound to a user already.")))
        else:
            self.found: BindingName = found

    def _post_clean(self) -> None:
        """The names go into the instance where the form puts its fields there."""
        super()._post_clean()  # type: ignore[misc]
        if hasattr(self, "found"):
            self.instance.take(self.found)


@admin.register(CertificateBinding)
class CertificateBindingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("__str__", "user", "kind", "shortened_value", "enabled", "created")
    list_filter = ("kind", "enabled", "created")
    list_select_related = ("user",)
    list_editable = ("enabled",)
    date_hierarchy = "created"
    raw_id_fields = ("user",)
    fields = ("user", "kind", "value", "issuer", "label", "enabled", "created")
    search_help_text = _("User, label, or a part of the bound name")

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:  # noqa: ARG002
        return ("label", "value", f"user__{get_user_model().USERNAME_FIELD}")

    def get_fields(self, request: HttpRequest, obj: CertificateBinding | None = None) -> Any:  # noqa: ARG002
        return NewBindingForm.Meta.fields if obj is None else self.fields

    def get_form(
        self,
        request: HttpRequest,
        obj: CertificateBinding | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> Any:
        if obj is None:
            kwargs["form"] = NewBindingForm
        return super().get_form(request, obj, change, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: CertificateBinding | None = None) -> tuple[str, ...]:  # noqa: ARG002
        """Another certificate is another binding: what is bound does not change."""
        return () if obj is None else ("kind", "value", "issuer", "created")

    @admin.display(description=_("value"), ordering="value")
    def shortened_value(self, binding: CertificateBinding) -> str:
        return binding.shortened()
