"""The right configuration of every proxy that has a recipe. Text only: what prints and starts is elsewhere."""

from mtlsguard.proxies.apache import APACHE
from mtlsguard.proxies.aws_alb import AWS_ALB
from mtlsguard.proxies.caddy import CADDY
from mtlsguard.proxies.cloudflare import CLOUDFLARE
from mtlsguard.proxies.contract import Recipe
from mtlsguard.proxies.envoy import ENVOY
from mtlsguard.proxies.gcp import GCP
from mtlsguard.proxies.haproxy import HAPROXY
from mtlsguard.proxies.nginx import NGINX
from mtlsguard.proxies.traefik import TRAEFIK

RECIPES: dict[str, Recipe] = {
    "nginx": NGINX,
    "apache": APACHE,
    "haproxy": HAPROXY,
    "envoy": ENVOY,
    "traefik": TRAEFIK,
    "caddy": CADDY,
    "aws-alb": AWS_ALB,
    "gcp": GCP,
    "cloudflare": CLOUDFLARE,
}
