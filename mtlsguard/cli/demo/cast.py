"""Who plays: authorities, clients good and bad, the proxy; all made for this one play."""

from datetime import timedelta
from pathlib import Path

from cryptography.x509.oid import ExtendedKeyUsageOID

from mtlsguard.testing import Issued, Pki

DOMAIN = "spiffe://acme"
VICTIM = "pay"


class Cast:
    """`clients` by the name of their files; `VICTIM` is the one that everybody would like to be."""

    def __init__(self) -> None:
        pki, twin = Pki(), Pki()
        self.root, self.intermediate = pki.root, pki.intermediate
        self.partner = pki.authority("Partner Root")
        self.server = pki.server(("localhost",))
        yesterday = pki.now - timedelta(minutes=30)
        self.clients: dict[str, Issued] = {
            VICTIM: pki.leaf("pay", issuer=pki.root, spiffe=f"{DOMAIN}/pay"),
            "branch": pki.leaf("branch", spiffe=f"{DOMAIN}/shop"),
            "web": pki.leaf("web", spiffe=f"{DOMAIN}/web"),
            "expired": pki.leaf("expired", spiffe=f"{DOMAIN}/pay", not_after=yesterday),
            "stranger": Pki().leaf("stranger", issuer=self._other(), spiffe=f"{DOMAIN}/pay"),
            "impostor": twin.leaf("pay", issuer=twin.root, spiffe=f"{DOMAIN}/pay"),
            "partner": pki.leaf("partner", issuer=self.partner, spiffe=f"{DOMAIN}/pay"),
            "server-only": pki.leaf(
                "server-only", spiffe=f"{DOMAIN}/pay", extended_key_usage=[ExtendedKeyUsageOID.SERVER_AUTH]
            ),
            "revoked": pki.leaf("revoked", spiffe=f"{DOMAIN}/shop"),
        }

    @staticmethod
    def _other() -> Issued:
        return Pki().authority("Unknown Root")

    def write(self, folder: Path) -> None:
        """`name`.pem and `name`.key for each, and what proxy and guard trust."""
        for name, issued in {**self.clients, "server": self.server}.items():
            issued.write(folder, name)
        (folder / "root.pem").write_text(self.root.pem)
        (folder / "intermediate.pem").write_text(self.intermediate.pem)
        (folder / "trusted-by-the-proxy.pem").write_text(self.root.pem + self.partner.pem)

    def secrets(self) -> list[str]:
        """Texts that no log may hold: of every client the certificate's, the serial number, the fingerprint."""
        found: list[str] = []
        for client in self.clients.values():
            body = "".join(client.pem.splitlines()[1:-1])
            found += [body[48:96], body[-80:-16], f"{client.serial:x}", str(client.serial), client.fingerprint]
        return found
