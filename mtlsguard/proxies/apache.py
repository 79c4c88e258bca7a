"""Apache httpd: unset in every spelling, then set, with the client's Connection header out of the way.

RequestHeader knows no patterns. SetEnvIf does, but it sees only the value of the last name that matches, so that an
empty look-alike behind a forged one would hide it. Hence macros, which name each spelling once.
"""

from string import ascii_lowercase

from mtlsguard.dialects.names import spellings
from mtlsguard.policy import Trailers
from mtlsguard.proxies.contract import Asked, Deployment, File, Handover, Recipe
from mtlsguard.proxies.names import everything, own, secret_header
from mtlsguard.proxies.text import address, aligned, filled, preamble, socket_path

_ASKED = {Asked.OPTIONAL: "optional", Asked.REQUIRED: "require"}
_MODULES = ("mpm_event", "authz_core", "ssl", "headers", "macro", "proxy", "proxy_http", "http2")

_TEMPLATE = """\
@PREAMBLE@

Define MODULES /usr/lib/apache2/modules
# Fedora and its relatives: /usr/lib64/httpd/modules

@MODULES@

# A name in each of its spellings: X_SSL-Client_Cert and the like are read as X-SSL-Client-Cert by some servers.
@MACROS@

ServerName localhost
PidFile @FOLDER@/apache.pid
DefaultRuntimeDir @FOLDER@
ErrorLog /dev/stderr

Listen @LISTEN@
<VirtualHost @LISTEN@>
    Protocols h2 http/1.1
    SSLEngine on
    SSLCertificateFile @CERTIFICATE@
    SSLCertificateKeyFile @KEY@
    SSLCACertificateFile @CLIENTCA@
    SSLVerifyClient @ASKED@
    SSLVerifyDepth 8

    # Without this line "Connection: close, X-SSL-Client-Verify" removes what is set below, after it was set.
    RequestHeader unset Connection

    # Nobody else's certificate headers, in any spelling: not the guard's, nor other products' names for the same.
    @CLEAR@

    # What the guard reads, on every request. A Location with RequestHeader lines for these names would change them.
    @OWN@
    @SECRET@

    ProxyPreserveHost On
    ProxyPass / @UPSTREAM@
</VirtualHost>
"""
_VARIABLES = {"certificate": "SSL_CLIENT_CERT", "verify": "SSL_CLIENT_VERIFY"}
_VERIFIED = "\"expr=%{SSL_CLIENT_VERIFY} == 'SUCCESS'\""


def _write(deployment: Deployment) -> tuple[File, ...]:
    path = socket_path(deployment.upstream)
    text = filled(
        _TEMPLATE,
        {
            "PREAMBLE": preamble(
                deployment, "Apache httpd", start=_START, trailers=Trailers.DROPPED, notes=APACHE.notes
            ),
            "MODULES": [_load(module) for module in _MODULES],
            "FOLDER": deployment.folder,
            "LISTEN": address(deployment.listen),
            "CERTIFICATE": deployment.certificate,
            "KEY": deployment.key,
            "CLIENTCA": deployment.client_ca,
            "ASKED": _ASKED[deployment.verify],
            "MACROS": _macros(everything(deployment)),
            "CLEAR": [f"Use Clear{name.count('-')} {name.replace('-', ' ')}" for name in everything(deployment)],
            "OWN": _OWN[deployment.proxy.dialect](own(deployment)),
            "SECRET": _secret(deployment),
            "UPSTREAM": f"http://{deployment.upstream}/" if path is None else f"unix:{path}|http://localhost/",
        },
    )
    return (File("apache.conf", text),)


def _macros(names: list[str]) -> list[str]:
    """One for each number of dashes that there is."""
    lines: list[str] = []
    for dashes in sorted({name.count("-") for name in names}):
        parts = [f"${letter}" for letter in ascii_lowercase[: dashes + 1]]
        lines.append(f"<Macro Clear{dashes} {' '.join(parts)}>")
        lines += [f"    RequestHeader unset {spelling}" for spelling in spellings("-".join(parts))]
        lines.append("</Macro>")
    return lines


def _load(module: str) -> str:
    name = f"{module}_module"
    return f"<IfModule !{name}>\n    LoadModule {name} ${{MODULES}}/mod_{module}.so\n</IfModule>"


def _apache(names: dict[str, str]) -> list[str]:
    """`set` replaces; a variable that is not there becomes "(null)", never the client's value."""
    rows = [(f"RequestHeader set {name}", f'"%{{{_variable(role)}}}s"') for role, name in names.items()]
    return aligned(rows)


def _variable(role: str) -> str:
    return _VARIABLES.get(role) or f"SSL_CLIENT_CERT_{role.upper().replace('-', '_')}"


def _rfc9440(names: dict[str, str]) -> list[str]:
    leaf = names["certificate"]
    return [
        f'RequestHeader set   {leaf} "%{{SSL_CLIENT_CERT}}s" {_VERIFIED}',
        f'RequestHeader edit* {leaf} "-----(BEGIN|END) CERTIFICATE-----| " ""',
        f'RequestHeader edit  {leaf} "^(.+)$" ":$1:"',
    ]


_OWN = {"apache": _apache, "rfc9440": _rfc9440}


def _secret(deployment: Deployment) -> list[str]:
    """The file's line end arrives as a blank, which is taken off."""
    lines: list[str] = []
    for name in secret_header(deployment):
        lines += [
            f'RequestHeader set   {name} "expr=%{{file:{deployment.secret}}}"',
            f'RequestHeader edit* {name} "\\s" ""',
        ]
    return lines


_START = (
    "Apache reads a file, not a pipe:",
    "    mtlsguard proxy-config apache > apache.conf",
    '    apache2 -f "$PWD/apache.conf" -DFOREGROUND',
)

APACHE = Recipe(
    name="apache",
    producer="Apache httpd",
    dialects=("apache", "rfc9440"),
    write=_write,
    command=lambda file: ("apache2", "-f", file, "-DFOREGROUND"),
    trailers=Trailers.DROPPED,
    handover=Handover.FILE,
    notes=(
        "On a resumed TLS session Apache has no chain: list your clients' intermediates under trust.intermediates.",
        "A virtual host without TLS that reaches the same application needs the same lines.",
        "A proxy secret is read from its file; the file holds one line.",
    ),
)
