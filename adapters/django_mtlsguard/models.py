"""Which certificate is which user's. Nothing else maps an identity to a user."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_mtlsguard.names import BindingKind, BindingName, lookups, name
from mtlsguard import Deny, Identity
from mtlsguard.certificate import Candidate, parse

_SHOWN = 16


class CertificateBindingManager(models.Manager["CertificateBinding"]):
    def of(self, identity: Identity) -> "models.QuerySet[CertificateBinding]":
        """All that is bound to this certificate and enabled, with the users: one query on one index."""
        candidate = parse(identity.reveal().certificate)
        if isinstance(candidate, Deny):  # a verified certificate parses; if not, it is nobody's
            return self.none()
        return self.filter(lookup__in=lookups(candidate), enabled=True).select_related("user")

    def bind(self, user: Any, candidate: Candidate, kind: BindingKind, label: str = "") -> "CertificateBinding":
        """ValueError where the certificate has no such name; IntegrityError where it is bound already."""
        found = name(candidate, kind)
        if found is None:
            raise ValueError(f"the certificate has no {kind} to bind by")
        binding = self.model(user=user, label=label)
        binding.take(found)
        binding.save(force_insert=True)
        return binding


class CertificateBinding(models.Model):
    """One name of a certificate, and the user it stands for. `lookup` is made from the name and unique."""

    class Kind(models.TextChoices):
        SPIFFE = BindingKind.SPIFFE, _("SPIFFE ID")
        FINGERPRINT = BindingKind.FINGERPRINT, _("SHA-256 fingerprint")
        SERIAL = BindingKind.SERIAL, _("issuer and serial number")
        DN = BindingKind.DN, _("subject")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="certificate_bindings", verbose_name=_("user")
    )
    kind = models.CharField(_("bound by"), max_length=16, choices=Kind.choices)
    value = models.TextField(_("value"), editable=False)
    issuer = models.TextField(_("issuer"), blank=True, editable=False)
    lookup = models.CharField(_("lookup key"), max_length=96, unique=True, editable=False)
    label = models.CharField(_("label"), max_length=100, blank=True, help_text=_("For you; shown in lists."))
    enabled = models.BooleanField(_("enabled"), default=True)
    created = models.DateTimeField(_("created"), auto_now_add=True)

    objects: ClassVar[CertificateBindingManager] = CertificateBindingManager()

    class Meta:
        verbose_name = _("certificate binding")
        verbose_name_plural = _("certificate bindings")
        ordering = ("-created", "-pk")

    def __str__(self) -> str:
        """Nothing of the certificate: this text goes into logs and into the admin's history."""
        return self.label or f"{self.kind} binding {self.pk}"

    def take(self, found: BindingName) -> None:
        self.kind, self.value, self.issuer, self.lookup = found.kind.value, found.value, found.issuer, found.lookup

    def shortened(self) -> str:
        """Enough to tell one from another in a list."""
        if len(self.value) <= 2 * _SHOWN:
            return self.value
        return f"{self.value[:_SHOWN]}…{self.value[-_SHOWN:]}"
