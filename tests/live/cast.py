"""Who takes part: certificates made at test time, and the files that proxies and guards are configured with."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mtlsguard.testing import Issued, Pki
from mtlsguard.testing.pki import SPIFFE

SECRET = "a-secret-of-sixteen-octets-or-more"
SECRET_HEADER = "X-Proxy-Secret"
_ODD = [
    (NameOID.COUNTRY_NAME, "DE"),
    (NameOID.ORGANIZATION_NAME, 'Käse, "Brot" & Söhne; a=b \\ /CN=victim'),
    (NameOID.COMMON_NAME, "odd, CN=victim"),
]


@dataclass(frozen=True)
class Cast:
    """`folder` has everything as files. The victim never connects: its public certificate is all a forger has."""

    pki: Pki
    folder: Path

    @cached_property
    def members(self) -> dict[str, Issued]:
        pki, day = self.pki, timedelta(days=1)
        stranger, twin = Pki(), Pki()
        other_root = stranger.authority("Other Root")
        return {
            "victim": pki.leaf("victim"),
            "second-victim": pki.leaf("second-victim"),
            "caller": pki.leaf("caller"),
            "rsa": pki.leaf("rsa", algorithm="rsa2048"),
            "odd": pki.leaf("odd", subject=_ODD),
            "from-the-root": pki.leaf("from-the-root", issuer=pki.root),
            "revoked": pki.leaf("revoked"),
            "expired": pki.leaf("expired", not_before=pki.now - 3 * day, not_after=pki.now - 2 * day),
            "other-authority": stranger.leaf("victim", issuer=stranger.authority("Other", issuer=other_root)),
            "same-name-authority": twin.leaf("victim"),
            "without-usage": pki.leaf("without-usage", extended_key_usage=None),
            "server-only": pki.leaf("server-only", extended_key_usage=[ExtendedKeyUsageOID.SERVER_AUTH]),
        }

    def identity(self, name: str) -> str:
        return SPIFFE + name

    def write(self) -> None:
        for name, member in self.members.items():
            member.write(self.folder, name)
        self.pki.server(["localhost"]).write(self.folder, "server")
        (self.folder / "root.pem").write_text(self.pki.root.pem)
        (self.folder / "intermediate.pem").write_text(self.pki.intermediate.pem)
        (self.folder / "server.pem.key").symlink_to("server.key")  # where HAProxy looks for it
        (self.folder / "secret").write_text(SECRET + "\n")
        (self.folder / "secret").chmod(0o600)

    def write_site(self, name: str, **values: str) -> None:
        """The guard's configuration behind one kind of proxy; the same file that the proxy's is printed from."""
        serial = self.members["revoked"].serial
        text = _SITE.format(serial=serial, header=SECRET_HEADER, **values)
        (self.folder / f"{name}.toml").write_text(text)

    def traces(self) -> list[str]:
        """What a log would have if anything of anybody's certificate were in it."""
        everybody = [*self.members.values(), self.pki.root, self.pki.intermediate]
        return sorted({trace for one in everybody for trace in _traces(one)})


def _traces(one: Issued) -> list[str]:
    body = one.pem.splitlines()[2]
    return [
        *("BEGIN CERT", "BEGIN%20CERT", body[:24], body[24:48]),
        *(str(one.serial), f"{one.serial:x}", f"{one.serial:X}"),
        *(one.fingerprint[:16], one.fingerprint[:16].upper()),
        *_names(one.certificate),
    ]


def _names(certificate: x509.Certificate) -> list[Any]:
    common = [attribute.value for attribute in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    return ["spiffe://", *(f"{key}{value}" for value in common for key in ("CN=", "commonName=", "sa/"))]


_SITE = """\
[proxy]
dialect = "{dialect}"
trailers = "{trailers}"
trusted = ["127.0.0.1"]
secret = {{ header = "{header}", file = "secret" }}

[trust]
anchors = ["root.pem"]
intermediates = [{intermediates}]

[serials]
deny = [{{ issuer = "CN=Example Intermediate,O=Example", serial = "{serial:#x}" }}]
"""
